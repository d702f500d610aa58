"""Signing up for an activity, without an account: with a phone number, or with nothing but a receipt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.phones import dialled
from services.actions.places import fill_free_places, fits, give_back, take_places
from services.activity_choices import ActivityStatus, SignUpState
from services.models import Activity, JourneyStop, SignUp
from services.models.sign_ups import MOST_PEOPLE
from services.receipts import new_receipt
from stations.actions.records import save_with_history

KEPT_DAYS = 30
"""For so long after the activity a phone number is kept: long enough to ask how it was, or to find an umbrella."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for."""

    client_key: UUID
    people: int = 1
    stop: JourneyStop | None = None
    phone: str = ""
    has_consented: bool = False


def signed_up(activity: Activity, key: UUID) -> SignUp | None:
    """The sign-up that came with this key before: a retry is no second one."""
    sent = SignUp.objects.filter(client_key=key).first()
    if sent is not None and sent.activity_id != activity.pk:
        raise Refused(_("This form has been sent already. Please load the page once more."))
    return sent


@transaction.atomic
def sign_up(*, activity: Activity, wanted: Wanted, at: datetime) -> SignUp:
    """Take a place, or one on the waiting list. The same key sent again answers with the first."""
    found: Activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if sent := signed_up(found, wanted.client_key):
        return sent
    refuse_unless_taking_sign_ups(found, at)
    phone = _checked_phone(wanted)
    stop = _checked_stop(found, wanted)
    if not 1 <= wanted.people <= MOST_PEOPLE:
        raise Invalid("people", _("One sign-up is for one to five people."))
    has_place = fits(found, stop.journey if stop else None, wanted.people)
    row = SignUp(
        activity=found,
        stop=stop,
        receipt=new_receipt(),
        client_key=wanted.client_key,
        people=wanted.people,
        phone=phone,
        state=SignUpState.BOOKED if has_place else SignUpState.WAITING,
        signed_at=at,
    )
    save_with_history(row, by=None, reason="")
    if has_place:
        take_places(row)
    return row


@transaction.atomic
def cancel_sign_up(*, sign_up: SignUp, at: datetime) -> SignUp:
    """Give the place back, to whoever waits first; the phone number goes at once. Cancelling twice changes nothing."""
    activity: Activity = Activity.objects.select_for_update(of=("self",)).get(pk=sign_up.activity_id)
    found: SignUp = SignUp.objects.select_related("stop").get(pk=sign_up.pk)
    if found.state == SignUpState.CANCELLED:
        return found
    if at >= activity.ends_at:
        raise StaleState(_("It is over, so there is nothing to cancel."))
    had_place = found.state == SignUpState.BOOKED
    found.state, found.cancelled_at = SignUpState.CANCELLED, at
    found.phone, found.phone_print = "", ""
    save_with_history(found, by=None, reason="")
    if had_place:
        give_back(found)
        if activity.status == ActivityStatus.PLANNED:
            fill_free_places(activity)
    return found


def forget_phones(*, at: datetime) -> int:
    """Erase the phone numbers of activities that were over `KEPT_DAYS` ago; how many."""
    rows = SignUp.objects.all().to_erase(at - timedelta(days=KEPT_DAYS))
    return int(rows.update(phone="", phone_print=""))


def refuse_unless_taking_sign_ups(activity: Activity, at: datetime) -> None:
    """Whether somebody can sign up at that moment."""
    if activity.status == ActivityStatus.CANCELLED:
        raise Refused(_("It was cancelled: %(notice)s") % {"notice": activity.notice})
    if not activity.takes_sign_ups:
        raise Refused(_("Nobody needs to sign up: just come."))
    if activity.status != ActivityStatus.PLANNED or at >= (activity.sign_up_until or activity.starts_at):
        raise Refused(_("Sign-up has ended."))


def _checked_phone(wanted: Wanted) -> str:
    """The number as digits. Whether it has signed up before is for the organiser to see, not for whoever types it."""
    if not wanted.phone.strip():
        return ""
    phone = dialled(wanted.phone)
    if not phone:
        raise Invalid("phone", _("This is no phone number. You may leave it empty."))
    if not wanted.has_consented:
        raise Invalid("consent", _("Tick that we may keep the number, or leave it empty."))
    return phone


def _checked_stop(activity: Activity, wanted: Wanted) -> JourneyStop | None:
    """The stop where they get off, with its journey; none where there is no journey."""
    if wanted.stop is None:
        if activity.journeys.exists():
            raise Invalid("stop", _("Choose where you get off."))
        return None
    stops = JourneyStop.objects.select_related("journey").filter(journey__activity=activity)
    if (stop := stops.filter(pk=wanted.stop.pk).first()) is None:
        raise Invalid("stop", _("Choose where you get off."))
    return stop
