"""Who operates and supervises the station of a row, and its division: what is blank stays as it is, or is found."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stations.imports.known import Known
from stations.imports.sheets import Row
from stations.imports.units import AnyUnit, NewUnit
from stations.models import Posting
from stations.places import Place
from stations.policies import holds_line

LINE_COLUMNS = {"operator", "supervisor", "division"}


@dataclass(frozen=True)
class LineWanted:
    """Operator, supervisor and division as they shall be."""

    operator: AnyUnit | None = None
    supervisor: AnyUnit | None = None
    division: Place | None = None

    def differs_from(self, posting: Posting | None) -> bool:
        """From no posting a line differs that names anything."""
        if posting is None:
            return bool(self.operator or self.supervisor or self.division)
        code = self.division.code if self.division else None
        return (self.operator, self.supervisor, code) != (posting.operator, posting.supervisor, posting.division_id)


def read_line(row: Row, known: Known, posting: Posting | None, *, is_new: bool) -> LineWanted:
    """The line of the row. Changing it needs one of operator and supervisor in the care of whoever imports."""
    division = _division(row, known, posting, is_new=is_new)
    operator = _unit(row, "operator", known) or (posting.operator if posting else None)
    supervisor = _unit(row, "supervisor", known) or (posting.supervisor if posting else None)
    is_elsewhere = division is not None and (posting is None or division.code != posting.division_id)
    if supervisor is None and division and is_elsewhere:
        supervisor = known.supervisor(division.code)
    line = LineWanted(operator, supervisor, division)
    if (is_new or line.differs_from(posting)) and not row.wrong & LINE_COLUMNS:
        _refuse_other_lines(row, line, known)
        if posting and posting.station_id in known.booked:
            row.error("operator", _("This station is to move on a later day already. Change that in the back office."))
    return line


def _division(row: Row, known: Known, posting: Posting | None, *, is_new: bool) -> Place | None:
    if text := row.values.get("division"):
        return _division_named(row, known, text)
    if posting and posting.division_id:
        return known.gazetteer.by_code.get(posting.division_id) or Place(posting.division_id, "", "", None, None, None)
    place = known.gazetteer.in_address(row.values.get("address", "")) if is_new else None
    if place is None and is_new and "division" not in row.cells:
        row.warn("division", _("Neither the row nor its address names a division, so no area's report counts it."))
    return place


def _division_named(row: Row, known: Known, text: str) -> Place | None:
    try:
        resolved = known.division(text, row.values.get("address", ""))
    except ValueError as error:
        row.error("division", str(error))
        return None
    if resolved.warning:
        row.warn("division", resolved.warning)
    return resolved.place


def _unit(row: Row, key: str, known: Known) -> AnyUnit | None:
    if key not in row.values:
        return None
    try:
        unit = known.units.find(row.values[key], may_make=key == "operator")
    except ValueError as error:
        row.error(key, str(error))
        return None
    if isinstance(unit, NewUnit):
        sentence = _("The unit “%(unit)s” does not exist yet and is made below “%(parent)s”.")
        row.warn(key, sentence % {"unit": unit, "parent": unit.parent})
    return unit


def _refuse_other_lines(row: Row, line: LineWanted, known: Known) -> None:
    if holds_line(known.scope, (line.operator, line.supervisor)):
        return
    row.error(
        "operator",
        _(
            "Neither the operator nor the supervisor of row %(row)s is one of your units. Fill in the operator, for"
            " example 中国建设银行/山东省分行/济南分行."
        )
        % {"row": row.number},
    )
