"""What is to be put right, where, by whom and until when: as it stood when the figures were made."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.languages import in_language
from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.choices import AnomalyKind, AnomalyState
from reports.periods import Period
from reports.sections.anomalies import anomalies
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import Behind
from reports.sections.hands import HandIn, hands
from reports.sections.happened import held_stations
from reports.sections.printing import NONE, Row, Table, day
from reports.subjects import Subject
from reports.summaries import Part, each
from reports.sums import months_within
from services.choices import FeedbackKind
from services.models import Feedback, Finding, SupplyStock
from stations.choices import Health
from stations.models import Station, StationAmenity, Unit

MOST = 50
"""Of each kind, the most urgent first; the lists of the back office hold all of them."""
GAP_DAYS = 3
NAMED = ("station__code", "station__name")
STATION = ("pk", "code", "name")


def _rows(asked: Asked) -> list[Row]:
    rows = [row for found in KINDS.values() for row in found(asked)]
    units = hands(asked, {row["code"] for row in rows})
    due = HandIn(units.values())
    return [_owned(row, units.get(row["code"]), due) for row in rows]


def _owned(row: Row, unit: Unit | None, due: HandIn) -> Row:
    """What is missing from the records, or stands out in them, is settled by the day by which they are handed in."""
    found = row | {"hands": unit.name if unit else None}
    if row["problem"] not in MONTHS:
        return found
    return found | {"deadline": due.day(MONTHS[row["problem"]](row), unit)}


def _longest(subject: Subject, period: Period) -> list[list[Any]]:
    rows: Any = months_within(subject, [period]).filter(days_missing__gte=GAP_DAYS)
    rows = rows.order_by("-days_missing", "posting__station__code", "first_day")[:MOST]
    return [
        [station, str(first_day), *days]
        for station, first_day, *days in rows.values_list(
            "posting__station", "first_day", "missing_bits", "days_missing"
        )
    ]


GAPS = Part("gaps", each(_longest))
"""The key of the station, the first day of its part of the month, the days missing as bits, and how many they are."""


def _gaps(asked: Asked) -> Iterator[Row]:
    """Days on which the station was to be open, and of which nobody said anything."""
    found = asked.of_period(GAPS)
    names = {row["pk"]: row for row in Station.objects.filter(pk__in=[key for key, *_of in found]).values(*STATION)}
    for key, first_day, bits, count in found:
        days = [str(number + 1) for number in range(31) if bits >> number & 1]
        named = {f"station__{field}": value for field, value in names[key].items()}
        yield _row("gap", named, first_day, ", ".join(days), None) | {"count": count}


def _told(asked: Asked) -> Iterator[Row]:
    rows = Feedback.objects.all().waiting().filter(station__in=held_stations(asked))
    fields = (*NAMED, "kind", "due_date", "pk")
    for row in rows.order_by("due_date", "pk").values(*fields)[:MOST]:
        yield _row("told", row, str(row["pk"]), row["kind"], row["due_date"])


def _found(asked: Asked) -> Iterator[Row]:
    rows = Finding.objects.all().unsettled().filter(station__in=held_stations(asked))
    fields = (*NAMED, "pk", "text", "item__name", "due_date")
    for row in rows.order_by("due_date", "pk").values(*fields)[:MOST]:
        yield _row("found", row, str(row["pk"]), row["text"] or row["item__name"], row["due_date"])


def _broken(asked: Asked) -> Iterator[Row]:
    rows = StationAmenity.objects.filter(health=Health.OUT_OF_ORDER, station__in=held_stations(asked))
    fields = (*NAMED, "amenity__code", "amenity__name", "amenity__name_en", "due_back")
    for row in rows.order_by(F("due_back").asc(nulls_first=True), "pk").values(*fields)[:MOST]:
        found = _row("broken", row, row["amenity__code"], row["amenity__name"], row["due_back"])
        yield found | {"detail_en": row["amenity__name_en"]}


def _expiring(asked: Asked) -> Iterator[Row]:
    rows = SupplyStock.objects.all().expiring(timezone.localdate()).filter(station__in=held_stations(asked))
    fields = (*NAMED, "item__code", "item__name", "item__name_en", "expires_date")
    for row in rows.order_by("expires_date", "pk").values(*fields)[:MOST]:
        found = _row("expiring", row, row["item__code"], row["item__name"], row["expires_date"])
        yield found | {"detail_en": row["item__name_en"]}


def _unusual(asked: Asked) -> Iterator[Row]:
    rows = anomalies(asked).filter(state=AnomalyState.OPEN).order_by("station__code", "kind", "month")
    for row in rows.values(*NAMED, "kind", "month")[:MOST]:
        yield _row("unusual", row, f"{row['kind']} {row['month']:%Y-%m}", row["kind"], None)


def _row(problem: str, row: Any, what: str, detail: str, due: Any) -> Row:
    return {
        "problem": problem,
        "code": row["station__code"],
        "name": row["station__name"],
        "what": what,
        "detail": detail,
        "count": None,
        "deadline": str(due) if due else None,
    }


KINDS: dict[str, Callable[[Asked], Iterator[Row]]] = {
    "gap": _gaps,
    "told": _told,
    "found": _found,
    "broken": _broken,
    "expiring": _expiring,
    "unusual": _unusual,
}


MONTHS: dict[str, Callable[[Row], Month]] = {
    "gap": lambda row: Month.parse(row["what"][:7]),
    "unusual": lambda row: Month.parse(row["what"].split()[-1]),
}
"""Of which month's records the problem is one."""


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = {
        "gap": _("Days without a record"),
        "told": _("Report of a visitor"),
        "found": _("Finding of an inspection"),
        "broken": _("Out of order"),
        "expiring": _("Expires or has expired"),
        "unusual": _("Unusual figures"),
    }
    columns = [
        Column("problem", _("What is to be done about"), width=16),
        Column("name", _("Station"), width=34),
        Column("code", _("Code"), width=14),
        Column("detail", _("Details"), width=36),
        Column("count", _("Days missing"), "integer", 9),
        Column("hands", _("In whose hands"), width=16),
        Column("deadline", _("Due"), "date", 12),
    ]
    lines = [
        row
        | {
            "problem": labels[row["problem"]],
            "detail": _detail(row),
            "count": NONE if row["count"] is None else row["count"],
            # Reports that were frozen first named the operator alone, and only days that were promised.
            "hands": row.get("hands") or row.get("owner") or NONE,
            "deadline": day(row.get("deadline") or row.get("due")),
            "only": {"station": row["code"], "since": row["what"]} if row["problem"] == "gap" else {},
            "line": f"{row['problem']}:{row['code']}:{row['what']}",
        }
        for row in rows
    ]
    note = _(
        "As it stood when these figures were made; of each kind at most %(count)d, the most urgent first. Days without"
        " a record and unusual figures are due when the month is handed in, all else on the day that was promised."
    )
    behind = {"count": Behind("days", "days_missing")}
    return Table("problem", _("To be put right"), columns, lines, note % {"count": MOST}, behind=behind)


def _detail(row: Row) -> str:
    match row["problem"]:
        case "gap":
            return f"{row['what'][:7]}: {row['detail']}"
        case "told":
            return str(FeedbackKind(row["detail"]).label)
        case "unusual":
            return str(AnomalyKind(row["detail"]).label)
        case _:
            return in_language(row["detail"], row.get("detail_en") or row["detail"])


SECTION = Section("problem", ("problem", "code", "what"), _rows, _table)
