"""New opening hours for a unit's stations at once: looked at before, written for all or for none."""

import re
from html import unescape
from typing import Any

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stations.actions.stations import update_station
from stations.admin.bulk_hours import SEEN_SALT
from stations.choices import CalendarPolicy, StationStatus
from stations.models import FactCheck, Keeper, MapChange, Schedule, Station, User
from tests.conftest import World
from tests.factories import make_schedule, make_station
from tests.office.desk import as_

HOURS = "/admin/stations/station/hours/"
NEW = "Mo-Fr 09:00-17:00"
TYPED = {"opening_hours": "周一至周五 9:00-17:00", "calendar_policy": "finance", "reason": "夏令时"}


@pytest.fixture
def branch(world: World) -> World:
    """Two stations of the branch have hours, one is closed for good, and of its sister nobody knows any."""
    make_station("经二路驿站", operator=world.branch, schedule=make_schedule("Mo-Su 08:00-20:00"))
    make_station("旧址", operator=world.branch, status=StationStatus.CLOSED)
    return world


def page_of(world: World, who: User) -> Any:
    return as_(who).get(f"{HOURS}?unit={world.branch.code}")


def form_of(response: Any) -> dict[str, Any]:
    """What the form of the page would send, as it stands."""
    form = response.context["form"]
    values = {"of": form["of"].value(), "only": list(form["only"].value() or [])}
    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    return values | ({"seen": unescape(seen[1])} if seen else {})


def preview(client: Client, world: World, **typed: Any) -> Any:
    begun = client.get(f"{HOURS}?unit={world.branch.code}")
    return client.post(HOURS, form_of(begun) | TYPED | {"step": "preview"} | typed)


def hours_now() -> dict[str, str]:
    rows = Station.objects.values_list("name", "schedule__opening_hours")
    return {name: hours or "" for name, hours in rows}


def groups(response: Any) -> dict[str, int]:
    return {str(group.schedule or ""): len(group.stations) for group in response.context["plan"].groups}


def test_the_page_offers_the_hours_that_the_stations_of_a_unit_have_now(branch: World) -> None:
    page = page_of(branch, branch.officer)
    labels = [label for _key, label in page.context["form"].fields["only"].choices]
    assert len(labels) == 3, "those that are closed for good are not meant"
    assert any("Mo-Fr 08:30-17:30" in label and "(1)" in label for label in labels)
    assert any("not known (1)" in label for label in labels)
    unit = as_(branch.officer).get(reverse("admin:stations_unit_change", args=[branch.branch.pk]))
    assert f"{HOURS}?unit=CCB-JN" in unit.content.decode()


def test_the_preview_groups_by_present_hours_says_what_is_left_out_and_changes_nothing(branch: World) -> None:
    before = hours_now()
    page = preview(as_(branch.officer), branch)
    assert groups(page) == {"Mo-Fr 08:30-17:30": 1, "Mo-Su 08:00-20:00": 1, "": 1}
    assert page.context["new"].opening_hours == NEW
    assert {str(why): count for why, _rows, count, _more in page.context["skipped"]} == {"closed for good": 1}
    assert hours_now() == before


def test_confirmed_all_of_them_have_the_new_hours_with_history_checks_and_map(branch: World) -> None:
    client = as_(branch.officer)
    page = preview(client, branch)
    done = client.post(HOURS, form_of(page) | TYPED | {"step": "change"}, follow=True)
    assert "3 stations have new hours." in done.content.decode()
    assert hours_now() | {"旧址": "", "青岛支行工行驿站": ""} == hours_now()
    assert {hours for name, hours in hours_now().items() if name not in {"旧址", "青岛支行工行驿站"}} == {NEW}
    schedule = Schedule.objects.get(opening_hours=NEW)
    assert schedule.calendar_policy == CalendarPolicy.FINANCE
    last = branch.sister.history.latest()
    assert (last.history_user, last.history_change_reason, last.schedule) == (branch.officer, "夏令时", schedule)
    assert MapChange.objects.filter(station=branch.sister).exists()
    assert FactCheck.objects.filter(station=branch.sister, what="hours", how="staff").exists()


def test_only_stations_with_certain_hours_are_changed_where_one_says_so(branch: World) -> None:
    client = as_(branch.officer)
    chosen = str(branch.station.schedule_id)
    page = preview(client, branch, only=[chosen])
    assert groups(page) == {"Mo-Fr 08:30-17:30": 1}
    left_out = {str(why) for why, *_rest in page.context["skipped"]}
    assert left_out == {"closed for good", "have other hours than those chosen"}
    client.post(HOURS, form_of(page) | TYPED | {"step": "change", "only": [chosen]})
    assert hours_now()["经二路驿站"] == "Mo-Su 08:00-20:00"
    again = preview(client, branch)
    assert "have these hours already" in {str(why) for why, *_rest in again.context["skipped"]}


def test_a_station_that_somebody_changed_meanwhile_is_named_and_nothing_is_written(branch: World) -> None:
    client = as_(branch.officer)
    page = preview(client, branch)
    late = make_schedule("Mo-Su 10:00-22:00")
    update_station(by=branch.admin, station=branch.station, schedule=late)
    before = hours_now()
    refused = client.post(HOURS, form_of(page) | TYPED | {"step": "change"})
    assert (refused.status_code, branch.station.name in refused.context["problem"]) == (409, True)
    assert hours_now() == before
    assert "1 of these stations has been changed" in refused.context["problem"]
    Station.objects.filter(pk=branch.sister.pk).delete()
    refused = client.post(HOURS, form_of(refused) | TYPED | {"step": "change"})
    assert (refused.status_code, "no longer there" in refused.context["problem"]) == (409, True)
    second = client.post(HOURS, form_of(refused) | TYPED | {"step": "change"})
    assert second.status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"opening_hours": "有时候开"}, ""),
        ({"opening_hours": ""}, "required"),
        ({"reason": ""}, "required"),
        ({"only": []}, "required"),
        ({"only": ["x"]}, "x"),
    ],
)
def test_what_is_not_understood_or_missing_is_said_and_nothing_is_shown_as_a_preview(
    branch: World, typed: dict[str, Any], sentence: str
) -> None:
    page = preview(as_(branch.officer), branch, **typed)
    assert page.status_code == 400
    assert "errorlist" in page.content.decode()
    assert sentence in page.content.decode()


def test_one_goes_back_with_what_was_typed(branch: World) -> None:
    client = as_(branch.officer)
    page = client.post(HOURS, form_of(preview(client, branch)) | TYPED | {"step": "again"})
    assert (page.status_code, "夏令时" in page.content.decode()) == (200, True)


def test_from_the_list_those_chosen_are_meant_and_what_is_in_other_hands_is_left_out(branch: World) -> None:
    Keeper.objects.create(user=branch.officer, station=branch.elsewhere)
    client = as_(branch.officer)
    chosen = {"action": "new_hours", "_selected_action": [branch.sister.pk, branch.elsewhere.pk]}
    asked = client.post("/admin/stations/station/", chosen)
    page = client.post(HOURS, form_of(asked) | TYPED | {"step": "preview"})
    assert groups(page) == {"": 1}
    assert {str(why): count for why, _rows, count, _more in page.context["skipped"]} == {
        "in the care of other units than yours": 1
    }
    client.post(HOURS, form_of(page) | TYPED | {"step": "change"})
    assert (hours_now()[branch.sister.name], hours_now()[branch.elsewhere.name]) == (NEW, "")


def test_who_may_not_is_told_or_finds_nothing(branch: World) -> None:
    address = f"{HOURS}?unit={branch.branch.code}"
    assert Client().get(address).status_code == 302
    for reader in (branch.keeper, branch.official, branch.auditor):
        assert as_(reader).get(address).status_code == 403
    assert as_(branch.outsider).get(address).status_code == 404
    token = form_of(page_of(branch, branch.officer))
    assert as_(branch.outsider).post(HOURS, token | TYPED | {"step": "preview"}).status_code == 404
    for of in ("", "forged", signing.dumps({"unit": branch.branch.pk}, salt="another")):
        assert as_(branch.officer).post(HOURS, token | TYPED | {"of": of}).status_code == 404
    seen = signing.dumps([[None, [branch.elsewhere.pk]]], salt=SEEN_SALT)
    refused = as_(branch.officer).post(HOURS, token | TYPED | {"step": "change", "seen": seen})
    assert refused.status_code == 409, "also who could write a form of their own changes only what is theirs"
    assert as_(branch.officer).post(HOURS, token | TYPED | {"step": "change", "seen": "x"}).status_code == 404
    page = form_of(preview(as_(branch.officer), branch))
    assert as_(branch.officer).post(HOURS, page | TYPED | {"of": page["seen"]}).status_code == 404
    assert NEW not in hours_now().values()


def test_two_and_fifty_stations_take_the_same_number_of_queries(branch: World) -> None:
    client = as_(branch.officer)

    def queries() -> int:
        page = preview(client, branch)
        with CaptureQueriesContext(connection) as captured:
            assert client.post(HOURS, form_of(page) | TYPED | {"step": "change"}).status_code == 302
        Station.objects.filter(postings__operator=branch.branch).update(schedule=None)
        return len(captured)

    queries()
    few = queries()
    for number in range(30):
        make_station(f"驿站{number}", operator=branch.branch)
    assert queries() == few
