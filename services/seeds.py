"""First contents of the catalogue of supplies; what was ever there stays as people made it."""

from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from services.models import SupplyItem
from stations.seeds import REASON, STEP, read_catalogue

FILE = Path(__file__).with_name("data") / "supplies.csv"


@transaction.atomic
def seed_supplies() -> int:
    """Add the supplies that were never there; answers how many. A proposal, to be edited."""
    known = set(SupplyItem.history.values_list("code", flat=True))
    known |= set(SupplyItem.objects.values_list("code", flat=True))
    rows = [
        SupplyItem(**row, order=STEP * number)
        for number, row in enumerate(read_catalogue(FILE), start=1)
        if row["code"] not in known
    ]
    return len(bulk_create_with_history(rows, SupplyItem, default_change_reason=REASON))
