"""What ran in the background, kind by kind, for the page of runs. Whoever has runs of its own registers a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.choices import ReminderKind, ReminderState
from reports.models import Bundle, Reminder, RollupRun, StarRun

Text = str | Promise
SHOWN = 20


@dataclass(frozen=True)
class RunTable:
    """`rows`: the newest first, `SHOWN` at most, each with a text, number or moment for every heading. One query."""

    key: str
    title: Text
    headings: Sequence[Text]
    rows: Callable[[], Sequence[Sequence[Any]]]
    link: str = ""
    """The name of the list where all of them are."""


TABLES: dict[str, RunTable] = {}


def register_runs(table: RunTable) -> None:
    """Called in the `ready()` of the app that owns the rows; tables are shown in this order."""
    TABLES[table.key] = table


def _rollups() -> list[list[Any]]:
    runs = RollupRun.objects.order_by("-started_at", "-pk")[:SHOWN]
    return [
        [
            *(f"{run.month:%Y-%m}", run.started_at, run.get_state_display(), run.seconds, run.stations, run.rows),
            ", ".join(map(str, run.failed_stations)) or run.error,
        ]
        for run in runs
    ]


def _reminders() -> list[list[Any]]:
    states = {state: Count("pk", filter=Q(state=state)) for state in ReminderState}
    rounds: Any = Reminder.objects.order_by().values("month", "kind", "days_before", "due_date")
    found = rounds.annotate(at=Max("made_at"), people=Count("pk"), **states).order_by("-at", "kind", "days_before")[
        :SHOWN
    ]
    return [
        [
            *(f"{row['month']:%Y-%m}", str(ReminderKind(row["kind"]).label), row["at"], row["due_date"]),
            *(row["days_before"], row["people"]),
            *(row[state] for state in ReminderState),
        ]
        for row in found
    ]


def _bundles() -> list[list[Any]]:
    rows = Bundle.objects.select_related("unit", "division").order_by("-asked_at", "pk")[:SHOWN]
    return [
        [
            *(str(row), row.asked_at, row.get_state_display(), row.moved_at, f"{row.steps_done} / {row.steps}"),
            *(row.tries, row.failure),
        ]
        for row in rows
    ]


def _stars() -> list[list[Any]]:
    runs = StarRun.objects.select_related("round").order_by("-asked_at", "-pk")[:SHOWN]
    return [
        [run.round.title, run.asked_at, run.get_state_display(), run.done, run.stations, run.differ, run.error]
        for run in runs
    ]


def register_own() -> None:
    register_runs(
        RunTable(
            "rollups",
            _("Roll-ups"),
            [_("Month"), _("Begun"), _("State"), _("Seconds"), _("Stations"), _("Rows"), _("What went wrong")],
            _rollups,
            "reports_rolluprun",
        )
    )
    states = [state.label for state in ReminderState]
    register_runs(
        RunTable(
            "reminders",
            _("Reminders"),
            [_("Month"), _("Of what"), _("Made"), _("Deadline"), _("Working days before"), _("People"), *states],
            _reminders,
            "reports_reminder",
        )
    )
    register_runs(
        RunTable(
            "bundles",
            _("Bundles of reports"),
            [
                *(_("Of"), _("Asked for"), _("State"), _("Went on"), _("Steps"), _("Begun so often")),
                _("What went wrong"),
            ],
            _bundles,
            "reports_bundle",
        )
    )
    register_runs(
        RunTable(
            "stars",
            _("Stars worked out"),
            [
                *(_("Assessment"), _("Asked for"), _("State"), _("Worked out"), _("Stations"), _("Differ")),
                _("What went wrong"),
            ],
            _stars,
        )
    )
