"""The journeys of an activity: vehicles with seats, and where they stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.places import fill_free_places
from services.activity_choices import ActivityStatus
from services.activity_policies import refuse_unless_may_organise
from services.models import Activity, Journey, JourneyStop, SignUp
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User

MOST_STOPS = 30


@dataclass(frozen=True)
class Vehicle:
    """A journey as it is planned: `stops` with the time of arrival at each."""

    name: str
    departs_from: str
    departs_at: datetime
    seats: int
    stops: Sequence[tuple[str, datetime]]


@transaction.atomic
def add_journey(*, activity: Activity, vehicle: Vehicle, by: User) -> Journey:
    """Add a vehicle. It takes nobody before it has a stop; the first one to come after the departure."""
    found = _held(activity, by)
    if found.sign_ups.coming().filter(stop=None).exists():
        raise Refused(_("People have signed up without a seat already. Plan an activity of its own for the journey."))
    _refuse_impossible(vehicle)
    return _write(found, vehicle, by)


def _write(activity: Activity, vehicle: Vehicle, by: User) -> Journey:
    journey = Journey(
        activity=activity,
        name=vehicle.name,
        departs_from=vehicle.departs_from,
        departs_at=vehicle.departs_at,
        seats=vehicle.seats,
    )
    save_with_history(journey, by=by, reason="")
    for name, at in vehicle.stops:
        save_with_history(JourneyStop(journey=journey, name=name, at=at), by=by, reason="")
    return journey


@transaction.atomic
def copy_journeys(activity: Activity, copy: Activity, *, by: User) -> None:
    """The same vehicles and stops, as long before or after its begin; all seats are free."""
    shift = copy.starts_at - activity.starts_at
    for journey in activity.journeys.prefetch_related(Prefetch("stops", JourneyStop.objects.order_by("at", "pk"))):
        stops = [(stop.name, stop.at + shift) for stop in journey.stops.all()]
        departs_at = journey.departs_at + shift
        vehicle = Vehicle(journey.name, journey.departs_from, departs_at, journey.seats, stops)
        _write(copy, vehicle, by)


@transaction.atomic
def set_seats(*, journey: Journey, seats: int, by: User) -> Journey:
    """Another vehicle comes: more seats go to those who wait, and never fewer than are taken."""
    activity = _held(journey.activity, by)
    found: Journey = Journey.objects.get(pk=journey.pk)
    found.seats = seats
    save_with_history(found, by=by, reason="")
    fill_free_places(activity)
    return found


@transaction.atomic
def remove_journey(*, journey: Journey, by: User) -> None:
    """Take back what nobody has signed up for."""
    _held(journey.activity, by)
    if SignUp.objects.filter(stop__journey=journey).exists():
        raise Refused(_("People have signed up for it. Cancel the activity, or tell them first."))
    found = Journey.objects.get(pk=journey.pk)
    for row in (*found.stops.all(), found):
        delete_with_history(row, by=by, reason="")


def _refuse_impossible(vehicle: Vehicle) -> None:
    if not 1 <= len(vehicle.stops) <= MOST_STOPS:
        raise Invalid("stops", _("A journey has 1 to %(most)d stops.") % {"most": MOST_STOPS})
    moments = [vehicle.departs_at, *(at for _name, at in vehicle.stops)]
    if moments != sorted(moments):
        raise Invalid("stops", _("Each stop is later than the one before it, the first later than the departure."))


def _held(activity: Activity, by: User) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("organiser")
    found: Activity = rows.get(pk=activity.pk)
    refuse_unless_may_organise(by, found.organiser)
    if found.status != ActivityStatus.PLANNED:
        raise StaleState(_("Only what is planned has journeys to change; this is: %(status)s.") % _status(found))
    return found


def _status(found: Activity) -> dict[str, str]:
    return {"status": str(found.get_status_display())}
