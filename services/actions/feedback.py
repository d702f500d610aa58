"""What a visitor tells us: received once, and put beside those who said the same."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from services.choices import FeedbackKind, FeedbackState
from services.deadlines import due_date
from services.limits import SAME_WITHIN_HOURS
from services.models import Feedback
from services.receipts import new_receipt
from stations.actions.records import save_with_history
from stations.changes import mark_changed
from stations.models import Amenity, Station


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


@transaction.atomic
def receive_feedback(*, report: Report, photo: bytes = b"") -> Feedback:
    """Keep the report, with a picture that `clean_image` has made anew.

    The same key sent again answers with the first report, and with other content it is refused.

    Nobody is named as its author, even where somebody is logged in on the same device.
    """
    # Reports of a station take turns: two of the same at the same moment must not become two entries.
    Station.objects.select_for_update(no_key=True).only("pk").get(pk=report.station.pk)
    if sent := received_before(report):
        return sent
    now = timezone.now()
    same = _said_already(report)
    feedback = Feedback(
        receipt=new_receipt(),
        client_key=report.client_key,
        station=report.station,
        kind=report.kind,
        amenity=report.amenity,
        text=report.text,
        longitude=report.longitude,
        latitude=report.latitude,
        suggested_hours=report.suggested_hours,
        received_at=now,
        state=FeedbackState.MERGED if same else FeedbackState.RECEIVED,
        same_as=same,
        due_date=same.due_date if same else due_date(report.kind, timezone.localdate(now)),
    )
    if photo:
        feedback.photo.save(f"{feedback.receipt}.webp", ContentFile(photo), save=False)
    save_with_history(feedback, by=None, reason="")
    if report.kind == FeedbackKind.ARRIVED_BUT_CLOSED:
        mark_changed([report.station.pk], live_only=True)
    return feedback


def received_before(report: Report) -> Feedback | None:
    """The report that came with this key before; asked also ahead of the limits, since a retry is no further report."""
    sent = Feedback.objects.filter(client_key=report.client_key).select_related("same_as", "station").first()
    if sent and (sent.station_id, sent.kind) != (report.station.pk, report.kind):
        raise Refused(_("This report has been sent already, with other content. Please send it once more."))
    return sent


def _said_already(report: Report) -> Feedback | None:
    """The waiting entry that this report repeats. No idea is taken for a repetition of another."""
    if report.kind == FeedbackKind.IDEA:
        return None
    since = timezone.now() - timedelta(hours=SAME_WITHIN_HOURS)
    alike = Feedback.objects.waiting().filter(
        station=report.station, kind=report.kind, amenity=report.amenity, received_at__gte=since
    )
    found: Feedback | None = alike.order_by("pk").first()
    return found
