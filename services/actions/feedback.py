"""What a visitor tells us: received once, and put beside those who said the same."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.files import sweep_folder
from services.choices import WAITING, FeedbackKind, FeedbackState
from services.deadlines import due_date
from services.limits import KEPT_DAYS, LONGEST_WAIT, SAME_WITHIN_HOURS
from services.models import Feedback
from services.models.feedback import PHOTO_FOLDER
from services.receipts import new_receipt
from stations.actions.facts import record_checks
from stations.actions.records import save_with_history
from stations.changes import mark_changed
from stations.choices import HowChecked
from stations.facts import SEEN_OPEN
from stations.models import Amenity, Station
from stations.moved import kept_of

CONTENT = ("station", "kind", "amenity", "text", "longitude", "latitude", "suggested_hours")
"""What makes two reports the same one, sent twice."""


@dataclass(frozen=True)
class Report:
    """What one visitor says."""

    station: Station
    kind: FeedbackKind
    client_key: UUID
    text: str = ""
    amenity: Amenity | None = None
    longitude: float | None = None
    latitude: float | None = None
    suggested_hours: str = ""
    waited: timedelta = timedelta()
    """For how long it was on the visitor's device before there was a network."""


@transaction.atomic
def receive_feedback(*, report: Report, photo: bytes = b"") -> Feedback:
    """Keep the report, with a picture that `clean_image` has made anew.

    The same key sent again answers with the first report, and with other content it is refused.

    Nobody is named as its author, even where somebody is logged in on the same device.
    """
    # Reports of a station take turns: two of the same at the same moment must not become two entries.
    held = Station.objects.select_for_update(no_key=True)
    if (kept := kept_of(held.get(pk=report.station.pk))) != report.station:
        # It was merged while this came in.
        report = replace(report, station=held.get(pk=kept.pk))
    if sent := received_before(report):
        return sent
    now = timezone.now()
    same = said_already(report)
    receipt = new_receipt()
    feedback = Feedback(
        receipt=receipt,
        client_key=report.client_key,
        station=report.station,
        kind=report.kind,
        amenity=report.amenity,
        text=report.text,
        longitude=report.longitude,
        latitude=report.latitude,
        suggested_hours=report.suggested_hours,
        # Written when the checks have passed, as the row is; a file without a row is swept away (`sweep_photos`).
        photo=ContentFile(photo, f"{receipt}.webp") if photo else "",
        said_at=now - max(timedelta(), min(report.waited, LONGEST_WAIT)),
        received_at=now,
        state=FeedbackState.MERGED if same else FeedbackState.RECEIVED,
        same_as=same,
        due_date=same.due_date if same else due_date(report.kind, timezone.localdate(now)),
    )
    save_with_history(feedback, by=None, reason="")
    if report.kind == FeedbackKind.PRAISE:
        # Who thanks for it was there, and found it open.
        record_checks(station=report.station, what=SEEN_OPEN, how=HowChecked.PUBLIC, at=feedback.said_at)
    if report.kind == FeedbackKind.ARRIVED_BUT_CLOSED:
        mark_changed([report.station.pk], live_only=True)
    return feedback


def sweep_photos(*, at: datetime) -> int:
    """Delete the files that no report names and that are not of the last day: left by saves that failed. How many."""
    return sweep_folder(PHOTO_FOLDER, set(Feedback.objects.exclude(photo="").values_list("photo", flat=True)), at=at)


def forget_words(*, at: datetime) -> int:
    """Erase what visitors wrote and photographed longer than `KEPT_DAYS` ago, once it is settled; how many reports.

    That there was a report, of what kind, when, and what was answered stays: figures are made of it. The files go with
    the next `sweep_photos`.
    """
    words = ~Q(text="") | ~Q(photo="")
    old = Feedback.objects.exclude(state__in=WAITING).filter(words, received_at__lt=at - timedelta(days=KEPT_DAYS))
    with transaction.atomic():
        found = list(old.select_for_update().values_list("pk", flat=True))
        Feedback.history.filter(id__in=found).update(text="", photo="")
        Feedback.objects.filter(pk__in=found).update(text="", photo="")
    return len(found)


def received_before(report: Report) -> Feedback | None:
    """The report that came with this key before; asked also ahead of the limits, since a retry is no further report."""
    sent = Feedback.objects.filter(client_key=report.client_key).select_related("same_as", "station", "amenity").first()
    if sent and any(getattr(sent, name) != getattr(report, name) for name in CONTENT):
        raise Refused(_("This report has been sent already, with other content. Please send it once more."))
    return sent


def said_already(report: Report) -> Feedback | None:
    """The waiting entry that this report repeats. No idea is taken for a repetition of another."""
    if report.kind == FeedbackKind.IDEA:
        return None
    since = timezone.now() - timedelta(hours=SAME_WITHIN_HOURS)
    alike = Feedback.objects.waiting().filter(
        station=report.station, kind=report.kind, amenity=report.amenity, received_at__gte=since
    )
    found: Feedback | None = alike.order_by("pk").first()
    return found
