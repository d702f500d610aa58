"""How an agreement is kept, obligation by obligation: what its page shows to staff, and to whoever has a link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from partners.agreement_choices import Verdict
from partners.covering import Spans, covered, covered_on
from partners.metrics import Metric
from partners.models import Agreement, Obligation, Plate
from partners.pace_chart import Chart, chart_of
from partners.standing import metric_of, pace_of
from stations.models import Station

EVIDENCE = "evidence"
"""In the address of a list: the obligation and the days whose evidence it shows, such as 12-20260701-20260731."""

Address = Callable[[date, date], str]


@dataclass(frozen=True)
class Kept:
    """One obligation; `chart` is None where nothing is counted, or nothing holds yet."""

    obligation: Obligation
    metric: str | Promise
    unit: str | Promise
    stations: list[Station]
    chart: Chart | None
    url: str

    @property
    def detail(self) -> str:
        found = metric_of(self.obligation)
        return dict(found.details()).get(self.obligation.detail, "") if found and self.obligation.detail else ""

    @property
    def verdict(self) -> str:
        return str((self.chart.pace.verdict if self.chart else Verdict.UNCOUNTED).label)

    @property
    def tone(self) -> str:
        """Of the verdict, for its colour; the word says the same."""
        if self.chart is None or not self.chart.pace.has_begun:
            return ""
        pace = self.chart.pace
        return "is-good" if pace.is_kept or not (pace.is_behind or pace.is_over) else "is-bad"


@dataclass(frozen=True)
class Sheet:
    """All that is told of an agreement to both sides: no person is named."""

    agreement: Agreement
    partners: list[str]
    station_count: int
    stations: list[Station]
    plate_count: int
    obligations: list[Kept]

    @property
    def first_stations(self) -> list[Station]:
        return self.stations[:SHOWN_STATIONS]

    @property
    def more_stations(self) -> list[Station]:
        """Behind a fold, so that a phone gets to what follows."""
        return self.stations[SHOWN_STATIONS:]

    @property
    def unnamed_count(self) -> int:
        return self.station_count - len(self.stations)


SHOWN_STATIONS = 6
MOST_STATIONS = 60
"""So many stations are named; the others are counted."""


def sheet_of(agreement: Agreement, today: date, *, is_linked: bool) -> Sheet:
    """`is_linked`: whether each number leads to its rows in the back office."""
    day = min(max(today, agreement.since), agreement.until or today)
    spans = covered(agreement)
    # One that was merged into another is the same place, and counted there.
    stations = Station.objects.filter(pk__in=covered_on(spans, day), merged_into=None)
    more = agreement.more_partners.order_by("name")
    plates = Plate.objects.filter(agreement=agreement).on(today)
    return Sheet(
        agreement=agreement,
        partners=[str(one) for one in dict.fromkeys([agreement.partner, *more]) if one],
        station_count=stations.count(),
        stations=list(stations.order_by("name", "pk")[:MOST_STATIONS]),
        plate_count=plates.count(),
        obligations=[kept(one, today, spans, is_linked=is_linked) for one in obligations_of(agreement)],
    )


def obligations_of(agreement: Agreement) -> Any:
    rows = agreement.obligations.select_related("agreement__unit", "agreement__covered_unit")
    return rows.prefetch_related("stations").order_by("pk")


def kept(obligation: Obligation, today: date, spans: Spans | None = None, *, is_linked: bool) -> Kept:
    metric = metric_of(obligation)
    pace = pace_of(obligation, today, spans, with_earlier=True) if obligation.agreement.signed_date else None
    address = _evidence(obligation, metric) if metric and is_linked else _nowhere
    return Kept(
        obligation=obligation,
        metric=metric.title if metric else "",
        unit=metric.unit if metric else "",
        stations=list(obligation.stations.all()),
        chart=chart_of(pace, address) if pace else None,
        url=address(*pace.window) if pace else "",
    )


def _evidence(obligation: Obligation, metric: Metric) -> Address:
    page = reverse(f"admin:{metric.page}_changelist")

    def address(first: date, last: date) -> str:
        return f"{page}?{urlencode({EVIDENCE: f'{obligation.pk}-{first:%Y%m%d}-{last:%Y%m%d}'})}"

    return address


def _nowhere(_first: date, _last: date) -> str:
    return ""
