"""Short ways to a finished inspection and its findings."""

from typing import Any

from django.utils import timezone

from services.actions.inspections import Said, finish_inspection, save_answers, start_inspection
from services.choices import InspectionKind, Result, Severity
from services.models import Finding, Inspection, InspectionForm, InspectionItem
from stations.models import Station, User


def make_form(code: str = "routine", items: tuple[str, ...] = ("opening", "hygiene")) -> InspectionForm:
    """Two items, of which the first decides alone, is urgent and confirms the hours."""
    form = InspectionForm.objects.create(code=code, name="日常检查表", name_en="Routine check")
    for number, item in enumerate(items):
        InspectionItem.objects.create(
            form=form,
            code=item,
            name=f"检查{item}",
            name_en=item.capitalize(),
            severity=Severity.URGENT if number == 0 else Severity.MINOR,
            points=3 if number == 0 else 1,
            is_veto=number == 0,
            facts="hours phone amenity:wifi" if number == 0 else "amenity:water",
            order=number,
        )
    return form


def begin(by: User, station: Station, kind: InspectionKind = InspectionKind.SPOT_CHECK) -> Inspection:
    form = InspectionForm.objects.filter(code="routine").first() or make_form()
    return start_inspection(station=station, form=form, kind=kind, by=by)


def answer(inspection: Inspection, by: User, **results: Result) -> Inspection:
    """By the code of the item; the others passed."""
    said = {
        row.pk: Said(results.get(row.item.code, Result.PASSED), "记下来" if row.item.code in results else "")
        for row in inspection.answers.select_related("item")
    }
    return save_answers(inspection=inspection, said=said, by=by)


def inspect(
    by: User, station: Station, kind: InspectionKind = InspectionKind.SPOT_CHECK, **results: Result
) -> Inspection:
    begun = begin(by, station, kind)
    answer(begun, by, **results)
    return finish_inspection(inspection=begun, by=by)


def find_fault(by: User, station: Station, item: str = "hygiene") -> Finding:
    """A finding of an inspection."""
    return inspect(by, station, **{item: Result.FAILED}).findings.get(item__code=item)  # type: ignore[arg-type]  # a test's shorthand


def leave_finding(by: User, station: Station, **fields: Any) -> Finding:
    """The row alone."""
    now = timezone.now()
    due = {"due_date": now.date(), "first_due_date": now.date()}
    values = {"text": "灯坏了", "severity": Severity.MINOR, "opened_by": by, "opened_at": now} | due | fields
    return Finding.objects.create(station=station, **values)
