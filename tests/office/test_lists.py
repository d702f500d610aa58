"""Lists of the back office as people like to see them: columns of their choice, and views that they saved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from services.admin.ledger import VisitEntryAdmin
from services.models import VisitEntry
from stations.actions.saved_views import MOST_OF_ONE_LIST
from stations.models import SavedView, User
from tests.conftest import World
from tests.services.conftest import count_visits

LIST = reverse("admin:stations_station_changelist")
SAVE = reverse("admin:save_view")
LEDGER = reverse("admin:services_visitentry_changelist")


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, name: str = "Mine", query: str = "q=x&p=3", table: str = "stations.station") -> str:
    answer = client.post(SAVE, {"table": table, "name": name, "query": query}, follow=True)
    return answer.text


def test_a_list_shows_the_columns_that_are_asked_for_and_always_the_first(world: World) -> None:
    page = of(world.officer).get(f"{LIST}?columns=seats&columns=nonsense").text
    assert "column-name" in page
    assert "column-seats" in page
    assert "column-address" not in page


def test_the_columns_stay_while_one_filters_searches_and_pages(world: World) -> None:
    page = of(world.officer).get(f"{LIST}?columns=seats&status__exact=published").text
    assert 'name="columns" value="seats"' in page
    assert "status__exact=draft&amp;columns" in page or "columns=seats&amp;status__exact=draft" in page


def test_a_view_is_saved_offered_and_forgotten_by_its_owner_alone(world: World) -> None:
    client = of(world.officer)
    save(client, "Suspended ones", "status__exact=suspended&columns=seats&p=3&e=1")
    view = SavedView.objects.get()
    assert (view.user, view.query) == (world.officer, "status__exact=suspended&columns=seats")
    assert f'href="?{view.query.replace("&", "&amp;")}"' in client.get(LIST).text
    assert "Suspended ones" not in of(world.official).get(LIST).text
    forget = reverse("admin:forget_view", args=[view.pk])
    assert of(world.official).post(forget).status_code == 404
    client.post(forget)
    assert not SavedView.objects.exists()


def test_the_same_name_replaces_the_view(world: World) -> None:
    client = of(world.officer)
    save(client, " My  view ", "q=a")
    save(client, "My view", "q=b")
    assert SavedView.objects.get().query == "q=b"


def test_a_view_without_a_name_or_of_no_list_or_too_long_is_refused_with_a_sentence(world: World) -> None:
    client = of(world.officer)
    refused = [
        save(client, " "),
        save(client, "x" * 41),
        save(client, table="x.y"),
        save(client, table="stations.savedview"),
        save(client, query=f"q={'x' * 2001}"),
    ]
    assert all("errornote" in page or 'class="error"' in page for page in refused)
    assert not SavedView.objects.exists()


def test_more_views_than_anybody_overlooks_are_refused(world: World) -> None:
    client = of(world.officer)
    for number in range(MOST_OF_ONE_LIST + 1):
        page = save(client, f"View {number}")
    assert SavedView.objects.count() == MOST_OF_ONE_LIST
    assert str(MOST_OF_ONE_LIST) in page


def test_nobody_saves_or_forgets_without_logging_in(world: World) -> None:
    view = SavedView.objects.create(user=world.officer, table="stations.station", name="Mine", query="q=x")
    for address in (SAVE, reverse("admin:forget_view", args=[view.pk])):
        assert Client().post(address, {"table": "stations.station", "name": "n", "query": ""}).status_code == 302
    assert SavedView.objects.get() == view


def test_who_may_only_read_learns_why_and_whom_to_ask(world: World) -> None:
    page = of(world.keeper).get(reverse("admin:stations_station_change", args=[world.station.pk])).text
    assert 'class="why-read-only"' in page
    assert str(world.officer) in page


def test_a_page_that_one_may_not_open_says_why(world: World) -> None:
    answer = of(world.keeper).get(reverse("admin:stations_membership_add"))
    assert answer.status_code == 403
    assert 'class="error-page"' in answer.text or "<h1" in answer.text
    assert "自己" in answer.text or "administrators alone" in answer.text


def test_a_ledger_is_paged_to_its_end_without_being_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VisitEntryAdmin, "list_per_page", 2)
    for back in (0, 0, 1, 1, 2):
        count_visits(world.keeper, world.station, 3, day=timezone.localdate() - timedelta(back))
    client, address = of(world.officer), LEDGER
    seen: list[int] = []
    while address:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert not any("COUNT(*)" in query["sql"] for query in queries)
        changes = page.context["cl"]
        seen += [entry.pk for entry in changes.result_list]
        address = f"{LEDGER}{changes.earlier_url}" if changes.earlier_url else ""
    everything = VisitEntry.objects.order_by("-date", "-station_id", "-pk").values_list("pk", flat=True)
    assert seen == list(everything)
    assert len(seen) == 5


@pytest.mark.parametrize("after", ["", "x", "2026-13-40,1,1", "2026-11-01,-1,1", "2026-11-01,1", "2026-11-01,1,9" * 9])
def test_an_address_of_a_page_that_nobody_was_given_begins_anew(world: World, after: str) -> None:
    count_visits(world.keeper, world.station, 3, day=timezone.localdate())
    page = of(world.officer).get(LEDGER, {"after": after})
    assert page.context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("table", "hidden"),
    [
        ("partners_agreement", "remark__startswith"),
        ("services_wish", "receipt__gte"),
        ("services_wish", "community__contains"),
        ("stations_user", "password__startswith"),
        ("stations_user", "date_joined__gte"),
    ],
)
def test_a_list_does_not_tell_letter_by_letter_what_it_does_not_show(world: World, table: str, hidden: str) -> None:
    address = reverse(f"admin:{table}_changelist")
    assert of(world.official).get(address).status_code == 200
    assert of(world.official).get(address, {hidden: "2"}).status_code == 400
