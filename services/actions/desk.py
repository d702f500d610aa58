"""What people at a station's desk tell each other, and their officer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from services.models import HandOver, KeeperNote
from services.models.desk import MAX_NOTE
from services.policies import refuse_unless_may_answer
from stations.models import Station, User
from stations.policies import refuse_unless_may_record


@transaction.atomic
def write_note(*, station: Station, text: str, by: User, at: datetime | None = None) -> KeeperNote:
    """Tell the officers something; `at` is when it was written, where it took a while to arrive."""
    refuse_unless_may_record(by, station)
    if not text:
        raise Invalid("text", _("A note says something."))
    return KeeperNote.objects.create(station=station, text=_short(text, "text"), by=by, at=at or timezone.now())


@transaction.atomic
def settle_note(*, note: KeeperNote, by: User, answer: str = "") -> KeeperNote:
    """Deal with a note, with or without an answer; the keepers read who did, and when."""
    refuse_unless_may_answer(by, note.station)
    values = {"answer": _short(answer, "answer"), "settled_by": by, "settled_at": timezone.now()}
    if not KeeperNote.objects.filter(pk=note.pk, settled_at=None).update(**values):
        raise StaleState(_("Somebody else has dealt with this note already."))
    note.refresh_from_db()
    return note


@transaction.atomic
def hand_over(*, station: Station, by: User, text: str = "") -> HandOver:
    """Leave the desk to whoever comes next. One that nobody took stays as it is; the last one counts."""
    refuse_unless_may_record(by, station)
    return HandOver.objects.create(station=station, by=by, at=timezone.now(), text=_short(text, "text"))


@transaction.atomic
def take_over(*, station: Station, by: User) -> HandOver:
    """Say that one is at the desk now."""
    refuse_unless_may_record(by, station)
    last = HandOver.objects.filter(station=station).select_for_update(of=("self",)).order_by("-at", "-pk")
    found: HandOver | None = last.first()
    if found is None or found.taken_at is not None:
        raise StaleState(_("Nobody has handed over, or somebody else has taken over already."))
    found.taken_by, found.taken_at = by, timezone.now()
    found.save()
    return found


def _short(text: str, field: str) -> str:
    if len(text) > MAX_NOTE:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": MAX_NOTE})
    return text
