"""Short ways to a story."""

from typing import Any

from django.utils import timezone

from services.actions.stories import Telling, add_consent, publish_story, submit_story, write_story
from services.models import Story
from services.story_choices import ConsentHow
from stations.models import Station, Unit, User

SHOWN, CONTACT = "司马小暖", "13666660001"


def tell_story(by: User, unit: Unit, station: Station | None = None, **changes: Any) -> Story:
    values: dict[str, Any] = {"title": "一碗热汤", "lead": "雪夜里的一碗热汤。", "body": "## 那天\n\n下着**雪**。"}
    return write_story(unit=unit, telling=Telling(**values | changes, station=station), by=by)


def agree(story: Story, by: User, **changes: Any) -> None:
    values: dict[str, Any] = {"name": SHOWN, "contact": CONTACT, "how": ConsentHow.PAPER, "until": None}
    add_consent(story=story, given=timezone.localdate(), by=by, **values | changes)


def publish(by: User, reviewer: User, unit: Unit, station: Station | None = None, **changes: Any) -> Story:
    story = tell_story(by, unit, station, **changes)
    if story.shows_person:
        agree(story, by)
    return publish_story(story=submit_story(story=story, by=by), by=reviewer)
