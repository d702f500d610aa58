"""Which partners may be one that stands twice: of like names, kept in the same tree of units."""

from typing import Any

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower

from partners.models import Partner
from stations.models import Unit, User

DROPPED = "[[:space:]()（）·.,，、“”\"'-]|有限责任|股份|有限|公司|集团|省|市|区|县"
"""What one writes and another leaves out."""


class PlainName(Func):
    """A name without what does not tell organisations apart: 济南市快递协会 and 济南快递协会 are one."""

    function = "regexp_replace"
    output_field = CharField()

    def __init__(self, name: Any) -> None:
        super().__init__(Lower(name), Value(DROPPED), Value(""), Value("g"))


def alike(partner: Partner, user: User) -> QuerySet[Partner]:
    """Those in use that the person sees, by name: called the same, in full or in short. One query."""
    rows: Any = Partner.objects.select_related("kept_by").exclude(pk=partner.pk)
    tree = rows.visible_to(user).in_use().filter(kept_by__path__startswith=partner.kept_by.path[: Unit.steplen])
    called = [PlainName(Value(name)) for name in (partner.name, partner.short_name) if name]
    named = tree.annotate(plain=PlainName(F("name")), plain_short=PlainName(F("short_name")))
    return named.filter(Q(plain__in=called) | Q(plain_short__in=called)).order_by("name", "pk")  # type: ignore[no-any-return]  # any model's
