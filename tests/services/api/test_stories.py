"""Stories by programs: drafted, agreed to, reviewed by somebody else, published; no answer names who has not agreed."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from services.models import SentWrite, Story, StoryConsent
from services.story_choices import StoryState
from tests.conftest import World
from tests.factories import make_partner
from tests.services import telling
from tests.services.api.test_office_writes import API, NOW, fields, send
from tests.services.wishing import checker
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
LATER = datetime.fromisoformat("2026-08-01T10:00:00+08:00")


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def draft(**given: Any) -> dict[str, Any]:
    words = {"title": f"给{telling.SHOWN}的热汤", "lead": "雪夜", "body": f"{telling.SHOWN}下了班。"}
    return {"unit": "CCB-JN", **words, "client_key": str(uuid4())} | given


def consent(**given: Any) -> dict[str, Any]:
    who = {"name": telling.SHOWN, "contact": telling.CONTACT}
    return {**who, "how": "paper", "given": "2026-07-20", "until": "2026-07-31", "client_key": str(uuid4())} | given


def ok(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def names_nobody(*answers: Any) -> bool:
    return not any(secret in str(answer) for answer in answers for secret in (telling.SHOWN, telling.CONTACT))


def test_a_story_goes_from_its_draft_to_the_page_and_away(world: World) -> None:
    reviewer = checker(world)
    officer, other = with_key(world.officer), with_key(reviewer)
    link = {"station": world.station.code.lower(), "partner": make_partner(world.branch).code, "shows_person": False}
    given = draft(title="一碗热汤", body="下着雪。", **link)
    made = [ok(send(officer, "stories/", **given)) for _again in range(2)]
    assert (made[0], made[0]["state"], made[0]["station"], Story.objects.count()) == (
        made[1],
        "draft",
        world.station.code,
        1,
    )
    assert error(send(officer, "stories/", **given | {"title": "别的"})) == (409, "stale")
    path = f"stories/{made[0]['code'].upper()}/"
    changed = ok(send(officer, path, "patch", lead="雪夜里", partner=None))
    assert (changed["lead"], changed["body"], changed["partner"]) == ("雪夜里", "下着雪。", None)
    assert ok(send(officer, f"{path}submit/"))["state"] == "review"
    assert error(send(officer, f"{path}submit/")) == (409, "stale")
    assert error(send(officer, path, "patch", lead="x")) == (409, "stale")
    assert error(send(officer, f"{path}publish/")) == (403, "refused")
    returned = ok(send(other, f"{path}return/", reason="标题再暖一些"))
    assert (returned["state"], returned["reason"]) == ("draft", "标题再暖一些")
    ok(send(officer, f"{path}submit/"))
    published = ok(send(other, f"{path}publish/"))
    assert (published["state"], published["published_at"]) == ("published", NOW.isoformat())
    assert officer.get(f"{API}stories/", {"state": "published"}).json()["results"] == [
        {name: value for name, value in published.items() if name != "consents"}
    ]
    line = Story.history.latest("history_id")
    assert (line.history_user, line.history_device) == (reviewer, "API · 门口计数器")
    gone = ok(send(officer, f"{path}withdraw/", reason="过时了"))
    assert (gone["state"], gone["title"], gone["is_told"]) == ("withdrawn", "", False)
    assert ok(send(officer, f"{path}take-up/"))["title"] == "一碗热汤"


def test_nobody_is_named_before_they_agree_nor_after(world: World) -> None:
    officer, other = with_key(world.officer), with_key(checker(world))
    made = send(officer, "stories/", **draft())
    path = f"stories/{ok(made)['code']}/"
    silent = [made.text, officer.get(f"{API}{path}").text, officer.get(f"{API}stories/").text]
    assert names_nobody(*silent)
    assert (made.json()["title"], made.json()["is_told"]) == ("", False)
    assert error(send(officer, f"{path}submit/")) == (403, "refused")
    given = consent()
    agreed = [ok(send(officer, f"{path}consents/", **given)) for _again in range(2)][1]
    assert (agreed["is_told"], StoryConsent.objects.count()) == (True, 1)
    assert telling.SHOWN in agreed["title"]
    assert error(send(officer, f"{path}consents/", **given | {"until": None})) == (409, "stale")
    assert telling.CONTACT not in str(agreed) + str(SentWrite.objects.values_list())
    assert set(agreed["consents"][0]) == {"id", "how", "given", "until", "withdrawn_at", "renews"}
    ok(send(officer, f"{path}submit/"))
    ok(send(other, f"{path}publish/"))
    with time_machine.travel(LATER, tick=False):
        ended = officer.get(f"{API}{path}").text
        assert names_nobody(ended, officer.get(f"{API}stories/").text)
        first = agreed["consents"][0]["id"]
        renewed = ok(send(officer, f"{path}consents/{first}/renew/", how="message", given="2026-08-01"))
        assert (renewed["is_told"], renewed["consents"][1]["renews"]) == (True, first)
        assert error(send(officer, f"{path}consents/{first}/renew/", how="paper", given="2026-08-01")) == (409, "stale")
        assert error(send(officer, f"{path}consents/{first}/take-back/")) == (404, "not_found")
        gone = ok(send(officer, f"{path}consents/{renewed['consents'][1]['id']}/take-back/"))
    assert (gone["state"], gone["is_told"], names_nobody(gone)) == ("withdrawn", False, True)
    assert not Story.objects.filter(state=StoryState.PUBLISHED).exists()


def test_stories_are_written_by_those_who_may(world: World) -> None:
    officer, auditor, outsider = (with_key(user) for user in (world.officer, world.auditor, world.outsider))
    assert error(send(Client(), "stories/", **draft())) == (401, "not_authenticated")
    assert error(send(auditor, "stories/", **draft())) == (403, "refused")
    for given, field in (
        ({"unit": "ICBC"}, "unit"),
        ({"station": world.elsewhere.code}, "station"),
        ({"partner": "ABCDEFGH"}, "partner"),
        ({"title": " "}, "title"),
        ({"client_key": "x"}, "client_key"),
    ):
        assert fields(send(officer, "stories/", **draft(**given))) == [field]
    assert (Story.objects.exists(), SentWrite.objects.exists()) == (False, False)
    path = f"stories/{telling.tell_story(world.officer, world.branch).slug}/"
    assert error(send(outsider, path, "patch", title="x")) == (404, "not_found")
    assert error(officer.get(f"{API}stories/%00/")) == (404, "not_found")
    assert error(send(auditor, path, "patch", title="x")) == (403, "refused")
    assert error(send(auditor, f"{path}consents/", **consent())) == (403, "refused")
    assert fields(send(officer, f"{path}consents/", **consent(given="2026-07-21"))) == ["given"]
    assert fields(send(officer, f"{path}consents/", **consent(how="nod"))) == ["how"]
    assert error(send(officer, f"{path}consents/{10**30}/take-back/")) == (404, "not_found")
    assert error(send(auditor, f"{path}withdraw/", reason="x")) == (403, "refused")
    assert fields(send(officer, f"{path}withdraw/")) == ["reason"]
    assert fields(officer.get(f"{API}stories/", {"state": "x"})) == ["state"]
