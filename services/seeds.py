"""First contents of the catalogues of `services`, to be edited; what was ever there stays as people made it."""

from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from services.models import AnswerSentence, InspectionForm, InspectionItem, SupplyItem
from stations.seeds import REASON, STEP, read_catalogue

DATA = Path(__file__).with_name("data")


def seed_supplies() -> int:
    """Add the supplies that were never there; answers how many."""
    return _seed(SupplyItem, "supplies.csv")


def seed_sentences() -> int:
    """Add the sentences for answers that were never there; answers how many."""
    return _seed(AnswerSentence, "answer_sentences.csv")


@transaction.atomic
def seed_inspection_forms() -> int:
    """Add the forms that were never there, with their items; answers how many forms."""
    known = set(InspectionForm.objects.values_list("code", flat=True))
    made = _seed(InspectionForm, "inspection_forms.csv")
    forms = {form.code: form for form in InspectionForm.objects.exclude(code__in=known)}
    rows = [
        InspectionItem(
            form=forms[row.pop("form")],
            order=STEP * number,
            points=int(row.pop("points")),
            is_veto=bool(row.pop("is_veto")),
            **row,
        )
        for number, row in enumerate(read_catalogue(DATA / "inspection_items.csv"), start=1)
        if row["form"] in forms
    ]
    bulk_create_with_history(rows, InspectionItem, default_change_reason=REASON)
    return made


@transaction.atomic
def _seed(model: type[SupplyItem] | type[AnswerSentence] | type[InspectionForm], file: str) -> int:
    known = set(model.history.values_list("code", flat=True)) | set(model.objects.values_list("code", flat=True))
    rows = [
        model(**row, order=STEP * number)
        for number, row in enumerate(read_catalogue(DATA / file), start=1)
        if row["code"] not in known
    ]
    return len(bulk_create_with_history(rows, model, default_change_reason=REASON))
