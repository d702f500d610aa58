"""What a station gives out today, as the public pages say it: “Ice water today”."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.portal.wording import Tag
from services.models import SupplyItem
from services.supplies import shown_items
from stations.publishing.leaves import supplies_of


@dataclass(frozen=True)
class Given:
    """`seen` is when there was last some, by the clock."""

    sentence: str
    seen: str


def supply_tags(card: Any, at: datetime) -> list[Tag]:
    """Of a card: today's, and none of tomorrow's, of which nobody knows."""
    there = supplies_of(card, timezone.localdate(at))
    return [Tag(_sentence(item), "today") for code, item in shown_items(at).items() if code in there] if there else []


def given_out(there: Mapping[str, str], at: datetime) -> list[Given]:
    """`there`: code and moment of what a station gives out today, from its live state. One query a minute."""
    items = shown_items(at) if there else {}
    return [
        Given(_sentence(item), f"{timezone.localtime(datetime.fromisoformat(there[code])):%H:%M}")
        for code, item in items.items()
        if code in there
    ]


def _sentence(item: SupplyItem) -> str:
    return _("{name} today").format(name=item)
