"""What is behind a figure: the rows that it is the sum of, or the figures from which it is worked out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.periods import Period

SPANS = ("value", "previous", "last_year")


@dataclass(frozen=True)
class Behind:
    """`ledger` is one of `reports.ledgers.LEDGERS`, `measure` what of each of its rows is added up.

    `when` is one of the keys of `spans_behind`; `only` narrows the rows further than the line of the table does.
    """

    ledger: str
    measure: str
    when: str = "value"
    only: Mapping[str, str] = field(default_factory=dict)


Reason = str | Promise
"""Why a figure has no rows of its own: from what it is worked out."""
Known = Mapping[str, Behind | Reason]
"""By the key of a column."""

CHANGES: Known = {
    "change_previous": _("The difference between the figures of the two times, divided by the earlier one."),
    "change_last_year": _("The difference between the figures of the two times, divided by the earlier one."),
}
SHARE = _("The line's figure, divided by that of the total.")
PER_DAY = _("Visits, divided by the days opened.")
PLACE = _("By the order of visits per station and open day; equals share a place.")
HOURS_KEPT = _("Minutes of the posted hours in which the door stood open, divided by the minutes posted.")
DAYS_KEPT = _("Days expected on which the keeper recorded the opening, divided by the days expected.")
SETTLED = _("What is settled, divided by all of the line.")
COMPLETE = _("The days expected without those missing, divided by the days expected.")
MENDED = _("What was mended, divided by what was found.")
ANSWERED = _("What was answered, divided by what visitors reported.")
DUE = _("The goal, spread evenly over the days of the year; of a share the goal itself.")
OF_GOAL = _("What is reached, divided by the goal.")
OF_DIVISIONS = _("Those of them, divided by all divisions of the line.")
WITHIN_OF_POINTS = _("Those within the walk of a station, divided by all points of reference.")
OF_POINTS = _("Those within the walk of an open one, divided by all points of reference.")
SUM_OF_LINES = _("The sum of the lines above, each of which has its rows.")


def in_spans(ledger: str, measure: str) -> dict[str, Behind]:
    """The same of each of the three spans that stand side by side."""
    return {when: Behind(ledger, measure, when) for when in SPANS}


def measured(ledger: str, measures: Iterable[str]) -> dict[str, Behind]:
    """Columns that have the name of what they add up, of the period itself."""
    return {measure: Behind(ledger, measure) for measure in measures}


def spans_behind(spans: Mapping[str, Period]) -> dict[str, Period]:
    """The three spans of a report, and those from January on."""
    return {
        **spans,
        "year": spans["value"].since_january(),
        "year_before": spans["value"].year_before().since_january(),
    }


def line_of(only: Mapping[str, str]) -> str:
    """What tells a line of a table from the others in an address: "" of the total, "group:courier" of a group."""
    return " ".join(f"{name}:{value}" for name, value in only.items())
