"""What was promised in agreements, by their kind: how it stood at the end of the month."""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from partners.agreement_choices import AgreementKind, Verdict
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import measured
from reports.sections.happened import obligations
from reports.sections.printing import Row, Table, with_total

VERDICTS = {f"is_{verdict}": verdict for verdict in Verdict if verdict != Verdict.TO_COME}
FIGURES = ("promised", *VERDICTS)


def _rows(asked: Asked) -> list[Row]:
    sums = {key: Count("pk", filter=Q(verdict=verdict)) for key, verdict in VERDICTS.items()}
    counted = obligations(asked).values("agreement__kind").annotate(promised=Count("pk"), **sums)
    found = {row["agreement__kind"]: row for row in counted}
    return [
        {"kind": str(kind)} | {key: found[kind][key] for key in FIGURES}
        for kind in AgreementKind.values
        if kind in found
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = [row | {"name": str(AgreementKind(row["kind"]).label), "only": {"kind": row["kind"]}} for row in rows]
    columns = [
        Column("name", _("Kind of agreement"), width=24),
        Column("promised", _("Obligations"), "integer", 12),
        *(Column(key, str(verdict.label), "integer", 12) for key, verdict in VERDICTS.items()),
    ]
    note = _(
        "What was promised in agreements that held on a day of the month, as it stood at its end, for the unit that"
        " signed; noted each night until the end of the next month. Kept or not: of what was due in the end."
    )
    everything = with_total(lines, FIGURES)
    return Table("obligation", _("Obligations"), columns, everything, note, behind=measured("obligations", FIGURES))


SECTION = Section("obligation", ("kind",), _rows, _table)
