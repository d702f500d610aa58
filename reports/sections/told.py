"""What visitors told us, and what inspections found: how much of it, and how much was settled in time."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import MENDED, Reason, in_spans, measured
from reports.sections.behind import SETTLED as SETTLED_OF_ALL
from reports.sections.happened import feedback, findings
from reports.sections.printing import NONE, Row, Table, share, span_columns, with_total
from services.choices import UNSETTLED, WAITING, FeedbackKind, FeedbackState, FindingState, Severity
from services.querysets import ANSWERED_IN_TIME, MENDED_IN_TIME

SETTLED = ("settled", "in_time", "open")


Counts = dict[str, list[Row]]
"""By the span a row for each kind: how many there were, and how many of them are `SETTLED`."""


def feedback_counts(asked: Asked) -> Counts:
    sums = {
        "settled": Count("pk", filter=Q(state=FeedbackState.ANSWERED)),
        "in_time": Count("pk", filter=ANSWERED_IN_TIME),
        "open": Count("pk", filter=Q(state__in=WAITING)),
    }
    return {when: _counts(feedback(asked, when), "kind", sums) for when in WHEN}


def finding_counts(asked: Asked) -> Counts:
    sums = {
        "settled": Count("pk", filter=~Q(state=FindingState.OPEN)),
        "in_time": Count("pk", filter=MENDED_IN_TIME),
        "open": Count("pk", filter=Q(state__in=UNSETTLED)),
    }
    return {when: _counts(findings(asked, when), "severity", sums) for when in WHEN}


def _counts(rows: Any, key: str, sums: dict[str, Any]) -> list[Row]:
    return list(rows.values(key).annotate(count=Count("pk"), **sums))


def _told_rows(asked: Asked) -> list[Row]:
    return _by(asked.once(feedback_counts), "kind", FeedbackKind.values)


def _found_rows(asked: Asked) -> list[Row]:
    return _by(asked.once(finding_counts), "severity", Severity.values)


def _by(counts: Counts, key: str, order: Sequence[str]) -> list[Row]:
    found: dict[str, Row] = {}
    for when, rows in counts.items():
        for row in rows:
            line = found.setdefault(row[key], dict.fromkeys((*WHEN, *SETTLED), 0))
            line |= {when: row["count"]} | ({name: row[name] for name in SETTLED} if when == "value" else {})
    return [{key: str(one)} | found[one] for one in order if one in found]


def _told_table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    note = _("Reports that say the same are one. In time: on or before the day on which the answer was due.")
    names = [str(FeedbackKind(row["kind"]).label) for row in rows]
    return _settling("feedback", _("What visitors told us"), _("What it was about"), figures, rows, names, note)


def _found_table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    note = _(
        "By the day on which an inspection found it. In time: mended by the first deadline, and not sent back. What is"
        " mended is settled once somebody else has looked again."
    )
    names = [str(Severity(row["severity"]).label) for row in rows]
    return _settling("finding", _("What inspections found"), _("How soon to be mended"), figures, rows, names, note)


def _settling(  # the two tables differ in these words
    key: str, title: str, first: str, figures: MonthFigures, rows: Sequence[Row], names: Sequence[str], note: str
) -> Table:
    settled, still_open, share_settled, worked_out = _words()[key]
    columns = [
        Column("name", first, width=24),
        *span_columns(figures.spans),
        Column("settled", settled, "integer", 10),
        Column("in_time", _("In time"), "integer", 10),
        Column("open", still_open, "integer", 10),
        Column("share", share_settled, "percent", 12),
    ]
    by = "kind" if key == "feedback" else "severity"
    lines = [row | {"name": name, "only": {by: row[by]}} for row, name in zip(rows, names, strict=True)]
    everything = [line | {"share": _settled(line)} for line in with_total(lines, (*WHEN, *SETTLED))]
    behind = in_spans(key, "count") | measured(key, SETTLED) | {"share": worked_out}
    return Table(key, title, columns, everything, note, behind=behind)


def _words() -> dict[str, tuple[str, str, str, Reason]]:
    """A finding that is mended still waits for who looks again; a report of a visitor is answered, and that is all."""
    return {
        "feedback": (_("Settled"), _("Still open"), _("Settled of all"), SETTLED_OF_ALL),
        "finding": (_("Mended"), _("Not settled"), _("Mended of all"), MENDED),
    }


def _settled(line: Row) -> float | str:
    return NONE if line["value"] == NONE else share(line["settled"], line["value"])


FEEDBACK = Section("feedback", ("kind",), _told_rows, _told_table)
FINDINGS = Section("finding", ("severity",), _found_rows, _found_table)
