"""What happened beside visits: each row is one happening, one movement of a supply, or one grant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.languages import in_language
from harbor_portal.lib.tables import Column
from partners.agreement_choices import Verdict
from partners.models import Obligation
from reports.choices import AnomalyKind, AnomalyState
from reports.ledgers.base import AMOUNT, Ledger, Rows, Wanted
from reports.models import Anomaly
from reports.sections.anomalies import anomalies
from reports.sections.base import Asked
from reports.sections.happened import activities, feedback, findings, obligations, supplies, wishes
from reports.sections.money import grants
from reports.sections.obligations import VERDICTS
from reports.sections.printing import NONE, Row
from reports.sections.standing import COMPLAINTS
from services.activity_choices import ActivityKind
from services.choices import (
    BY_HAND,
    UNSETTLED,
    WAITING,
    FeedbackKind,
    FeedbackState,
    FindingState,
    Severity,
    SupplyMove,
)
from services.grant_choices import GrantKind, GrantState
from services.grant_querysets import took as took_of_grants
from services.models import Activity, Feedback, Finding, Grant, SupplyMovement, Wish
from services.querysets import ANSWERED_IN_TIME, MENDED_IN_TIME
from services.wish_choices import WishKind, WishState
from services.wish_querysets import STEPS, took
from stations.models import Division

ONE = Value(1)
EVERY = Q()


@dataclass(frozen=True)
class Measure:
    """Of which rows, and what of each; a sum of money has two decimals."""

    condition: Q = EVERY
    amount: Any = ONE
    is_money: bool = False


@dataclass(frozen=True)
class Events:
    """A table of happenings as a ledger: the rows of a subject, how a line narrows them, and what a row shows."""

    model: Any
    rows: Callable[[Asked], Any]
    measures: Mapping[str, Measure]
    filters: Mapping[str, str]
    """The field of each filter of a line."""
    fields: tuple[str, ...]
    columns: Callable[[], list[Column]]
    line: Callable[[Any], Row]
    order: str
    place: str = ""
    """The field with the key of the division, where lines of the territory count these rows."""


def ledger(events: Events) -> Ledger:
    def found(wanted: Wanted) -> Rows:
        measure = events.measures[wanted.measure]
        rows = events.rows(wanted.asked).filter(measure.condition)
        rows = _narrowed(rows, events, wanted.only).annotate(**{AMOUNT: measure.amount})
        zero: int | Decimal = Decimal(0) if measure.is_money else 0
        total = rows.aggregate(total=Coalesce(Sum(AMOUNT), zero))["total"]
        columns = [
            *events.columns(),
            Column(
                AMOUNT, _("Yuan") if measure.is_money else _("Counted"), "decimal" if measure.is_money else "integer"
            ),
        ]
        meta = events.model._meta
        listed = rows.order_by(f"-{events.order}", "pk").values("pk", AMOUNT, *events.fields)
        page = f"admin:{meta.app_label}_{meta.model_name}_change"
        return Rows(columns, listed, total, _line(events, measure), model=events.model, page=page)

    return found


def _line(events: Events, measure: Measure) -> Callable[[Any], Row]:
    def line(row: Any) -> Row:
        amount = float(row[AMOUNT] or 0) if measure.is_money else row[AMOUNT] or 0
        return events.line(row) | {"pk": row["pk"], AMOUNT: amount}

    return line


def _narrowed(rows: Any, events: Events, only: Mapping[str, str]) -> Any:
    rows = rows.filter(**{field: only[name] for name, field in events.filters.items() if name in only})
    if "division" in only or "directly" in only:
        rows = rows.annotate(in_place=F(events.place))
        if "directly" in only:
            return rows.filter(in_place=only["directly"] or None)
        place = Division.objects.filter(code=only["division"]).first()
        return rows.filter(in_place__startswith=place.prefix if place else only["division"])
    return rows


def _day(at: Any) -> Any:
    return timezone.localdate(at)


def _station_columns(day: str, what: str, state: str) -> list[Column]:
    return [
        Column("name", _("Station")),
        Column("date", day, "date"),
        Column("what", what),
        Column("state", state),
    ]


ACTIVITIES = Events(
    Activity,
    activities,
    {
        "held": Measure(),
        "participants": Measure(amount=F("participant_count")),
        "costly": Measure(Q(cost__isnull=False)),
        "cost": Measure(Q(cost__isnull=False), F("cost"), is_money=True),
    },
    {"kind": "kind"},
    ("title", "kind", "organiser__name", "starts_at"),
    lambda: [
        Column("name", _("Activity")),
        Column("date", _("Date"), "date"),
        Column("what", _("Kind of activity")),
        Column("organiser", _("Organiser")),
    ],
    lambda row: {
        "name": row["title"],
        "date": _day(row["starts_at"]),
        "what": str(ActivityKind(row["kind"]).label),
        "organiser": row["organiser__name"],
    },
    "starts_at",
    place="division_id",
)
FEEDBACK = Events(
    Feedback,
    feedback,
    {
        "count": Measure(),
        "complaints": Measure(COMPLAINTS),
        "settled": Measure(Q(state=FeedbackState.ANSWERED)),
        "in_time": Measure(ANSWERED_IN_TIME),
        "open": Measure(Q(state__in=WAITING)),
    },
    {"kind": "kind"},
    ("station__name", "kind", "state", "received_at", "due_date"),
    lambda: [*_station_columns(_("Received on"), _("What it was about"), _("State")), Column("due", _("Due"), "date")],
    lambda row: {
        "name": row["station__name"],
        "date": _day(row["received_at"]),
        "what": str(FeedbackKind(row["kind"]).label),
        "state": str(FeedbackState(row["state"]).label),
        "due": row["due_date"],
    },
    "received_at",
    place="station__postings__division_id",
)
FINDINGS = Events(
    Finding,
    findings,
    {
        "count": Measure(),
        "settled": Measure(~Q(state=FindingState.OPEN)),
        "in_time": Measure(MENDED_IN_TIME),
        "open": Measure(Q(state__in=UNSETTLED)),
    },
    {"severity": "severity"},
    ("station__name", "severity", "state", "opened_at", "due_date", "text", "item__name"),
    lambda: [
        *_station_columns(_("Found on"), _("How soon to be mended"), _("State")),
        Column("text", _("What is wrong")),
        Column("due", _("Due"), "date"),
    ],
    lambda row: {
        "name": row["station__name"],
        "date": _day(row["opened_at"]),
        "what": str(Severity(row["severity"]).label),
        "state": str(FindingState(row["state"]).label),
        "text": row["text"] or row["item__name"] or NONE,
        "due": row["due_date"],
    },
    "opened_at",
)
SUPPLIES = Events(
    SupplyMovement,
    supplies,
    {str(move): Measure(Q(kind=move), F("quantity")) for move in BY_HAND},
    {"item": "item__code"},
    ("station__name", "item__name", "item__name_en", "kind", "date"),
    lambda: _station_columns(_("Date"), _("Supply"), _("What was done")),
    lambda row: {
        "name": row["station__name"],
        "date": row["date"],
        "what": in_language(row["item__name"], row["item__name_en"]),
        "state": str(SupplyMove(row["kind"]).label),
    },
    "date",
)
GRANTS = Events(
    Grant,
    grants,
    {
        "cases": Measure(took_of_grants("applied")),
        "asked": Measure(took_of_grants("applied"), F("amount_asked"), is_money=True),
        "granted": Measure(took_of_grants("granted"), F("amount"), is_money=True),
        "paid": Measure(took_of_grants("paid"), F("amount"), is_money=True),
        "spent": Measure(took_of_grants("spent"), F("amount_spent"), is_money=True),
    },
    {"kind": "batch__kind"},
    ("station__name", "batch__kind", "batch__title", "state", "applied_at", "paid_date"),
    lambda: [
        *_station_columns(_("Applied for on"), _("What for"), _("State")),
        Column("batch", _("Batch")),
        Column("paid", _("Paid on"), "date"),
    ],
    lambda row: {
        "name": row["station__name"],
        "date": _day(row["applied_at"]),
        "what": str(GrantKind(row["batch__kind"]).label),
        "state": str(GrantState(row["state"]).label),
        "batch": row["batch__title"],
        "paid": row["paid_date"],
    },
    "applied_at",
)
WISHES = Events(
    Wish,
    wishes,
    {str(step): Measure(took(step)) for step in STEPS},
    {"kind": "kind"},
    # Not its words, which may not have been checked yet for whose wish it is.
    ("code", "kind", "unit__name", "state", "nominated_at"),
    lambda: [
        Column("name", _("Code of the wish")),
        Column("date", _("Nominated on"), "date"),
        Column("what", _("Kind of wish")),
        Column("unit", _("Unit")),
        Column("state", _("State")),
    ],
    lambda row: {
        "name": row["code"],
        "date": _day(row["nominated_at"]),
        "what": str(WishKind(row["kind"]).label),
        "unit": row["unit__name"],
        "state": str(WishState(row["state"]).label),
    },
    "nominated_at",
)
OBLIGATIONS = Events(
    Obligation,
    obligations,
    {"promised": Measure(), **{key: Measure(Q(verdict=verdict)) for key, verdict in VERDICTS.items()}},
    {"kind": "agreement__kind"},
    ("what", "agreement__title", "agreement__unit__name", "verdict", "due", "done"),
    lambda: [
        Column("name", _("What is promised")),
        Column("agreement", _("Agreement")),
        Column("unit", _("Unit")),
        Column("state", _("State")),
        Column("due", _("Due by then"), "integer"),
        Column("done", _("Done"), "integer"),
    ],
    lambda row: {
        "name": row["what"],
        "agreement": row["agreement__title"],
        "unit": row["agreement__unit__name"],
        "state": str(Verdict(row["verdict"]).label),
        "due": row["due"],
        "done": row["done"],
    },
    "pk",
)
ANOMALIES = Events(
    Anomaly,
    anomalies,
    {"found": Measure(), **{str(state): Measure(Q(state=state)) for state in AnomalyState.values}},
    {"kind": "kind"},
    ("station__name", "kind", "state", "month"),
    lambda: _station_columns(_("Month"), _("What stands out"), _("State")),
    lambda row: {
        "name": row["station__name"],
        "date": row["month"],
        "what": str(AnomalyKind(row["kind"]).label),
        "state": str(AnomalyState(row["state"]).label),
    },
    "month",
)
