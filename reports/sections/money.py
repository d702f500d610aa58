"""Money: what was applied for, approved, paid and accounted for, and what activities cost."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import SUM_OF_LINES, Behind, measured
from reports.sections.happened import activities, held_stations
from reports.sections.printing import Row, Table, printed, with_total
from services.grant_choices import GrantKind
from services.grant_querysets import took
from services.models import Grant

ACTIVITIES = "activities"
FIGURES = ("cases", "asked", "granted", "paid", "spent")


def _rows(asked: Asked) -> list[Row]:
    sums = (
        grants(asked)
        .order_by()
        .values("batch__kind")
        .annotate(
            cases=Count("pk", filter=took("applied")),
            asked=Sum("amount_asked", filter=took("applied"), default=Decimal(0)),
            granted=Sum("amount", filter=took("granted"), default=Decimal(0)),
            paid=Sum("amount", filter=took("paid"), default=Decimal(0)),
            spent=Sum("amount_spent", filter=took("spent"), default=Decimal(0)),
        )
    )
    found = {row["batch__kind"]: row for row in sums}
    rows: list[Row] = [
        {"kind": str(kind)} | {key: _plain(found[kind][key]) for key in FIGURES}
        for kind in GrantKind.values
        if kind in found
    ]
    cost = activities(asked).filter(cost__isnull=False).aggregate(cases=Count("pk"), spent=Sum("cost"))
    if cost["cases"]:
        rows.append(
            {"kind": ACTIVITIES, "cases": cost["cases"], "asked": None, "granted": None, "paid": None}
            | {"spent": _plain(cost["spent"])}
        )
    return rows


def grants(asked: Asked) -> Any:
    """With a step in these months: of a unit what it gives, of a division what stations there are given."""
    rows: Any = Grant.objects.all()
    rows = rows.with_steps(*asked.period.days)
    if asked.subject.stations is not None:
        rows = rows.filter(station__in=asked.subject.stations)
    if asked.subject.unit:
        return rows.given_by(asked.subject.in_days(*asked.period.days).paths)
    return rows.filter(station__in=held_stations(asked))


def _plain(amount: Any) -> float | int:
    """As a number of JSON; yuan have two decimals at most."""
    value = float(amount)
    return int(value) if value.is_integer() else round(value, 2)


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    names = {**dict(GrantKind.choices), ACTIVITIES: _("Cost of activities")}
    lines = [printed(row, *FIGURES) | {"name": str(names[row["kind"]])} | _behind(row["kind"]) for row in rows]
    columns = [
        Column("name", _("What for"), width=24),
        Column("cases", _("Cases"), "integer", 10),
        Column("asked", _("Asked (yuan)"), "decimal", 14),
        Column("granted", _("Approved (yuan)"), "decimal", 14),
        Column("paid", _("Paid (yuan)"), "decimal", 14),
        Column("spent", _("Accounted for (yuan)"), "decimal", 14),
    ]
    note = _(
        "Grants in the month in which they were applied for, and in which they were approved, paid and accounted for;"
        " activities in the month in which they took place."
    )
    everything = with_total(lines, FIGURES)
    # Grants and activities are different ledgers.
    everything = [line | SUMS if line.get("rank") == "total" else line for line in everything]
    return Table("money", _("Money"), columns, everything, note, behind=measured("grants", FIGURES))


SUMS: Row = {"behind": dict.fromkeys(FIGURES, SUM_OF_LINES)}


def _behind(kind: str) -> Row:
    if kind == ACTIVITIES:
        of_activities = {"cases": Behind("activities", "costly"), "spent": Behind("activities", "cost")}
        return {"only": {}, "line": ACTIVITIES, "behind": of_activities}
    return {"only": {"kind": kind}}


SECTION = Section("money", ("kind",), _rows, _table)
