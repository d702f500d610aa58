"""What makes stations stand out, in figures: their themes, who builds them along, and what they were honoured for.

All of it lasts, so a month shows how it stood at its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from partners.co_built import co_built
from partners.models import SpecialStation
from services.figures.counting import Columns, Measure, Section, Standing
from stations.choices import HonourLevel
from stations.lasting_querysets import OPERATED, SUPERVISED
from stations.models import Honour, Posting, Unit
from stations.querysets import run_by

SPECIALS, HONOURS = "partners_specialstation", "stations_honour"
ALL = {"state": "all"}
RAN = (f"{OPERATED}__path", f"{SUPERVISED}__path")

SPECIAL = Measure("special", _("Special stations"), SPECIALS, ALL)
CO_BUILT = Measure(
    "co_built", _("Co-built stations"), "stations_station", unit_filter="built_for", month_filter="co_built"
)


@dataclass(frozen=True)
class CoBuilt(Standing):
    """Stations, by the postings that they had on the last day."""

    def in_month(self, unit: Unit, month: Month) -> Any:
        day = month.end(timezone.localdate())
        return co_built(self.rows.on(day).filter(run_by((unit.path,))), day).order_by()


def _holders() -> list[Measure]:
    titles = {"station": _("Honours of stations"), "unit": _("Honours of units"), "person": _("Honours of people")}
    return [
        Measure(f"to_{holder}", title, HONOURS, ALL | {"to": holder}, ~Q(**{holder: None}))
        for holder, title in titles.items()
    ]


def _levels() -> list[Measure]:
    return [
        Measure(f"level_{level}", level.label, HONOURS, ALL | {"level__exact": level.value}, Q(level=level))
        for level in HonourLevel
    ]


def _counted(_today: date) -> Sequence[Standing]:
    return [
        Standing(SpecialStation.objects.all(), [SPECIAL], RAN),
        CoBuilt(Posting.objects.all(), [CO_BUILT], ("operator__path", "supervisor__path")),
        Standing(Honour.objects.all(), [*_holders(), *_levels()], (*RAN, "unit__path", "person_path")),
    ]


def _tables(_today: date) -> Sequence[Columns]:
    return [
        Columns("units", _("By unit"), [SPECIAL, CO_BUILT, *_holders()], is_main=True),
        Columns("levels", _("Honours, by level"), _levels()),
    ]


SECTION = Section(
    "marks",
    _("Special stations and honours"),
    _counted,
    _tables,
    _(
        "As it stood at the end of the month, for the units that ran the station on that day. A person's honour counts"
        " for the unit of their first role, a keeper's for the one that runs their station."
    ),
)
