"""The units right below that hand in their month, each with where its return stands."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.sections.printing import NONE, Row
from reports.sections.returns import Return, reporting, told_return
from stations.models import Unit

MEASURES: dict[str, Callable[[Return], bool]] = {
    "units": lambda _one: True,
    "units_reported": lambda one: one.is_reported,
    "units_in_time": lambda one: one.in_time is True,
}


def returned(wanted: Wanted) -> Rows:
    rows = [one for one in reporting(wanted.asked) if MEASURES[wanted.measure](one)]
    columns = [
        Column("name", _("Unit")),
        Column("code", _("Unit code")),
        Column("state", _("Return")),
        Column("day", _("Handed in on"), "date"),
        Column("due", _("Due"), "date"),
        Column(AMOUNT, _("Units"), "integer"),
    ]
    return Rows(columns, rows, len(rows), _line, model=Unit, page="admin:stations_unit_change")


def _line(one: Return) -> Row:
    return {
        "pk": one.unit.pk,
        "name": one.unit.name,
        "code": one.unit.code,
        "state": told_return(one.state, in_time=one.in_time),
        "day": one.day or NONE,
        "due": one.due,
        AMOUNT: 1,
    }
