"""Stories for programs: drafted, agreed to, reviewed by somebody else, published and withdrawn.

Who agreed goes in and is sealed; what a story tells is answered only while everybody whom it shows agrees.
"""

from functools import partial
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.partners import partner_named
from services.actions import stories
from services.actions.sent import make_once
from services.api import story_serializers as serializers
from services.api.serializers import WhySerializer
from services.models import Story, StoryConsent
from services.story_choices import ConsentHow, StoryState
from stations.api.office import person, station_named, unit_named
from stations.api.own import Adding, Changing, NothingSerializer, Own, OwnItem, OwnList, StepView, described, step
from stations.models import User

TOLD = ("title", "lead", "body", "station", "partner", "shows_person")


class Stories(Own):
    """Warm stories; what one tells is answered only while everybody whom it shows agrees."""

    noun, serializer, full = "story", serializers.OwnStorySerializer, serializers.FullStorySerializer
    missing = gettext_lazy("None of your stories has the code “%(code)s”.")
    code = "slug"

    def seen(self, by: User) -> QuerySet[Any]:
        rows: Any = Story.objects.all()
        seen = rows.visible_to(by).with_may_be_told(timezone.localdate())
        return seen.select_related("unit", "station", "partner")  # type: ignore[no-any-return]  # any queryset

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.prefetch_related(Prefetch("consents", StoryConsent.objects.order_by("given", "pk"), "noted"))

    def spelt(self, code: str) -> str:
        return code.lower()


@described(
    get=("office_stories", "Stories of one's units, page by page"),
    post=("office_stories_draft", "Draft a story"),
)
class OwnStoriesView(Stories, Adding, OwnList):
    takes = serializers.DraftSerializer
    narrowed_by: ClassVar = {"state": StoryState.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        key = given.pop("client_key")

        def draft() -> str:
            unit = unit_named(given["unit"], by, "unit")
            said = {"lead": "", "body": ""} | {name: given[name] for name in TOLD if name in given}
            return stories.write_story(unit=unit, telling=_telling(said, by), by=by).slug

        return self.find(by, code=make_once(what="story", client_key=key, by=by, about=given, make=draft))


@described(
    get=("office_story", "A story"),
    patch=("office_story_change", "Change what a draft tells"),
)
class OwnStoryView(Stories, Changing, OwnItem):
    takes = serializers.TellingSerializer

    def change(self, row: Story, given: dict[str, Any], by: User) -> Any:
        story: Story = Story.objects.select_for_update(of=("self",)).get(pk=row.pk)
        known = {name: getattr(story, name) for name in TOLD if name not in given}
        return stories.change_story(story=story, telling=_telling(given, by, **known), by=by)


@described(post=("office_story_agree", "Note down that somebody whom it shows agrees"))
class AgreeView(Stories):
    takes = serializers.ConsentSerializer

    def post(self, request: Request, code: str) -> Response:
        by = person(request)
        story, given = self.find(by, code=code), self.given(request)
        key = given.pop("client_key")

        def agree() -> str:
            terms = given | {"how": ConsentHow(given["how"])}
            return str(stories.add_consent(story=story, by=by, **terms).pk)

        make_once(what="agree", client_key=key, by=by, about=[story.slug, given], make=agree)
        return self.told(story, by)


@described(
    post=("office_story_take_back", "Somebody takes their consent back: from this moment nobody reads the story")
)
class TakeBackView(Stories):
    def post(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        story = self.find(by, code=code)
        stories.take_consent_back(consent=_consent(story, pk, withdrawn_at=None, renewal=None), by=by)
        return self.told(story, by)


@described(post=("office_story_renew", "Somebody agrees once more"))
class RenewView(Stories):
    takes = serializers.AgainSerializer

    def post(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        story, given = self.find(by, code=code), self.given(request)
        terms = given | {"how": ConsentHow(given["how"])}
        stories.renew_consent(consent=_consent(story, pk), by=by, **terms)
        return self.told(story, by)


_step = partial(step, Stories)
_WHY, _NONE = WhySerializer, NothingSerializer
STEPS: dict[str, type[StepView]] = {
    "submit": _step(
        "submit", "Send it to be reviewed by somebody else", _NONE,
        lambda story, _given, by: stories.submit_story(story=story, by=by),
    ),
    "publish": _step(
        "publish", "Publish what somebody else wrote", _NONE,
        lambda story, _given, by: stories.publish_story(story=story, by=by),
    ),
    "return": _step(
        "return", "Send it back, to be corrected", _WHY,
        lambda story, given, by: stories.return_story(story=story, reason=given["reason"], by=by),
    ),
    "withdraw": _step(
        "withdraw", "Withdraw it", _WHY,
        lambda story, given, by: stories.withdraw_story(story=story, reason=given["reason"], by=by),
    ),
    "take-up": _step(
        "take-up", "Make a draft again of what was withdrawn", _NONE,
        lambda story, _given, by: stories.take_up_again(story=story, by=by),
    ),
}  # fmt: skip


def _consent(story: Story, pk: int, **which: Any) -> StoryConsent:
    found: StoryConsent | None = story.consents.filter(pk=pk, **which).first()
    if found is None:
        raise NotFound(_("This story has no such consent “%(number)s”.") % {"number": pk})
    found.story = story
    return found


def _telling(given: dict[str, Any], by: User, **known: Any) -> stories.Telling:
    """With the rows that the codes name."""
    said = dict(given)
    if given.get("station"):
        said["station"] = station_named(given["station"], by, "station")
    if given.get("partner"):
        said["partner"] = partner_named(given["partner"], by, "partner")
    return stories.Telling(**known | said)
