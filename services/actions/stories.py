"""A story from its draft to the page that everybody may share, and away again."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.files import sweep_folder
from harbor_portal.lib.images import Picture
from partners.actions.partners import hold_named
from partners.models import Partner
from services.actions.families import delete_files
from services.actions.findings import keep_photo
from services.actions.wishes import needed
from services.models import PersonalReading, Story, StoryConsent, StoryPhoto
from services.models.stories import MAX_BODY, MAX_LEAD, MAX_TITLE, STORY_FOLDER
from services.story_choices import ConsentHow, StoryState
from services.story_querysets import ERASED_TITLE, in_force
from services.wish_policies import refuse_identifying
from stations.actions.records import delete_with_history, save_with_history
from stations.choices import Role
from stations.models import Station, Unit, User
from stations.policies import refuse_unless_may_lead
from stations.scope import scope_of

MOST_PHOTOS = 6


@dataclass(frozen=True)
class Telling:
    """What everybody will read."""

    title: str
    lead: str
    body: str
    station: Station | None = None
    partner: Partner | None = None
    shows_person: bool = True


@transaction.atomic
def write_story(*, unit: Unit, telling: Telling, by: User) -> Story:
    refuse_unless_may_lead(by, unit)
    story = Story(unit=unit, written_by=by, written_at=timezone.now())
    _tell(story, telling)
    save_with_history(story, by=by, reason="written")
    return story


@transaction.atomic
def change_story(*, story: Story, telling: Telling, by: User, seen: int | None = None) -> Story:
    """Only a draft: what was reviewed is what is published.

    `seen`: the line of its history that was the last one when the writer began; nobody's words are lost to a later one.
    """
    found = _held(story, StoryState.DRAFT)
    refuse_unless_may_lead(by, found.unit)
    last = found.history.latest("history_id")
    if seen is not None and seen != last.history_id:
        raise StaleState(
            _("%(person)s has changed this draft meanwhile. Look at it before you save yours in its place.")
            % {"person": last.history_user or _("Somebody")}
        )
    _tell(found, telling)
    found.written_by, found.reviewed_by = by, None
    save_with_history(found, by=by, reason="changed")
    return found


@transaction.atomic
def add_story_photo(*, story: Story, picture: Picture, caption: str, by: User) -> StoryPhoto:
    found = _held(story, StoryState.DRAFT)
    refuse_unless_may_lead(by, found.unit)
    if found.photos.count() >= MOST_PHOTOS:
        raise Invalid("photo", _("A story has %(most)d photos at most.") % {"most": MOST_PHOTOS})
    row = StoryPhoto(story=found, width=picture.width, height=picture.height, caption=needed(caption, "caption", 100))
    row.photo = keep_photo(picture.content)
    save_with_history(row, by=by, reason="added")
    found.written_by, found.reviewed_by = by, None
    save_with_history(found, by=by, reason="photo added")
    return row


@transaction.atomic
def remove_story_photo(*, photo: StoryPhoto, by: User) -> None:
    found = _held(photo.story, StoryState.DRAFT)
    refuse_unless_may_lead(by, found.unit)
    delete_with_history(photo, by=by, reason="removed")  # its file goes with `sweep_story_photos`


@transaction.atomic
def add_consent(
    *, story: Story, name: str, contact: str, how: ConsentHow, given: date, until: date | None, by: User
) -> StoryConsent:
    """Somebody whom it shows agreed, until that day or until they say otherwise."""
    found = _held(story, StoryState.DRAFT, StoryState.REVIEW, StoryState.PUBLISHED)
    refuse_unless_may_lead(by, found.unit)
    row = StoryConsent(story=found, how=how, given=given, until=until)
    row.name, row.contact = needed(name, "name", 60), needed(contact, "contact", 100)
    _write_consent(row)
    save_with_history(found, by=by, reason="agreed to")
    return row


@transaction.atomic
def renew_consent(*, consent: StoryConsent, how: ConsentHow, given: date, until: date | None, by: User) -> StoryConsent:
    """They agree once more: from now on this is what counts, and what was agreed before is kept beside it."""
    found = _held(consent.story, StoryState.DRAFT, StoryState.REVIEW, StoryState.PUBLISHED)
    refuse_unless_may_lead(by, found.unit)
    if StoryConsent.objects.filter(renews=consent).exists():
        raise StaleState(_("It has been renewed already."))
    if consent.erased_at:
        raise Refused(_("Who agreed has been erased: note down a new consent."))
    row = StoryConsent(story=found, renews=consent, how=how, given=given, until=until)
    row.name, row.contact = consent.name, consent.contact
    _write_consent(row)
    save_with_history(found, by=by, reason="agreed to once more")
    return row


def _write_consent(row: StoryConsent) -> None:
    if row.given > timezone.localdate():
        raise Invalid("given", _("Nobody has agreed on a day to come."))
    if row.until is not None and row.until < row.given:
        raise Invalid("until", _("A consent ends after it was given."))
    row.full_clean()
    row.save()


@transaction.atomic
def take_consent_back(*, consent: StoryConsent, by: User) -> StoryConsent:
    """From this moment nobody reads the story."""
    story = Story.objects.select_for_update(of=("self",)).select_related("unit").get(pk=consent.story_id)
    refuse_unless_may_lead(by, story.unit)
    found: StoryConsent = StoryConsent.objects.select_for_update().get(pk=consent.pk)
    if found.withdrawn_at:
        raise StaleState(_("Somebody else was quicker: this consent is taken back already."))
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    if story.state == StoryState.PUBLISHED:
        _withdraw(story, _("Somebody whom it shows has taken their consent back."), by)
    return found


@transaction.atomic
def submit_story(*, story: Story, by: User) -> Story:
    found = _held(story, StoryState.DRAFT)
    refuse_unless_may_lead(by, found.unit)
    needed(found.body, "body", MAX_BODY)
    _refuse_without_consent(found)
    found.state, found.reason = StoryState.REVIEW, ""
    save_with_history(found, by=by, reason="submitted")
    return found


@transaction.atomic
def publish_story(*, story: Story, by: User) -> Story:
    found = _held(story, StoryState.REVIEW)
    refuse_unless_may_review(by, found)
    _refuse_without_consent(found)
    found.state, found.reviewed_by, found.published_at = StoryState.PUBLISHED, by, timezone.now()
    save_with_history(found, by=by, reason="published")
    return found


@transaction.atomic
def return_story(*, story: Story, reason: str, by: User) -> Story:
    found = _held(story, StoryState.REVIEW)
    refuse_unless_may_review(by, found)
    found.state, found.reason = StoryState.DRAFT, needed(reason, "reason")
    save_with_history(found, by=by, reason="returned")
    return found


@transaction.atomic
def withdraw_story(*, story: Story, reason: str, by: User) -> Story:
    found = _held(story, StoryState.DRAFT, StoryState.REVIEW, StoryState.PUBLISHED)
    refuse_unless_may_lead(by, found.unit)
    _withdraw(found, needed(reason, "reason"), by)
    return found


@transaction.atomic
def take_up_again(*, story: Story, by: User) -> Story:
    """What was withdrawn is a draft once more; it is agreed to, reviewed and published like any other."""
    found = _held(story, StoryState.WITHDRAWN)
    refuse_unless_may_lead(by, found.unit)
    if found.title == ERASED_TITLE:
        raise Refused(_("What it told has been erased: write another one."))
    found.state, found.withdrawn_at, found.reviewed_by = StoryState.DRAFT, None, None
    found.written_by = by
    save_with_history(found, by=by, reason="taken up again")
    return found


@transaction.atomic
def read_consent(*, consent: StoryConsent, why: str, by: User) -> dict[str, str]:
    """Who agreed, and how to reach them. That it was read stays known."""
    refuse_unless_may_lead(by, consent.story.unit)
    reason = needed(why, "why")
    refuse_identifying(consent, why=reason)
    PersonalReading.objects.create(story=consent.story, by=by, at=timezone.now(), why=reason)
    return {name: getattr(consent, name).reveal() for name in ("name", "contact") if getattr(consent, name)}


def end_stories(*, today: date) -> int:
    """Withdraw what is published although a consent has ended; how many."""
    count = 0
    for story in Story.objects.without_consent(today).order_by("pk"):
        with transaction.atomic():
            found = Story.objects.select_for_update().filter(pk=story.pk, state=StoryState.PUBLISHED).first()
            if found:
                _withdraw(found, _("A consent has ended."), None)
                count += 1
    return count


def erase_stories(*, at: datetime) -> int:
    """What stories told and showed that were withdrawn long ago, or never finished; how many."""
    with transaction.atomic():
        found = list(Story.objects.to_erase(at).select_for_update().values_list("pk", flat=True))
        photos = StoryPhoto.objects.filter(story__in=found)
        files = list(photos.values_list("photo", flat=True))
        photos.delete()
        StoryPhoto.history.filter(story__in=found).delete()
        gone = {"title": ERASED_TITLE, "lead": "", "body": "", "reason": ""}
        Story.history.filter(id__in=found).update(**gone)
        Story.objects.filter(pk__in=found).update(**gone)
        Story.objects.filter(pk__in=found, withdrawn_at=None).update(state=StoryState.WITHDRAWN, withdrawn_at=at)
        transaction.on_commit(lambda: delete_files(files))
    return len(found)


def erase_consents(*, at: datetime) -> int:
    return int(StoryConsent.objects.to_erase(at).update(name="", contact="", erased_at=at))


def sweep_story_photos(*, at: datetime) -> int:
    """Delete the photos that no story names; how many."""
    return sweep_folder(STORY_FOLDER, set(StoryPhoto.objects.values_list("photo", flat=True)), at=at)


def refuse_unless_may_review(by: User, story: Story) -> None:
    if not scope_of(by).holds(story.unit.path, Role.OFFICER, Role.REVIEWER):
        raise Refused(
            _("Only officers and officials of %(unit)s, or of a unit above it, review its stories.")
            % {"unit": story.unit}
        )
    if story.written_by_id == by.pk:
        raise Refused(_("You wrote it yourself: another officer of the unit, or of a unit above, reviews it."))


def _refuse_without_consent(story: Story) -> None:
    if not story.shows_person:
        return
    today = timezone.localdate()
    consents = story.consents.filter(renewal=None)
    if not consents.filter(in_force(today)).exists() or consents.exclude(in_force(today)).exists():
        raise Refused(_("It shows a person: note down first that everybody whom it shows agrees, today still."))


def _withdraw(story: Story, reason: str, by: User | None) -> None:
    story.state, story.withdrawn_at, story.reason = StoryState.WITHDRAWN, timezone.now(), reason
    save_with_history(story, by=by, reason="withdrawn")


def _tell(story: Story, telling: Telling) -> None:
    story.title = needed(telling.title, "title", MAX_TITLE)
    for name, most in (("lead", MAX_LEAD), ("body", MAX_BODY)):
        text = getattr(telling, name).strip()
        if len(text) > most:
            raise Invalid(name, _("At most %(most)d characters.") % {"most": most})
        setattr(story, name, text)
    if telling.partner != story.partner:
        hold_named([telling.partner])
    story.station, story.partner, story.shows_person = telling.station, telling.partner, telling.shows_person


def _held(story: Story, *states: StoryState) -> Story:
    found: Story = Story.objects.select_for_update(of=("self",)).select_related("unit").get(pk=story.pk)
    if found.state != story.state or found.state not in states:
        raise StaleState(
            _("This story is now “%(state)s”. Look again before you change it.") % {"state": found.get_state_display()}
        )
    return found
