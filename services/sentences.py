"""Sentences with which an answer may begin, by kind of report: offered, edited, and never sent by themselves."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.choices import FeedbackKind

SENTENCES: Mapping[FeedbackKind, Sequence[str | Promise]] = {
    FeedbackKind.ARRIVED_BUT_CLOSED: (
        _("We are sorry about the locked door. We have spoken with the station; it is open again as posted."),
        _("The station had to close that day. It now says so on the map, with the day on which it opens again."),
        _("The hours on the map were wrong. We have corrected them. Thank you for telling us."),
    ),
    FeedbackKind.WRONG_PLACE: (
        _("Thank you. We have checked the place and moved the pin on the map."),
        _("We have checked the place: the pin is right. The entrance is round the corner; the page now says so."),
    ),
    FeedbackKind.WRONG_HOURS: (
        _("Thank you. We have checked the hours and corrected them on the map."),
        _("We have asked the station: the hours on the map are right; the sign on the door is being replaced."),
    ),
    FeedbackKind.BROKEN: (
        _("Thank you. It is marked as out of order on the map and will be repaired."),
        _("Thank you. It has been repaired."),
    ),
    FeedbackKind.REFUSED: (
        _("We are sorry. Everybody who works outdoors is welcome there; we have spoken with the staff."),
        _("We have asked: this room cannot be open to all. The page now says that one asks the staff."),
    ),
    FeedbackKind.SHORT: (
        _("Thank you. It has been filled up again."),
        _("Thank you. It has been ordered and will be there within a week."),
    ),
    FeedbackKind.PRAISE: (_("Thank you! We have passed it on to the people at the station."),),
    FeedbackKind.IDEA: (
        _("Thank you for the idea. We will try it."),
        _("Thank you for the idea. We have looked at it and cannot do it for now."),
    ),
}
