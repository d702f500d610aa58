"""The places of an activity, and the seats of its journeys: who has one, and who waits.

Whoever calls holds the row of the activity, so that places are given out one after the other; should anybody forget,
the database refuses a place too many.
"""

from django.db.models import F

from services.activity_choices import SignUpState
from services.models import Activity, Journey, SignUp


def fits(activity: Activity, journey: Journey | None, people: int) -> bool:
    """Whether so many people still have a place, and seats."""
    is_room = activity.capacity is None or activity.booked_count + people <= activity.capacity
    return is_room and (journey is None or journey.free >= people)


def take_places(sign_up: SignUp) -> None:
    _count(sign_up, sign_up.people)


def give_back(sign_up: SignUp) -> None:
    _count(sign_up, -sign_up.people)


def _count(sign_up: SignUp, people: int) -> None:
    # Without a line of history: they are sums of the sign-ups.
    Activity.objects.filter(pk=sign_up.activity_id).update(booked_count=F("booked_count") + people)
    if sign_up.stop is not None:
        Journey.objects.filter(pk=sign_up.stop.journey_id).update(booked_count=F("booked_count") + people)


def fill_free_places(activity: Activity) -> int:
    """Give what is free to those who wait, in the order in which they came; how many sign-ups.

    A family that is too large for what is left lets the next one by.
    """
    found = Activity.objects.get(pk=activity.pk)
    journeys = {journey.pk: journey for journey in found.journeys.all()}
    moved = 0
    for waiting in SignUp.objects.filter(activity=found).waiting().select_related("stop"):
        journey = journeys[waiting.stop.journey_id] if waiting.stop else None
        if not fits(found, journey, waiting.people):
            continue
        SignUp.objects.filter(pk=waiting.pk).update(state=SignUpState.BOOKED)
        take_places(waiting)
        found.booked_count += waiting.people
        if journey is not None:
            journey.booked_count += waiting.people
        moved += 1
    return moved
