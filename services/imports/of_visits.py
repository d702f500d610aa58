"""Lists of visits."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from services.choices import Method, WorkerGroup
from services.imports.columns import visit_columns, visit_readers
from services.imports.compare import compare
from services.imports.enter import enter, undo
from services.models import Visit
from stations.imports.kinds import Cells, ListKind
from stations.models import Keeper, User
from stations.policies import is_officer

MOST = 200_000


def _refuse(by: User) -> None:
    if not is_officer(by) and not Keeper.objects.filter(user=by).exists():
        raise Refused(_("Only keepers and officers record visits."))


def _rows(visits: QuerySet[Any], _by: User) -> Iterator[Cells]:
    if visits.order_by()[: MOST + 1].count() > MOST:
        raise Refused(
            _("These are more than %(most)s figures. Filter the list, and take it in parts.") % {"most": f"{MOST:,}"}
        )
    groups, methods = ({code: str(label) for code, label in words.choices} for words in (WorkerGroup, Method))
    keys = [column.key for column in visit_columns()]
    names = ("station__code", "station__name", "date", "hour", "group", "method", "count")
    listed = (
        visits.select_related(None).order_by("station__code", "date", "method", "group", "hour").values_list(*names)
    )
    return (
        dict(zip(keys, (code, name, day, hour, groups[group], methods[method], count), strict=True))
        for code, name, day, hour, group, method, count in listed.iterator(5000)
    )


VISITS = ListKind(
    key="visits",
    model=Visit,
    title=gettext_lazy("Visits"),
    lead=gettext_lazy(
        "Each row says what figure shall stand for a station, day, group and method. What the list does not name stays."
        " Days of a month that was handed in take nothing."
    ),
    heads=(
        gettext_lazy("Row"),
        gettext_lazy("Station"),
        gettext_lazy("Date"),
        gettext_lazy("Hour"),
        gettext_lazy("Group"),
        gettext_lazy("Method"),
        gettext_lazy("Stood"),
        gettext_lazy("Shall stand"),
    ),
    columns=visit_columns,
    readers=visit_readers,
    refuse=_refuse,
    compare=compare,
    enter=enter,
    undo=undo,
    export=_rows,
    most_rows=MOST,
)
