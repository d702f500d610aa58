"""What the people at a station say about its equipment: broken, repaired."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from stations.actions.facts import record_checks
from stations.choices import Health, HowChecked
from stations.facts import amenity_fact
from stations.models import StationAmenity, User
from stations.policies import refuse_unless_may_record


@transaction.atomic
def report_broken(*, amenity: StationAmenity, by: User, due_back: date | None = None, note: str = "") -> StationAmenity:
    """Out of order from today, or still, with the day on which it should work again."""
    refuse_unless_may_record(by, amenity.station)
    amenity = _in_hand(amenity)
    today = timezone.localdate()
    if due_back and due_back < today:
        raise Invalid("due_back", _("The day of repair lies ahead, or leave it empty."))
    if len(note) > 100:
        raise Invalid("note", _("A note has at most 100 characters."))
    if amenity.health == Health.OK:
        amenity.out_since = today
    amenity.health, amenity.due_back, amenity.note = Health.OUT_OF_ORDER, due_back, note.strip()
    return _kept(amenity, by)


@transaction.atomic
def report_repaired(*, amenity: StationAmenity, by: User) -> StationAmenity:
    """Working again: the dates and the note of the fault go; history keeps them."""
    refuse_unless_may_record(by, amenity.station)
    amenity = _in_hand(amenity)
    if amenity.health == Health.OK:
        return amenity
    amenity.health, amenity.out_since, amenity.due_back, amenity.note = Health.OK, None, None, ""
    return _kept(amenity, by)


def _in_hand(amenity: StationAmenity) -> StationAmenity:
    rows = StationAmenity.objects.select_for_update(of=("self",)).select_related("station", "amenity")
    row: StationAmenity = rows.get(pk=amenity.pk)
    return row


def _kept(amenity: StationAmenity, by: User) -> StationAmenity:
    amenity._history_user = by  # type: ignore[attr-defined]  # simple_history's documented way
    amenity.save()
    record_checks(station=amenity.station, what=[amenity_fact(amenity.amenity.code)], how=HowChecked.STAFF, by=by)
    return amenity
