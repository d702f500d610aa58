"""What the buttons on the page of a story do. Each button is one action."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from harbor_portal.lib.images import clean_pictures
from services.actions import stories
from services.admin.story_pages import address, find, telling_of, typed_again
from services.admin.wish_pages import number_of
from services.fields import choice_of, date_of, text_of
from services.limits import LONGEST_SIDE
from services.models import Story
from services.story_choices import ConsentHow, StoryState
from stations.admin.base import person
from stations.admin.steps import step

Done = tuple[str, str]
_step = step(find, address)


def _seen(request: HttpRequest, story: Story) -> Story:
    state = request.POST.get("seen", "")
    if state not in StoryState.values:
        raise StaleState(_("Load the page again before you change it."))
    story.state = state
    return story


@step(find, address, typed_again)
def save(request: HttpRequest, story: Story) -> Done:
    telling, seen = telling_of(request), number_of(request, "last_line")
    stories.change_story(story=_seen(request, story), telling=telling, by=person(request), seen=seen)
    return _("Saved."), address(story)


@_step
def add_photo(request: HttpRequest, story: Story) -> Done:
    upload = request.FILES.get("photo")
    if upload is None:
        raise Invalid("photo", _("Choose a photo."))
    picture = clean_pictures(upload, longest_sides=[LONGEST_SIDE])[0]
    caption = text_of(request, "caption")
    stories.add_story_photo(story=_seen(request, story), picture=picture, caption=caption, by=person(request))
    return _("The photo has been added."), address(story)


@_step
def remove_photo(request: HttpRequest, story: Story) -> Done:
    photo = _seen(request, story).photos.filter(pk=number_of(request, "photo")).first()
    if photo is None:
        raise Invalid("photo", _("Choose from the list."))
    photo.story = story
    stories.remove_story_photo(photo=photo, by=person(request))
    return _("The photo is gone."), address(story)


@_step
def agree(request: HttpRequest, story: Story) -> Done:
    stories.add_consent(
        story=_seen(request, story),
        name=text_of(request, "name"),
        contact=text_of(request, "contact"),
        how=choice_of(request, "how", ConsentHow),
        given=date_of(request, "given") or timezone.localdate(),
        until=date_of(request, "until"),
        by=person(request),
    )
    return _("Noted down, sealed."), address(story)


@_step
def take_back(request: HttpRequest, story: Story) -> Done:
    consent = story.consents.filter(pk=number_of(request, "consent"), withdrawn_at=None, renewal=None).first()
    if consent is None:
        raise Invalid("consent", _("Choose from the list."))
    stories.take_consent_back(consent=consent, by=person(request))
    return _("The consent is taken back; nobody reads the story any more."), address(story)


@_step
def renew(request: HttpRequest, story: Story) -> Done:
    consent = _seen(request, story).consents.filter(pk=number_of(request, "consent")).first()
    if consent is None:
        raise Invalid("consent", _("Choose from the list."))
    consent.story = story
    stories.renew_consent(
        consent=consent,
        how=choice_of(request, "how", ConsentHow),
        given=date_of(request, "given") or timezone.localdate(),
        until=date_of(request, "until"),
        by=person(request),
    )
    return _("Renewed, sealed as before."), address(story)


@_step
def take_up(request: HttpRequest, story: Story) -> Done:
    stories.take_up_again(story=_seen(request, story), by=person(request))
    return _("It is a draft again: renew the consents, then have it reviewed."), address(story)


@_step
def submit(request: HttpRequest, story: Story) -> Done:
    stories.submit_story(story=_seen(request, story), by=person(request))
    return _("It waits for somebody else to review it."), address(story)


@_step
def review(request: HttpRequest, story: Story) -> Done:
    if request.POST.get("verdict") == "publish":
        stories.publish_story(story=_seen(request, story), by=person(request))
        return _("Published."), address(story)
    stories.return_story(story=_seen(request, story), reason=text_of(request, "reason"), by=person(request))
    return _("Sent back, to be corrected."), address(story)


@_step
def withdraw(request: HttpRequest, story: Story) -> Done:
    stories.withdraw_story(story=_seen(request, story), reason=text_of(request, "reason"), by=person(request))
    return _("Withdrawn."), address(story)


_EDITING = (save, add_photo, remove_photo, agree, take_back, renew)
_MOVING = (submit, review, withdraw, take_up)
STEPS: dict[str, Callable[..., Any]] = {view.__name__: view for view in (*_EDITING, *_MOVING)}
