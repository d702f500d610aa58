"""Stories in figures: each counts for the unit that tells it, in the month in which it was published."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.figures.counting import Columns, Counted, Measure, Section
from services.models import Story
from services.story_choices import StoryState

PAGE = "services_story"


def _main() -> list[Measure]:
    still, gone = {"state": StoryState.PUBLISHED.value}, {"state": StoryState.WITHDRAWN.value}
    return [
        Measure("told", _("Stories published"), PAGE),
        Measure("still", _("Still to be read"), PAGE, still, Q(state=StoryState.PUBLISHED)),
        Measure("of_stations", _("Of a station"), PAGE, {"about": "station"}, Q(station__isnull=False)),
        Measure("of_partners", _("With a partner"), PAGE, {"about": "partner"}, Q(partner__isnull=False)),
        Measure("withdrawn", _("Withdrawn since"), PAGE, gone, Q(state=StoryState.WITHDRAWN)),
    ]


def _counted(_today: date) -> Sequence[Counted]:
    return [Counted(Story.objects.all(), _main(), ("unit__path",))]


def _tables(_today: date) -> Sequence[Columns]:
    return [Columns("units", _("By unit"), _main(), is_main=True)]


SECTION = Section(
    "stories",
    _("Stories"),
    _counted,
    _tables,
    _("A story counts for the unit that tells it, in the month in which it was last published."),
)
