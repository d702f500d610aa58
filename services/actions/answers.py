"""What staff do with a report: take it in hand, hand it over, answer it, merge it, follow what it suggests.

Every one of them holds the entry, asks who may, and finds out whether somebody else was quicker.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.choices import WAITING, FeedbackKind, FeedbackState
from services.models import Feedback
from services.models.feedback import MAX_TEXT
from services.policies import refuse_unless_may_answer
from stations.actions.amenities import report_broken
from stations.actions.facts import record_checks
from stations.actions.records import save_with_history
from stations.actions.stations import place_station
from stations.changes import mark_changed
from stations.choices import Health, HowChecked
from stations.facts import ENTRY, HOURS, PLACE, SEEN_OPEN, amenity_fact
from stations.models import Station, StationAmenity, User
from stations.policies import may_edit, refuse_unless_may_record

DOUBTED: dict[str, str] = {
    FeedbackKind.WRONG_PLACE: PLACE,
    FeedbackKind.WRONG_HOURS: HOURS,
    FeedbackKind.ARRIVED_BUT_CLOSED: HOURS,
    FeedbackKind.REFUSED: ENTRY,
}


@transaction.atomic
def take_in_hand(*, feedback: Feedback, by: User) -> Feedback:
    """Look after it oneself, also when it was in another's hand."""
    entry = _held(feedback, by)
    entry.state, entry.owner = FeedbackState.IN_HAND, by
    return _kept(entry, by, "taken in hand")


@transaction.atomic
def hand_over(*, feedback: Feedback, to: User, by: User) -> Feedback:
    """Give it to another officer of the station."""
    entry = _held(feedback, by)
    if not may_edit(to, entry.station):
        raise Invalid("to", _("%(name)s is no officer of this station.") % {"name": to})
    entry.state, entry.owner = FeedbackState.IN_HAND, to
    return _kept(entry, by, "handed over")


@transaction.atomic
def answer_feedback(*, feedback: Feedback, text: str, by: User, was_unfounded: bool = False) -> Feedback:
    """Say what was done; everybody who said the same reads it behind their own receipt. It settles a locked door.

    A report that turned out unfounded proves the fact that it doubted.
    """
    entry = _held(feedback, by)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("answer", _("An answer says something."))
    if len(text) > MAX_TEXT:
        raise Invalid("answer", _("An answer has at most %(most)d characters.") % {"most": MAX_TEXT})
    entry.state, entry.owner = FeedbackState.ANSWERED, entry.owner or by
    entry.answer, entry.answered_at, entry.answered_by = text, timezone.now(), by
    if was_unfounded:
        record_checks(station=entry.station, what=doubted_facts(entry), how=HowChecked.PUBLIC, by=by)
    _mark(entry)
    return _kept(entry, by, "answered")


@transaction.atomic
def merge_feedback(*, feedback: Feedback, into: Feedback, by: User) -> Feedback:
    """Put the entry, with everybody who spoke with it, beside another of the same station that says the same."""
    if feedback.pk == into.pk:
        raise Invalid("into", _("A report is not merged with itself."))
    # In the order of their numbers, so that two who merge crosswise wait for each other once and not for ever.
    held = {row.pk: row for row in _locked([feedback.pk, into.pk])}
    entry, other = _checked(held[feedback.pk], by), held[into.pk]
    if other.station_id != entry.station_id or other.state == FeedbackState.MERGED:
        raise Invalid("into", _("Choose another report about the same station."))
    for voice in entry.voices.select_for_update().order_by("pk"):
        voice.same_as = other
        _kept(voice, by, "merged")
    entry.state, entry.same_as, entry.owner = FeedbackState.MERGED, other, None
    _mark(entry)
    return _kept(entry, by, "merged")


@transaction.atomic
def follow_suggestion(*, feedback: Feedback, by: User) -> Feedback:
    """Do what the report suggests: move the station to the pin, or mark the equipment as out of order."""
    entry = _held(feedback, by)
    reason = _("Report %(receipt)s") % {"receipt": entry.spelt_receipt}
    if entry.longitude is not None and entry.latitude is not None:
        place_station(by=by, station=entry.station, longitude=entry.longitude, latitude=entry.latitude, reason=reason)
    elif row := _equipment(entry):
        report_broken(amenity=row, by=by, note=reason)
    else:
        raise Refused(_("This report suggests nothing that could be done from here."))
    return entry


@transaction.atomic
def confirm_open(*, station: Station, by: User, at: datetime | None = None) -> int:
    """Say at the door that the station is open: locked doors reported up to then leave the map. How many there were.

    `at` is when it was said, where it took a while to arrive.

    The reports themselves still wait for their answers.
    """
    refuse_unless_may_record(by, station)
    moment = at or timezone.now()
    record_checks(station=station, what=SEEN_OPEN, how=HowChecked.VISIT, by=by, at=moment)
    doors = Feedback.objects.filter(station=station, kind=FeedbackKind.ARRIVED_BUT_CLOSED, said_at__lte=moment)
    spoken_for = doors.values_list(Coalesce("same_as", "pk"))
    entries = list(Feedback.objects.waiting().filter(pk__in=spoken_for).select_for_update().order_by("pk"))
    for entry in entries:
        entry.confirmed_open_at = max(moment, entry.confirmed_open_at or moment)
        _kept(entry, by, "open again")
    if entries:
        _mark(entries[0])
    return len(entries)


def doubted_facts(entry: Feedback) -> list[str]:
    """Which facts of the station the report says to be wrong."""
    if entry.kind == FeedbackKind.BROKEN:
        return [amenity_fact(entry.amenity.code)] if entry.amenity else []
    return [DOUBTED[entry.kind]] if entry.kind in DOUBTED else []


def suggests_action(entry: Feedback) -> bool:
    """Whether `follow_suggestion` has something to do. At most one query."""
    return entry.state in WAITING and (entry.longitude is not None or _equipment(entry) is not None)


def _equipment(entry: Feedback) -> StationAmenity | None:
    if entry.kind != FeedbackKind.BROKEN or entry.amenity_id is None:
        return None
    # What is marked already would lose the day of repair and the note that the keeper gave it.
    rows = StationAmenity.objects.filter(station=entry.station_id, amenity=entry.amenity_id, health=Health.OK)
    found: StationAmenity | None = rows.select_related("station").first()
    return found


def _held(feedback: Feedback, by: User) -> Feedback:
    (entry,) = _locked([feedback.pk])
    return _checked(entry, by)


def _locked(ids: Iterable[int]) -> list[Feedback]:
    rows = Feedback.objects.select_for_update(of=("self",)).select_related("station", "owner")
    return list(rows.filter(pk__in=list(ids)).order_by("pk"))


def _checked(entry: Feedback, by: User) -> Feedback:
    refuse_unless_may_answer(by, entry.station)
    if entry.state not in WAITING:
        raise StaleState(
            _("This report is now: %(state)s. Look again before you change it.")
            % {"state": entry.get_state_display().lower()}
        )
    return entry


def _kept(entry: Feedback, by: User, reason: str) -> Feedback:
    save_with_history(entry, by=by, reason=reason)
    return entry


def _mark(entry: Feedback) -> None:
    """Whatever the entry itself says, a locked door may have been merged with it."""
    mark_changed([entry.station_id], live_only=True)
