"""The queue of reports in the back office, and the keeper's short list of them."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from harbor_portal.lib.images import clean_image
from services.actions.answers import answer_feedback, take_in_hand
from services.choices import FeedbackKind, FeedbackState
from services.facets import reported_closed
from services.models import AnswerSentence, Feedback
from services.seeds import seed_sentences
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_amenity, make_member
from tests.services.conftest import TODAY, _wednesday_noon  # noqa: F401  # a fixture
from tests.services.feedback import tell

pytestmark = pytest.mark.django_db
LIST = "/admin/services/feedback/"
STEPS = ["take", "hand_over", "answer", "merge", "follow"]


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def do(client: Client, step: str, entry: Feedback, **fields: Any) -> Any:
    return client.post(reverse(f"admin:services_feedback_{step}", args=[entry.pk]), fields, follow=True)


def page(client: Client, entry: Feedback, **params: str) -> str:
    url = reverse("admin:services_feedback_change", args=[entry.pk])
    return str(client.get(url, params).content.decode())


def listed(client: Client, **params: str) -> list[Feedback]:
    return list(client.get(LIST, params).context["cl"].result_list)


def photo() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    content.seek(0)
    return clean_image(content, longest_side=40)


def test_the_queue_begins_with_what_is_due_first_and_leaves_out_what_is_done(world: World) -> None:
    idea, closed, broken = (
        tell(world.station, FeedbackKind.IDEA),
        tell(world.station),
        tell(world.sister, FeedbackKind.BROKEN),
    )
    tell(world.station)
    answer_feedback(feedback=broken, text="已修好", by=world.officer)
    client = as_(world.officer)
    assert listed(client) == [closed, idea]
    assert listed(client, state="all") == [closed, idea, broken]
    assert listed(client, state="answered") == [broken]
    assert [row.same_as for row in listed(client, state="merged")] == [closed]
    assert listed(client)[0].voice_count == 2  # type: ignore[attr-defined]  # an annotation


def test_the_queue_is_filtered_by_due_owner_kind_and_words(world: World) -> None:
    mine, late, nobodys = (
        tell(world.station, FeedbackKind.IDEA),
        tell(world.station),
        tell(world.sister, FeedbackKind.SHORT),
    )
    take_in_hand(feedback=mine, by=world.officer)
    take_in_hand(feedback=late, by=make_member(world.bank, Role.OFFICER))
    Feedback.objects.filter(pk=late.pk).update(due_date=TODAY - timedelta(days=1))
    Feedback.objects.filter(pk=nobodys.pk).update(due_date=TODAY)
    client = as_(world.officer)
    assert listed(client, due="overdue") == listed(client, owner="others") == [late]
    assert listed(client, due="today") == listed(client, owner="nobody") == [nobodys]
    assert listed(client, due="later") == listed(client, owner="me") == [mine]
    assert listed(client, kind__exact="short") == [nobodys]
    assert listed(client, q=late.spelt_receipt) == listed(client, q=world.station.code, kind__exact=late.kind) == [late]
    assert "overdue" in client.get(LIST).content.decode()


def test_the_first_page_counts_what_waits_and_what_is_late(world: World) -> None:
    late = tell(world.station)
    tell(world.sister)
    tell(world.elsewhere)
    Feedback.objects.filter(pk=late.pk).update(due_date=date(2026, 11, 17))
    work = as_(world.officer).get("/admin/").context["desk"].work
    counts = {figure.url.removeprefix(LIST): figure.count for figure in work if LIST in figure.url}
    assert counts == {"": 2, "?due=overdue": 1, "?due=today": 0, "?escalated=us": 0}


def test_an_officer_takes_a_report_from_its_arrival_to_its_answer(world: World) -> None:
    entry = tell(world.station, FeedbackKind.BROKEN, amenity=make_amenity("water"), text="没水")
    colleague = make_member(world.bank, Role.OFFICER, name="周专员")
    client = as_(world.officer)
    assert "没水" in page(client, entry)
    do(client, "take", entry)
    assert "Done. The map follows" in do(client, "follow", entry).content.decode()
    do(client, "hand_over", entry, to=colleague.pk)
    entry.refresh_from_db()
    assert (entry.state, entry.owner) == ("in_hand", colleague)
    do(as_(colleague), "answer", entry, answer="已修好")
    text = page(client, entry)
    assert "已修好" in text
    assert "What to do" not in text
    assert text.count("周专员") >= 2
    assert "已修好" in Client().get(f"/feedback/{entry.receipt}/").content.decode()


def test_a_ready_made_sentence_is_put_into_the_answer_and_may_be_changed(world: World) -> None:
    entry = tell(world.station)
    client = as_(world.officer)
    seed_sentences()
    sentence = str(AnswerSentence.objects.filter(kind=FeedbackKind.ARRIVED_BUT_CLOSED)[1])
    assert f">{sentence}</textarea>" in page(client, entry, say="1")
    for nonsense in ("99", "-1", "x", "²"):
        assert ">" in page(client, entry, say=nonsense)
    assert set(AnswerSentence.objects.values_list("kind", flat=True)) == set(FeedbackKind.values)


def test_two_reports_are_merged_from_the_page(world: World) -> None:
    entry, other = tell(world.station), tell(world.station, FeedbackKind.REFUSED)
    do(as_(world.officer), "merge", entry, into=other.pk)
    assert Feedback.objects.get(pk=entry.pk).same_as == other
    assert f"/{other.pk}/change/" in page(as_(world.officer), entry)


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("answer", {"answer": " "}, "An answer says something"),
        ("answer", {}, "An answer says something"),
        ("hand_over", {"to": "x"}, "Choose from the list"),
        ("merge", {"into": "9" * 30}, "Choose from the list"),
        ("merge", {}, "Choose from the list"),
        ("follow", {}, "suggests nothing"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(world: World, step: str, fields: dict[str, str], sentence: str) -> None:
    entry = tell(world.station)
    assert sentence in do(as_(world.officer), step, entry, **fields).content.decode()
    assert Feedback.objects.get(pk=entry.pk).state == FeedbackState.RECEIVED


def test_a_report_is_not_handed_or_merged_out_of_scope(world: World) -> None:
    entry, stranger = tell(world.station), tell(world.elsewhere)
    client = as_(world.officer)
    assert "Choose from the list" in do(client, "hand_over", entry, to=world.outsider.pk).content.decode()
    assert "Choose from the list" in do(client, "merge", entry, into=stranger.pk).content.decode()


@pytest.mark.parametrize("step", STEPS)
def test_who_may_not_answer_is_refused_and_who_may_not_see_finds_nothing(world: World, step: str) -> None:
    entry = tell(world.station)
    before = Feedback.objects.values().get()
    for person in (world.auditor, world.official, world.keeper):
        assert do(as_(person), step, entry, answer="x").status_code == 403
        assert "What to do" not in page(as_(person), entry)
    assert do(as_(world.outsider), step, entry, answer="x").status_code == 404
    assert "/login/" in do(Client(), step, entry, answer="x").redirect_chain[-1][0]
    assert as_(world.officer).get(reverse(f"admin:services_feedback_{step}", args=[entry.pk])).status_code == 405
    assert Feedback.objects.values().get() == before


def test_a_report_is_not_changed_through_a_form_of_fields(world: World) -> None:
    entry = tell(world.station)
    for person in (world.officer, world.admin):
        url = reverse("admin:services_feedback_change", args=[entry.pk])
        assert as_(person).post(url, {"text": "taken"}).status_code == 403
    assert as_(world.admin).get(f"{LIST}add/").status_code == 403


def test_a_photo_is_shown_to_those_who_see_the_report(world: World) -> None:
    entry = tell(world.station, photo=photo())
    url = reverse("admin:services_feedback_photo", args=[entry.pk])
    assert url in page(as_(world.officer), entry)
    for person in (world.officer, world.official, world.auditor, world.keeper):
        response = as_(person).get(url)
        assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
        assert response.content.startswith(b"RIFF")
        assert "no-store" in response["Cache-Control"]
    assert as_(world.outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_report_without_photo_or_whose_file_is_gone_shows_none(world: World) -> None:
    without, gone = tell(world.station), tell(world.sister, photo=photo())
    Path(gone.photo.path).unlink()
    for entry in (without, gone):
        url = reverse("admin:services_feedback_photo", args=[entry.pk])
        assert as_(world.officer).get(url).status_code == 404


def test_a_page_asks_as_little_for_many_voices_as_for_few(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    entry = tell(world.station)
    client = as_(world.officer)
    url = reverse("admin:services_feedback_change", args=[entry.pk])
    tell(world.station, text="一")
    tell(world.station, FeedbackKind.IDEA)
    with django_assert_max_num_queries(21) as few:
        client.get(url)
    for _number in range(20):
        tell(world.station, text="又")
        tell(world.station, FeedbackKind.IDEA)
        make_member(world.bank, Role.OFFICER)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_a_keeper_sees_the_reports_and_says_that_the_door_is_open(world: World) -> None:
    locked = tell(world.station, text="锁着")
    tell(world.station, FeedbackKind.IDEA, text="多几把伞")
    client = as_(world.keeper)
    url = reverse("admin:my_station", args=[world.station.code])
    text = client.get(url).content.decode()
    assert "Somebody found your station closed today" in text
    assert "多几把伞" in text
    confirm = reverse("admin:my_station_confirm_open", args=[world.station.code, TODAY.isoformat()])
    after = client.post(confirm, follow=True).content.decode()
    assert "Somebody found your station closed today" not in after
    assert "多几把伞" in after
    assert not reported_closed([world.station.pk])
    answer_feedback(feedback=locked, text="已开门", by=world.officer)
    assert "No report of a closed door waits" in client.post(confirm, follow=True).content.decode()
    assert timezone.localdate() == TODAY
