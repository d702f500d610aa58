"""First contents of the catalogue of programmes; adds only what was never there (see stations/seeds.py)."""

from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from partners.models import Programme
from stations.seeds import REASON, STEP, read_catalogue

PROGRAMMES = Path(__file__).with_name("data") / "programmes.csv"


@transaction.atomic
def seed_programmes() -> int:
    known = set(Programme.history.values_list("code", flat=True)) | set(
        Programme.objects.values_list("code", flat=True)
    )
    rows = [
        Programme(**row, order=STEP * number)
        for number, row in enumerate(read_catalogue(PROGRAMMES), start=1)
        if row["code"] not in known
    ]
    return len(bulk_create_with_history(rows, Programme, default_change_reason=REASON))
