"""A story from its draft to the page that everybody may share, and away again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused
from harbor_portal.lib.rich_text import as_html
from services.actions.stories import (
    MOST_PHOTOS,
    end_stories,
    erase_consents,
    erase_stories,
    read_consent,
    sweep_story_photos,
    take_up_again,
    withdraw_story,
)
from services.models import PersonalReading, Story, StoryConsent
from services.story_choices import StoryState
from services.story_querysets import ERASED_TITLE
from services.tasks import end_stories as end_stories_task
from stations.models import User
from tests.conftest import World
from tests.factories import make_partner
from tests.pictures import picture_file
from tests.services.telling import CONTACT, SHOWN, agree, publish, tell_story
from tests.services.wishing import checker


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def do(client: Client, story: Story, step: str, /, **fields: Any) -> Any:
    story.refresh_from_db()
    known = {"seen": story.state, "last_line": story.history.latest("history_id").pk}
    return client.post(reverse(f"admin:story_{step}", args=[story.pk]), known | fields)


def page(story: Story) -> str:
    return reverse("admin:services_story_change", args=[story.pk])


ADD = "/admin/services/story/add/"


def test_a_story_is_written_agreed_to_reviewed_published_shared_and_withdrawn(world: World) -> None:
    officer, other, public = as_(world.officer), as_(checker(world)), Client(headers={"accept-language": "en"})
    partner = make_partner(world.branch)
    fields: dict[str, Any] = {"title": "热汤", "body": "下着<script>雪</script>。", "shows_person": "1"}
    link = {"unit": world.branch.pk, "station": world.station.code.lower(), "partner": partner.pk}
    assert officer.post(ADD, fields | link).status_code == 302
    story = Story.objects.get()
    assert (story.station, story.partner, story.state) == (world.station, partner, "draft")
    do(officer, story, "save", **fields | link | {"lead": "雪夜", "body": "下着**雪**。"})
    do(officer, story, "add_photo", photo=picture_file(), caption="一碗汤")
    do(officer, story, "submit")
    story.refresh_from_db()
    assert story.state == StoryState.DRAFT
    do(officer, story, "agree", name=SHOWN, contact=CONTACT, how="paper", given="", until="")
    do(officer, story, "submit")
    assert (do(officer, story, "review", verdict="publish")).status_code == 403
    do(other, story, "review", verdict="return", reason="标题再暖一些")
    do(officer, story, "submit")
    do(other, story, "review", verdict="publish")
    shown = public.get(f"/stories/{story.slug}/")
    photo = story.photos.get()
    assert "<strong>雪</strong>" in shown.text
    assert 'property="og:image"' in shown.text
    assert world.station.name in shown.text
    picture = f"/stories/{story.slug}/{photo.pk}.webp"
    assert (public.get(picture).status_code, "热汤" in public.get("/stories/").text) == (200, True)
    for text in (shown.text, officer.get(page(story)).text, public.get("/stories/").text):
        assert SHOWN not in text
        assert CONTACT not in text
    consent = StoryConsent.objects.get()
    sealed = f"{reverse('admin:story_consent', args=[story.pk])}?consent={consent.pk}"
    assert officer.post(sealed, {"why": ""}).status_code == 400
    assert SHOWN in officer.post(sealed, {"why": "核对"}).text
    assert PersonalReading.objects.get().story == story
    assert "who agreed to a story" in other.get("/admin/services/personalreading/").text
    do(officer, story, "take_back", consent=consent.pk)
    assert [public.get(where).status_code for where in (f"/stories/{story.slug}/", picture)] == [404, 404]
    story.refresh_from_db()
    assert (story.state, story.reason[:8]) == ("withdrawn", "Somebody")
    assert "taken back" in officer.get(page(story)).text


def test_a_story_goes_on_the_day_on_which_a_consent_ends(world: World) -> None:
    today = timezone.localdate()
    story = publish(world.officer, checker(world), world.branch)
    agree(story, world.officer, until=today + timedelta(days=3))
    last, after = today + timedelta(days=3), today + timedelta(days=4)
    assert Story.objects.shown_on(last).exists()
    assert not Story.objects.shown_on(after).exists()
    assert end_stories(today=last) == end_stories_task() == 0
    assert end_stories(today=after) == 1
    story.refresh_from_db()
    assert (story.state, story.reason) == ("withdrawn", "A consent has ended.")


def test_a_consent_that_ended_is_renewed_and_the_story_taken_up_again(world: World) -> None:
    officer, today = as_(world.officer), timezone.localdate()
    story = publish(world.officer, checker(world), world.branch)
    first = StoryConsent.objects.get()
    StoryConsent.objects.filter(pk=first.pk).update(given=today - timedelta(days=9), until=today - timedelta(days=1))
    do(officer, story, "renew", consent=first.pk, how="message", until=today - timedelta(days=3))
    assert not hasattr(StoryConsent.objects.get(), "renewal"), "a consent does not end before it was given"
    assert end_stories(today=today) == 1
    do(officer, story, "renew", consent=first.pk, how="message")
    assert StoryConsent.objects.count() == 1, "a story that is withdrawn is taken up first"
    do(officer, story, "take_up")
    do(officer, story, "submit")
    story.refresh_from_db()
    assert (story.state, story.withdrawn_at) == ("draft", None)
    do(officer, story, "renew", consent=first.pk, how="message", until=today + timedelta(days=30))
    do(officer, story, "renew", consent=first.pk, how="message")
    second = StoryConsent.objects.get(renews=first)
    assert (second.name.reveal(), second.contact.reveal(), second.how) == (SHOWN, CONTACT, "message")
    assert "renewed" in officer.get(page(story)).text
    do(officer, story, "submit")
    do(as_(checker(world)), story, "review", verdict="publish")
    assert Client().get(f"/stories/{story.slug}/").status_code == 200
    do(officer, story, "take_back", consent=first.pk)
    assert Story.objects.shown_on(today).exists(), "what was renewed is not what counts"
    do(officer, story, "take_back", consent=second.pk)
    assert not Story.objects.shown_on(today).exists()


def test_what_was_erased_is_not_renewed(world: World) -> None:
    story = tell_story(world.officer, world.branch)
    agree(story, world.officer)
    StoryConsent.objects.update(erased_at=timezone.now(), name="", contact="")
    do(as_(world.officer), story, "renew", consent=StoryConsent.objects.get().pk, how="paper")
    assert StoryConsent.objects.count() == 1
    Story.objects.update(title=ERASED_TITLE, state="withdrawn", withdrawn_at=timezone.now())
    assert do(as_(world.officer), story, "take_up").status_code == 403


def test_the_page_of_a_station_and_of_a_partner_lead_to_their_stories(world: World) -> None:
    partner, public = make_partner(world.branch), Client(headers={"accept-language": "en"})
    pages = (f"/s/{world.station.code}/", partner.get_absolute_url())
    assert not [address for address in pages if "Warm stories" in public.get(address).text.split("<main")[1]]
    for number in range(4):
        publish(world.officer, checker(world), world.branch, world.station, title=f"故事{number}", partner=partner)
    publish(world.officer, checker(world), world.branch, world.sister, title="别处的")
    for address, asked in zip(pages, ("station", "partner"), strict=True):
        text = public.get(address).text
        assert ("故事3" in text, "故事0" in text, "别处的" in text) == (True, False, False)
        code = world.station.code if asked == "station" else partner.code
        assert f"/stories/?{asked}={code}" in text
        all_of_them = public.get("/stories/", {asked: code}).text
        assert ("故事0" in all_of_them, "别处的" in all_of_them) == (True, False)
    assert "别处的" in public.get("/stories/", {"station": "nonsense"}).text


def test_of_two_who_write_at_one_draft_nobody_loses_a_word(world: World) -> None:
    story = tell_story(world.officer, world.branch)
    opened = {"last_line": story.history.latest("history_id").pk}
    first, second = {"title": "一", "body": "甲写的"}, {"title": "二", "body": "乙写的"}
    assert do(as_(world.admin), story, "save", **first, **opened).status_code == 302
    late = do(as_(world.officer), story, "save", **second, **opened)
    assert (late.status_code, f"{world.admin} has changed this draft meanwhile" in late.text) == (409, True)
    assert "甲写的" in late.text, "what stands"
    assert ">乙写的</textarea>" in late.text, "what was typed"
    assert do(as_(world.officer), story, "save", **second).status_code == 302
    story.refresh_from_db()
    assert (story.title, story.body) == ("二", "乙写的")


def test_what_a_draft_does_not_take_stays_typed(world: World) -> None:
    story = tell_story(world.officer, world.branch)
    typed = {"title": "热汤", "body": "写了很久的一段", "station": "NOWHERE"}
    refused = do(as_(world.officer), story, "save", **typed)
    assert (refused.status_code, "There is no station with the code NOWHERE." in refused.text) == (400, True)
    assert ">写了很久的一段</textarea>" in refused.text
    agree(story, world.officer)
    draft = story.state
    do(as_(world.officer), story, "submit")
    handed_in = do(as_(world.officer), story, "save", **typed | {"station": ""}, seen=draft)
    assert (handed_in.status_code, ">写了很久的一段</textarea>" in handed_in.text) == (409, True)


@pytest.mark.parametrize("step", ["renew", "take_up"])
def test_who_is_no_officer_renews_nothing(world: World, step: str) -> None:
    story = tell_story(world.officer, world.branch)
    agree(story, world.officer)
    if step == "take_up":
        withdraw_story(story=story, reason="撤稿", by=world.officer)
    fields = {"consent": StoryConsent.objects.get().pk, "how": "paper"}
    assert do(as_(world.auditor), story, step, **fields).status_code == 403
    assert do(as_(world.outsider), story, step, **fields).status_code == 404
    assert do(Client(), story, step, **fields)["Location"].startswith("/admin/login/")
    assert StoryConsent.objects.count() == 1


@pytest.mark.parametrize("step", ["save", "agree", "submit", "withdraw", "add_photo", "take_back"])
def test_who_is_no_officer_of_the_unit_does_nothing_with_its_stories(world: World, step: str) -> None:
    story = tell_story(world.officer, world.branch)
    agree(story, world.officer)
    fields = {
        "title": "别的",
        "reason": "不",
        "name": "某",
        "contact": "某",
        "how": "paper",
        "caption": "某",
        "consent": StoryConsent.objects.get().pk,
    }
    answer = do(as_(world.auditor), story, step, **fields, photo=picture_file())
    assert (answer.status_code, "Only officers of 济南分行" in answer.text) == (403, True)
    assert do(as_(world.outsider), story, step, **fields).status_code == 404
    assert do(Client(), story, step, **fields)["Location"].startswith("/admin/login/")
    story.refresh_from_db()
    assert (story.state, story.title, story.consents.filter(withdrawn_at=None).count()) == ("draft", "一碗热汤", 1)


def test_only_officers_write_stories_and_read_who_agreed(world: World) -> None:
    assert as_(world.auditor).post(ADD, {}).status_code == 403
    assert as_(world.outsider).post(ADD, {"unit": world.branch.pk, "title": "别人的"}).status_code == 400
    assert as_(world.officer).get(ADD).status_code == 200
    story = tell_story(world.officer, world.branch)
    agree(story, world.officer)
    sealed = f"{reverse('admin:story_consent', args=[story.pk])}?consent={StoryConsent.objects.get().pk}"
    assert as_(world.auditor).get(sealed).status_code == 403
    assert as_(world.auditor).get(page(story)).status_code == 200
    assert as_(world.officer).get(sealed).status_code == 200
    assert as_(world.officer).get(sealed.split("?", maxsplit=1)[0]).status_code == 404


def test_what_cannot_be_is_refused_and_nothing_changes(world: World) -> None:
    officer = as_(world.officer)
    story = tell_story(world.officer, world.branch, shows_person=False)
    for fields in ({"title": ""}, {"title": "好", "body": "长" * 8001}, {"title": "好", "station": "NOWHERE1"}):
        assert officer.post(ADD, {"unit": world.branch.pk} | fields).status_code == 400
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    for wrong in ({"given": tomorrow}, {"given": "2026-01-02", "until": "2026-01-01"}, {"name": ""}, {"how": "wink"}):
        do(officer, story, "agree", **{"name": "某", "contact": "某", "how": "paper"} | wrong)
    do(officer, story, "add_photo", caption="没有图")
    do(officer, story, "add_photo", photo=picture_file(), caption="")
    do(officer, story, "remove_photo", photo=7)
    do(officer, story, "take_back", consent=7)
    do(officer, story, "withdraw", reason="")
    officer.post(reverse("admin:story_submit", args=[story.pk]), {"seen": "review"})
    officer.post(reverse("admin:story_submit", args=[story.pk]), {})
    story.refresh_from_db()
    assert (story.state, story.consents.count(), story.photos.count()) == ("draft", 0, 0)
    for _photo in range(MOST_PHOTOS + 1):
        do(officer, story, "add_photo", photo=picture_file(size=(40, 30)), caption="图")
    assert story.photos.count() == MOST_PHOTOS
    first = story.photos.earliest("pk")
    assert officer.get(reverse("admin:story_picture", args=[story.pk, first.pk])).status_code == 200
    do(officer, story, "remove_photo", photo=first.pk)
    assert story.photos.count() == MOST_PHOTOS - 1
    assert sweep_story_photos(at=timezone.now() + timedelta(days=30)) >= 1


def test_a_withdrawn_story_and_its_consents_are_erased_a_year_later(world: World) -> None:
    story = publish(world.officer, checker(world), world.branch, title="司马小暖的汤")
    Story.objects.filter(pk=story.pk).update(state="draft")
    do(as_(world.officer), story, "add_photo", photo=picture_file(size=(40, 30)), caption="汤")
    name = str(story.photos.get().photo.name)
    do(as_(world.officer), story, "withdraw", reason="换一篇")
    later = timezone.now() + timedelta(days=366)
    assert (erase_stories(at=timezone.now()), erase_consents(at=timezone.now())) == (0, 0)
    assert (erase_stories(at=later), erase_consents(at=later)) == (1, 1)
    story.refresh_from_db()
    assert (story.title, story.body, bool(StoryConsent.objects.get().name)) == ("—", "", False)
    assert not story.history.exclude(title="—").exists()
    assert not story.photos.exists()
    assert default_storage.exists(name)  # until the transaction of this test would end
    assert erase_stories(at=later) == 0


def test_lists_of_stories_ask_as_little_for_thirty_as_for_two(world: World) -> None:
    client, officer = Client(), as_(world.officer)

    def asked() -> list[int]:
        counts = []
        for who, address in ((client, "/stories/"), (officer, "/admin/services/story/")):
            with CaptureQueriesContext(connection) as queries:
                assert who.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    assert "No stories" in Client(headers={"accept-language": "en"}).get("/stories/").text
    for _story in range(2):
        publish(world.officer, checker(world), world.branch, world.station)
    few = asked()
    for _story in range(12):
        publish(world.officer, checker(world), world.branch, world.station)
    assert asked() == few
    assert "?page=2" in client.get("/stories/").text
    for state, count in (("to-review", 0), ("unagreed", 0), ("published", 14), ("", 14)):
        answer = officer.get("/admin/services/story/", {"state": state} if state else {})
        assert answer.context["cl"].result_count == count


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](https://x.example/)", '<p><a href="https://x.example/" rel="noopener noreferrer nofollow">a</a></p>'),
        ("# 大\n\n- 一\n- 二", "大\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>"),
        ("`x`", "<p>x</p>"),
    ],
)
def test_rich_text_lets_nothing_through_but_what_it_names(text: str, html: str) -> None:
    assert as_html(text).strip() == html


def test_a_withdrawn_draft_without_a_text_is_erased_as_well(world: World) -> None:
    story = tell_story(world.officer, world.branch, title="司马小暖的故事", body="")
    withdraw_story(story=story, reason="不写了", by=world.officer)
    later = timezone.now() + timedelta(days=366)
    assert (erase_stories(at=later), erase_stories(at=later)) == (1, 0)
    story.refresh_from_db()
    assert story.title == "—"


def test_a_draft_that_nobody_finishes_and_who_agreed_to_it_are_erased_a_year_after_it_was_last_touched(
    world: World,
) -> None:
    story = tell_story(world.officer, world.branch, title="司马小暖的故事")
    Story.objects.update(written_at=timezone.now() - timedelta(days=100))
    story.history.update(history_date=timezone.now() - timedelta(days=100))
    agree(story, world.officer)
    last_day, later = (timezone.now() + timedelta(days=days) for days in (364, 366))
    assert (erase_stories(at=last_day), erase_consents(at=last_day)) == (0, 0)
    assert StoryConsent.objects.to_erase(later).count() == 1
    assert (erase_stories(at=later), erase_consents(at=later)) == (1, 1)
    story.refresh_from_db()
    consent = StoryConsent.objects.get()
    assert (story.title, story.state, bool(consent.name), bool(consent.contact)) == ("—", "withdrawn", False, False)
    assert not story.history.exclude(title="—").exists()
    with pytest.raises(Refused, match="has been erased"):
        take_up_again(story=story, by=world.officer)


@pytest.mark.parametrize("why", [f"打给{SHOWN}", f"打 {CONTACT}", f"微信 {CONTACT[:3]}-{CONTACT[3:]}"])
def test_the_log_of_readings_does_not_name_who_agreed(world: World, why: str) -> None:
    story = tell_story(world.officer, world.branch)
    agree(story, world.officer)
    with pytest.raises(Invalid) as refused:
        read_consent(consent=StoryConsent.objects.get(), why=why, by=world.officer)
    assert refused.value.field == "why"
    assert not PersonalReading.objects.exists()


def test_whoever_adds_a_photo_does_not_review_it(world: World) -> None:
    story, by = tell_story(world.officer, world.branch, shows_person=False), checker(world)
    do(as_(by), story, "add_photo", photo=picture_file(), caption="热汤")
    do(as_(world.officer), story, "submit")
    assert do(as_(by), story, "review", verdict="publish").status_code == 403
    do(as_(world.officer), story, "review", verdict="publish")
    story.refresh_from_db()
    assert (story.state, story.reviewed_by) == (StoryState.PUBLISHED, world.officer)
