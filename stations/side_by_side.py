"""Two stations beside each other, fact by fact."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stations.choices import Access
from stations.models import Posting, Station


@dataclass(frozen=True)
class Fact:
    """`name` is that of the field that the station that stays may take over; "" where there is nothing to take."""

    label: str | Promise
    kept: str
    duplicate: str
    name: str = ""

    @property
    def differs(self) -> bool:
        return self.kept != self.duplicate

    @property
    def may_be_taken(self) -> bool:
        return bool(self.name) and self.differs and self.duplicate != NOTHING

    @property
    def fills_a_gap(self) -> bool:
        return self.may_be_taken and self.kept == NOTHING


NOTHING = "—"

Tell = Callable[[Any], Any]


def _hours(station: Station) -> str:
    schedule = station.schedule
    return f"{schedule.opening_hours} · {schedule.get_calendar_policy_display()}" if schedule else ""


FIELDS: tuple[tuple[str, Tell], ...] = (
    ("name", lambda station: station.name),
    ("address", lambda station: station.address),
    ("host_kind", lambda station: station.get_host_kind_display()),
    ("entry_mode", lambda station: station.get_entry_mode_display()),
    ("phone", lambda station: station.phone),
    ("schedule", _hours),
    ("area_m2", lambda station: station.area_m2),
    ("seats", lambda station: station.seats),
    ("is_smart", lambda station: gettext("yes") if station.is_smart else gettext("no")),
    ("counts_by_hour", lambda station: gettext("yes") if station.counts_by_hour else gettext("no")),
)


def facts_of(kept: Station, duplicate: Station, today: date) -> Iterator[Fact]:
    """What the two say of themselves, what may be taken over first."""
    for name, tell in FIELDS:
        label = Station._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # these are all plain fields
        yield Fact(label, _shown(tell(kept)), _shown(tell(duplicate)), name)
    yield Fact(_("place"), _place(kept), _place(duplicate), "longitude")
    yield Fact(_("state"), kept.get_status_display(), duplicate.get_status_display())
    yield Fact(_("opened on"), _shown(kept.opened_date), _shown(duplicate.opened_date))
    lines = {posting.station_id: posting for posting in _lines(kept, duplicate, today)}
    for label, name in ((_("operator"), "operator"), (_("supervisor"), "supervisor"), (_("division"), "division")):
        yield Fact(label, *(_shown(getattr(lines.get(one.pk), name, None)) for one in (kept, duplicate)))
    yield Fact(_("amenities"), _amenities(kept), _amenities(duplicate))
    yield Fact(_("keepers"), _keepers(kept), _keepers(duplicate))


def fingerprint(facts: Iterable[Fact]) -> str:
    """Another one as soon as either of the two says something else of itself."""
    said = [(str(fact.label), fact.kept, fact.duplicate) for fact in facts]
    return sha256(json.dumps(said).encode()).hexdigest()


def _shown(value: Any) -> str:
    return NOTHING if value in {None, ""} else str(value)


def _place(station: Station) -> str:
    return f"{station.longitude:.5f}, {station.latitude:.5f}" if station.is_placed else NOTHING


def _lines(kept: Station, duplicate: Station, today: date) -> Any:
    rows = Posting.objects.on(today).filter(station__in=[kept, duplicate])
    return rows.select_related("operator", "supervisor", "division")


def _amenities(station: Station) -> str:
    rows = station.amenities.select_related("amenity").order_by("amenity__order", "amenity__code")
    return _shown(gettext(", ").join(str(row.amenity if row.access == Access.OPEN else row) for row in rows))


def _keepers(station: Station) -> str:
    rows = station.keepers.select_related("user").order_by("pk")
    return _shown(gettext(", ").join(str(row.user) for row in rows))
