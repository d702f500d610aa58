"""Keeping a list as it is shown now, under a name, and forgetting it again."""

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from stations.models import SavedView, User

MOST_OF_ONE_LIST = 12
"""More of them are no shortcut any more."""
LONGEST_QUERY = 2000
PAGES: dict[str, str] = {}
"""Pages that are no list of the admin, by what their views are saved under, and the names of their addresses."""
PASSING = (PAGE_VAR, ERROR_FLAG)
"""What belongs to the moment and not to the list."""


@transaction.atomic
def save_view(*, by: User, table: str, name: str, query: str) -> SavedView:
    """The view of that name, which replaces a former one of the same name."""
    name, query = " ".join(name.split()), _lasting(query)
    longest = SavedView._meta.get_field("name").max_length or 0
    if not 0 < len(name) <= longest:
        raise Invalid("name", _("Give the view a name of at most %(most)d characters.") % {"most": longest})
    if len(query) > LONGEST_QUERY:
        raise Invalid("query", _("This choice is too long to be saved; leave some of it out."))
    _refuse_unknown(table)
    User.objects.select_for_update().get(pk=by.pk)
    mine = SavedView.objects.filter(user=by, table=table)
    if mine.exclude(name=name).count() >= MOST_OF_ONE_LIST:
        raise Invalid("name", _("There are %(most)d saved views; forget one first.") % {"most": MOST_OF_ONE_LIST})
    view, _made = SavedView.objects.update_or_create(user=by, table=table, name=name, defaults={"query": query})
    return view


def forget_view(*, view: SavedView) -> None:
    view.delete()


def _lasting(query: str) -> str:
    asked = QueryDict(query, mutable=True)
    for key in PASSING:
        asked.pop(key, None)
    return asked.urlencode()


def register_page(table: str, name: str) -> None:
    PAGES[table] = name


def _refuse_unknown(table: str) -> None:
    if table in PAGES:
        return
    try:
        is_listed = admin.site.is_registered(apps.get_model(table))
    except (LookupError, ValueError):
        is_listed = False
    if not is_listed:
        raise Invalid("table", _("There is no such list."))
