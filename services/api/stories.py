"""Stories for programs: drafted, agreed to, reviewed by somebody else, published and withdrawn.

Who agreed goes in and is sealed; what a story tells is answered only while everybody whom it shows agrees. Pictures are
added on its page.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.office import partner_named
from services.actions import stories
from services.actions.sent import make_once
from services.api import story_serializers as serializers
from services.api.steps import NothingSerializer, StepView, WhySerializer, step
from services.models import Story, StoryConsent
from services.story_choices import ConsentHow, StoryState
from stations.api.lists import choice
from stations.api.office import (
    AFTER,
    REFUSED,
    OfficeView,
    OwnList,
    checked,
    own_page_of,
    person,
    station_named,
    unit_named,
)
from stations.models import User

STORY: dict[int, Any] = {200: serializers.FullStorySerializer} | REFUSED
TOLD = ("title", "lead", "body", "station", "partner", "shows_person")


class OwnStoriesView(OwnList):
    serializer = serializers.OwnStorySerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = _stories(person(request))
        state = choice(request.query_params, "state", StoryState.values)
        return rows.filter(state=state) if state else rows

    @extend_schema(
        operation_id="office_stories",
        summary="Stories of one's units, page by page",
        parameters=[OpenApiParameter("state", str, enum=StoryState.values), AFTER],
        responses={200: own_page_of(serializers.OwnStorySerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_stories_draft",
        summary="Draft a story",
        request=serializers.DraftSerializer,
        responses=STORY,
    )
    def post(self, request: Request) -> Response:
        by, given = person(request), checked(serializers.DraftSerializer, request)
        key = given.pop("client_key")

        def draft() -> str:
            unit = unit_named(given["unit"], by, "unit")
            said = {"lead": "", "body": ""} | {name: given[name] for name in TOLD if name in given}
            return stories.write_story(unit=unit, telling=_telling(said, by), by=by).slug

        return _told(make_once(what="story", client_key=key, by=by, about=dict(given), make=draft), by)


class OwnStoryView(OfficeView):
    @extend_schema(operation_id="office_story", summary="A story", responses=STORY)
    def get(self, request: Request, code: str) -> Response:
        return _told(code, person(request))

    @extend_schema(
        operation_id="office_story_change",
        summary="Change what a draft tells",
        request=serializers.TellingSerializer,
        responses=STORY,
    )
    @transaction.atomic
    def patch(self, request: Request, code: str) -> Response:
        by, given = person(request), checked(serializers.TellingSerializer, request)
        story: Story = Story.objects.select_for_update(of=("self",)).get(pk=_story(code, by).pk)
        known = {name: getattr(story, name) for name in TOLD if name not in given}
        stories.change_story(story=story, telling=_telling(given, by, **known), by=by)
        return _told(code, by)


class AgreeView(OfficeView):
    @extend_schema(
        operation_id="office_story_agree",
        summary="Note down that somebody whom it shows agrees",
        request=serializers.ConsentSerializer,
        responses=STORY,
    )
    def post(self, request: Request, code: str) -> Response:
        by = person(request)
        story, given = _story(code, by), checked(serializers.ConsentSerializer, request)
        key = given.pop("client_key")

        def agree() -> str:
            terms = given | {"how": ConsentHow(given["how"])}
            return str(stories.add_consent(story=story, by=by, **terms).pk)

        make_once(what="agree", client_key=key, by=by, about=[story.slug, given], make=agree)
        return _told(code, by)


class TakeBackView(OfficeView):
    @extend_schema(
        operation_id="office_story_take_back",
        summary="Somebody takes their consent back: from this moment nobody reads the story",
        request=NothingSerializer,
        responses=STORY,
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        stories.take_consent_back(consent=_consent(_story(code, by), pk, withdrawn_at=None, renewal=None), by=by)
        return _told(code, by)


class RenewView(OfficeView):
    @extend_schema(
        operation_id="office_story_renew",
        summary="Somebody agrees once more",
        request=serializers.AgainSerializer,
        responses=STORY,
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        story, given = _story(code, by), checked(serializers.AgainSerializer, request)
        terms = given | {"how": ConsentHow(given["how"])}
        stories.renew_consent(consent=_consent(story, pk), by=by, **terms)
        return _told(code, by)


class StoryStep(StepView):
    """A step of a story; what was done already is answered with 409."""

    noun, answer = "story", serializers.FullStorySerializer

    def find(self, code: str, by: User) -> Story:
        return _story(code, by)

    def told(self, code: str, by: User) -> Response:
        return _told(code, by)


_step = partial(step, StoryStep)
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


def _stories(by: User) -> QuerySet[Any]:
    rows: Any = Story.objects.all()
    seen = rows.visible_to(by).with_may_be_told(timezone.localdate())
    return seen.select_related("unit", "station", "partner")  # type: ignore[no-any-return]  # any queryset


def _story(code: str, by: User) -> Story:
    found: Story | None = _stories(by).filter(slug=code.replace("\0", "").lower()).first()
    if found is None:
        raise NotFound(_("None of your stories has the code “%(code)s”.") % {"code": code[:20]})
    return found


def _told(code: str, by: User) -> Response:
    found = _story(code, by)
    prefetch_related_objects([found], Prefetch("consents", StoryConsent.objects.order_by("given", "pk"), "noted"))
    return Response(serializers.FullStorySerializer(found).data)


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
