"""Short ways of telling something."""

from uuid import UUID, uuid4

from services.actions.feedback import Report, receive_feedback
from services.choices import FeedbackKind
from services.models import Feedback
from stations.models import Station


def tell(
    station: Station,
    kind: FeedbackKind = FeedbackKind.ARRIVED_BUT_CLOSED,
    *,
    client_key: UUID | None = None,
    photo: bytes = b"",
    **details: object,
) -> Feedback:
    report = Report(station=station, kind=kind, client_key=client_key or uuid4(), **details)  # type: ignore[arg-type]  # a test's shorthand
    return receive_feedback(report=report, photo=photo)
