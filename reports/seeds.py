"""The sample by which stars can be given from the first day; adds only what was never there (see stations/seeds.py)."""

from decimal import Decimal
from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from reports.models import Rubric, RubricItem
from reports.stars.choices import RubricState
from stations.seeds import REASON, STEP, read_catalogue

DATA = Path(__file__).with_name("data")
NUMBERS = ("full_at", "zero_at", "veto_at")


@transaction.atomic
def seed_rubrics() -> int:
    """In force, so that a unit can assess by it or make a version of its own from it."""
    if Rubric.history.exists():
        return 0
    rows = [Rubric(state=RubricState.IN_FORCE, **row) for row in read_catalogue(DATA / "rubrics.csv")]
    made = bulk_create_with_history(rows, Rubric, default_change_reason=REASON)
    items = [
        RubricItem(
            rubric=rubric,
            order=STEP * number,
            weight=int(row.pop("weight")),
            veto_star=int(row.pop("veto_star")),
            **{name: Decimal(text) if (text := row.pop(name)) else None for name in NUMBERS},
            **row,
        )
        for rubric in made
        for number, row in enumerate(read_catalogue(DATA / "rubric_items.csv"), start=1)
    ]
    bulk_create_with_history(items, RubricItem, default_change_reason=REASON)
    return len(made)
