"""For each model and role: nothing outside the scope is seen, changed, or guessed by its address."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from partners.models import Agreement, Obligation, Partner, PartnerContact, PartnerMember, Plate, SpecialStation
from reports.models import (
    Anomaly,
    Assessment,
    AssessmentRound,
    Bundle,
    Contest,
    Deadline,
    MonthOpening,
    MonthReport,
    Reminder,
    ReportWaiver,
    Rubric,
    Target,
)
from services.actions.deliveries import send_supply
from services.actions.desk import write_note
from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.models import (
    Activity,
    Feedback,
    Finding,
    Grant,
    GrantBatch,
    Inspection,
    KeeperNote,
    OnlineService,
    PersonalReading,
    StationDay,
    Story,
    SupplyItem,
    SupplyMovement,
    SupplyStock,
    SupplyTransfer,
    Visit,
    VisitEntry,
    Wish,
)
from stations.actions.amenities import report_broken
from stations.actions.stations import suspend_station, update_station
from stations.actions.tokens import make_token
from stations.choices import Access, Role
from stations.models import (
    ApiToken,
    ChangeRequest,
    Division,
    Download,
    Honour,
    HoursException,
    Keeper,
    Membership,
    PossibleDuplicate,
    Posting,
    Station,
    StationAmenity,
    Unit,
    User,
    WeatherAlert,
)
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_amenity,
    make_batch,
    make_exception,
    make_grant,
    make_honour,
    make_keeper,
    make_member,
    make_partner,
    make_plate,
    make_special,
    make_station,
    make_user,
)
from tests.partners.agreeing import agree, promise_cups
from tests.reports.builders import make_anomaly, make_contest, open_month, waive
from tests.reports.starring import make_round, make_rubric, make_star, make_target
from tests.services.conftest import count_visits
from tests.services.feedback import tell
from tests.services.inspecting import begin, leave_finding
from tests.services.telling import tell_story
from tests.services.wishing import nominate

pytestmark = pytest.mark.usefixtures("uncounted_module")
ROLES = ["keeper", "officer", "official", "auditor"]
SCOPED: list[type[Model]] = [
    ApiToken,
    Station,
    Unit,
    User,
    Membership,
    Keeper,
    Honour,
    HoursException,
    Anomaly,
    Assessment,
    AssessmentRound,
    Bundle,
    Contest,
    Rubric,
    Target,
    Deadline,
    Grant,
    GrantBatch,
    Activity,
    Agreement,
    Obligation,
    Partner,
    PartnerContact,
    PartnerMember,
    Plate,
    SpecialStation,
    StationDay,
    Visit,
    VisitEntry,
    Feedback,
    Finding,
    KeeperNote,
    OnlineService,
    SupplyMovement,
    SupplyStock,
    SupplyTransfer,
    WeatherAlert,
    ChangeRequest,
    Download,
    Inspection,
    MonthOpening,
    MonthReport,
    ReportWaiver,
    PersonalReading,
    PossibleDuplicate,
    Reminder,
    Story,
    Wish,
]
NEVER_DELETED: list[type[Model]] = [
    Station,
    StationDay,
    Visit,
    VisitEntry,
    Feedback,
    Finding,
    KeeperNote,
    SupplyMovement,
    SupplyTransfer,
]
NEVER_DELETED += [Activity, ChangeRequest, Download, Inspection, MonthReport, PersonalReading, PossibleDuplicate, Wish]
NEVER_DELETED += [Agreement, Anomaly, Contest, Grant, GrantBatch, MonthOpening, ReportWaiver]
NEVER_DELETED += [Assessment, AssessmentRound, Bundle, Reminder, Rubric]
WRITTEN_BY_OFFICIALS = {Activity, AssessmentRound, Contest, Deadline, GrantBatch, Rubric, Target, WeatherAlert}
READ_BY_OFFICIALS = [model for model in SCOPED if model not in WRITTEN_BY_OFFICIALS]
SECRET = "秘密"
FIGURE = "77717"
"""So long that no random token of a page holds it by chance."""


@pytest.fixture
def strangers(world: World) -> dict[type[Model], Any]:
    """One row of each model in the other bank, out of everybody's scope, with a name that gives it away."""
    unit = Unit.objects.add_child(
        Unit.objects.get(pk=world.other_bank.pk), {"code": "X1", "name": SECRET, "kind": "bank"}
    )
    station = make_station(SECRET, operator=unit, address=SECRET)
    keeper = make_keeper(station, name=SECRET)
    officer = make_member(unit, Role.OFFICER, name=SECRET)
    entry = count_visits(keeper, station, int(FIGURE), day=timezone.localdate())
    water = SupplyItem.objects.create(code="water", name="水", name_en="Water")
    supply = Supply(water, SupplyMove.IN, 7717)
    agreement = agree(officer, unit, title=SECRET)
    obligation = promise_cups(agreement, officer, what=SECRET, quantity=int(FIGURE))
    movement = move_supply(station=station, supply=supply, day=timezone.localdate(), by=keeper)
    wish = nominate(officer, unit, title=SECRET)
    rubric = make_rubric(unit, name=SECRET)
    assessment = make_round(unit, officer, title=SECRET, rubric=rubric)
    return {
        ApiToken: make_token(by=officer, name=SECRET, days=30)[0],
        Station: station,
        Unit: unit,
        User: officer,
        Membership: Membership.objects.get(user=officer),
        Keeper: Keeper.objects.get(user=keeper),
        Honour: make_honour(station, title=SECRET),
        HoursException: make_exception(unit, reason=SECRET),
        Activity: make_activity(unit, station, title=SECRET),
        Bundle: Bundle.objects.create(unit=unit, month=date(2026, 10, 1), asked_by=officer),
        Agreement: obligation.agreement,
        Obligation: obligation,
        Partner: make_partner(unit, name=SECRET, is_public=False),
        PartnerContact: PartnerContact.objects.create(partner=make_partner(unit, is_public=False), name=SECRET),
        PartnerMember: PartnerMember.objects.create(
            association=make_partner(unit, name=f"{SECRET}协会", is_public=False), member_unit=unit
        ),
        Plate: make_plate(station, number=SECRET),
        SpecialStation: make_special(station, theme=SECRET),
        Anomaly: make_anomaly(station),
        Assessment: make_star(station, assessment, points="77.17"),
        AssessmentRound: assessment,
        Contest: make_contest(unit, title=SECRET),
        Rubric: rubric,
        Target: make_target(unit, campaign=SECRET, goal=int(FIGURE)),
        Deadline: Deadline.objects.create(unit=unit, working_day=3),
        Grant: make_grant(station, make_batch(unit, title=SECRET), officer),
        GrantBatch: make_batch(unit, title=f"{SECRET}二"),
        StationDay: StationDay.objects.get(station=station),
        Visit: Visit.objects.get(station=station),
        VisitEntry: entry,
        Feedback: tell(station, text=SECRET),
        Finding: leave_finding(officer, station, text=SECRET),
        KeeperNote: write_note(station=station, text=SECRET, by=keeper),
        OnlineService: OnlineService.objects.create(kind="legal", name=SECRET, phone="12348", kept_by=unit),
        SupplyMovement: movement,
        SupplyStock: SupplyStock.objects.get(station=station),
        SupplyTransfer: send_supply(
            origin=station,
            target=make_station(SECRET, operator=unit),
            supply=Supply(water, SupplyMove.SENT, 1),
            day=timezone.localdate(),
            by=keeper,
        ),
        PersonalReading: PersonalReading.objects.create(wish=wish, by=officer, at=timezone.now(), why=SECRET),
        Story: tell_story(officer, unit, title=SECRET),
        Wish: wish,
        WeatherAlert: WeatherAlert.objects.create(
            kind="heat",
            division=Division.objects.create(code="440106", name=f"{SECRET}区", level="district"),
            first=timezone.localdate(),
            last=timezone.localdate(),
            message=SECRET,
            by=officer,
        ),
        ChangeRequest: ChangeRequest.objects.create(station=station, reason=SECRET, by=keeper, at=timezone.now()),
        Download: Download.objects.create(user=officer, kind="list", about=SECRET),
        Inspection: begin(officer, station),
        MonthOpening: open_month(unit),
        MonthReport: MonthReport.objects.get(unit=unit),
        ReportWaiver: waive(unit),
        PossibleDuplicate: PossibleDuplicate.objects.create(
            first=station, second=make_station(SECRET, operator=unit), metres=8
        ),
        Reminder: Reminder.objects.create(
            user=officer, month=date(2026, 10, 1), days_before=3, due_date=date(2026, 11, 6), made_at=timezone.now()
        ),
    }


def as_(world: World, role: str) -> Client:
    client = Client()
    client.force_login(getattr(world, role))
    return client


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def state(row: Any) -> dict[str, Any]:
    return type(row)._base_manager.filter(pk=row.pk).values().get()  # type: ignore[no-any-return]


def test_every_table_with_a_scope_is_among_these() -> None:
    scoped = {model for model in admin.site._registry if hasattr(model._default_manager.all(), "visible_to")}
    assert scoped == set(SCOPED)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_out_of_scope_is_listed_found_or_shown(
    world: World, strangers: dict[type[Model], Any], role: str
) -> None:
    client = as_(world, role)
    for model in SCOPED:
        _assert_unlisted(client, model, strangers[model])
        _assert_unseen(client, model, strangers[model])
    told = client.get("/admin/").content.decode()  # where one lands, with what was said each time
    assert SECRET not in told
    assert FIGURE not in told


def _assert_unlisted(client: Client, model: type[Model], row: Any) -> None:
    for query in ("", f"?q={SECRET}", f"?id={row.pk}"):
        page = f"{url(model, 'changelist')}{query}"
        shown = (
            client.get(page, follow=True).content.decode().replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
        )
        assert SECRET not in shown, page
        assert FIGURE not in shown, page


def _assert_unseen(client: Client, model: type[Model], row: Any) -> None:
    for page in ("change", "history", "delete"):
        response = client.get(url(model, page, row.pk))
        text = response.content.decode()
        assert SECRET not in text, (model, page)
        assert FIGURE not in text, (model, page)
        assert response.status_code in {302, 403, 404}, (model, page)
        assert response.get("Location", "/admin/") == "/admin/", (model, page)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_out_of_scope_is_changed_or_deleted(world: World, strangers: dict[type[Model], Any], role: str) -> None:
    client = as_(world, role)
    for model in SCOPED:
        row = strangers[model]
        before = state(row)
        client.post(url(model, "change", row.pk), {"name": "taken", "address": "taken", "role": "officer"})
        _delete(client, model, row)
        assert state(row) == before, model


@pytest.mark.parametrize("role", [*ROLES, "admin"])
def test_stations_and_the_ledger_are_never_deleted(world: World, strangers: dict[type[Model], Any], role: str) -> None:
    client = as_(world, role)
    for model in NEVER_DELETED:
        assert _delete(client, model, strangers[model]) in {302, 403}, model
        assert model._base_manager.filter(pk=strangers[model].pk).exists(), model


def _delete(client: Client, model: type[Model], row: Any) -> int:
    """By its page and by the action of its list; the status of the page."""
    by_list = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    client.post(url(model, "changelist"), by_list)
    return client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code


@pytest.mark.parametrize("role", ["keeper", "official", "auditor"])
def test_who_only_reads_changes_nothing_in_scope_either(world: World, role: str) -> None:
    count_visits(world.keeper, world.station, day=timezone.localdate())
    tell(world.station)
    write_note(station=world.station, text="灯坏了", by=world.keeper)
    leave_finding(world.officer, world.station)
    user: User = getattr(world, role)
    client = as_(world, role)
    for model in READ_BY_OFFICIALS:
        for row in model._default_manager.all().visible_to(user):  # type: ignore[attr-defined]  # a queryset method
            before = state(row)
            assert client.post(url(model, "change", row.pk), {"name": "taken"}).status_code == 403, model
            assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
            assert state(row) == before, model
        assert client.get(url(model, "add")).status_code == 403, model


SOURCES = [
    ("stations", "posting", "operator"),
    ("stations", "posting", "supervisor"),
    ("stations", "hoursexception", "unit"),
    ("stations", "keeper", "user"),
    ("stations", "keeper", "station"),
    ("stations", "membership", "user"),
    ("stations", "membership", "unit"),
    ("partners", "programme", "owner"),
    ("partners", "partner", "kept_by"),
    ("partners", "partner", "unit"),
    ("partners", "agreement", "unit"),
    ("partners", "agreement", "partner"),
    ("partners", "agreement", "covered_unit"),
    ("partners", "agreementstation", "station"),
    ("partners", "specialstation", "station"),
    ("partners", "specialstation", "partner"),
    ("stations", "honour", "station"),
    ("stations", "honour", "unit"),
    ("stations", "honour", "person"),
]


@pytest.mark.parametrize("role", ROLES)
def test_autocompletion_offers_nothing_out_of_scope(world: World, strangers: dict[type[Model], Any], role: str) -> None:
    for source in SOURCES:
        fields = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))
        response = as_(world, role).get(reverse("admin:autocomplete"), fields | {"term": SECRET})
        assert response.status_code == 200, source
        assert response.json()["results"] == [], source


def form_data(client: Client, page: str) -> dict[str, Any]:
    """What a browser would send back without touching anything."""
    context = client.get(page).context
    data: dict[str, Any] = {}
    for form in [context["adminform"].form, *_inline_forms(context)]:
        for name, field in form.fields.items():
            value = form[name].value()
            if value is not None and value is not False:
                data[form.add_prefix(name)] = value
            if field.show_hidden_initial:
                data[form[name].html_initial_name] = "" if value is None else value
    return data


def _inline_forms(context: Any) -> list[Any]:
    sets = [one.formset for one in context["inline_admin_formsets"]]
    return [form for one in sets for form in [one.management_form, *one.initial_forms]]


@pytest.fixture
def officer_page(world: World) -> tuple[Client, str, dict[str, Any]]:
    client, page = as_(world, "officer"), url(Station, "change", world.station.pk)
    return client, page, form_data(client, page)


@pytest.mark.parametrize("page", ["stations_station", "services_feedback", "services_finding", "reports_monthreport"])
def test_a_filter_with_a_zero_byte_finds_nothing(world: World, page: str) -> None:
    assert as_(world, "officer").get(reverse(f"admin:{page}_changelist"), {"state": "\0"}).status_code == 404


def test_an_untouched_form_saves_and_keeps_what_is_out_of_the_officers_scope(
    world: World, officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, page, data = officer_page
    assert client.post(page, data | {"name": "新名字", "reason": "改名"}).status_code == 302
    world.station.refresh_from_db()
    posting = Posting.objects.get(station=world.station)
    assert world.station.name == "新名字"
    assert posting.supervisor == world.district_union
    line = world.station.history.latest()
    assert (line.history_user, line.history_change_reason) == (world.officer, "改名")


def test_what_others_wrote_since_the_page_was_opened_stays(
    world: World, officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, page, data = officer_page
    due = timezone.localdate() + timedelta(days=9)
    water = world.station.amenities.get(amenity__code="water")
    report_broken(amenity=water, by=world.keeper, due_back=due, note="等配件")
    update_station(by=world.admin, station=world.station, phone="0531-1", schedule=None)
    suspend_station(by=world.admin, station=world.station, since=timezone.localdate(), reason="装修")
    row = next(n for n in (0, 1) if str(data[f"amenities-{n}-id"]) == str(water.pk))
    assert client.post(page, data | {"name": "新名字", f"amenities-{row}-note": "二楼"}).status_code == 302
    world.station.refresh_from_db()
    water.refresh_from_db()
    assert (world.station.name, world.station.phone, world.station.schedule) == ("新名字", "0531-1", None)
    assert (world.station.status, world.station.suspended_reason) == ("suspended", "装修")
    assert (water.note, water.health, water.due_back) == ("二楼", "out_of_order", due)


@pytest.mark.parametrize(
    ("field", "model"),
    [("postings-0-operator", Unit), ("postings-0-supervisor", Unit), ("keepers-0-user", User)],
)
def test_a_form_post_with_an_id_out_of_scope_is_refused(
    world: World,
    strangers: dict[type[Model], Any],
    officer_page: tuple[Client, str, dict[str, Any]],
    field: str,
    model: type[Model],
) -> None:
    client, page, data = officer_page
    response = client.post(page, data | {field: strangers[model].pk})
    assert response.status_code == 200
    assert SECRET not in response.content.decode()
    assert Posting.objects.get(station=world.station).operator == world.branch
    assert Keeper.objects.get(station=world.station).user == world.keeper


def test_who_runs_a_station_is_changed_with_reason_or_refused_with_the_posting_named(
    world: World, officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, page, data = officer_page
    client.post(page, data | {"postings-0-operator": world.bank.pk, "reason": "划转"})
    client.post(page, data | {"postings-0-supervisor": world.branch.pk, "reason": "更正"})
    posting = Posting.objects.get(station=world.station)
    line = posting.history.latest()
    assert (posting.supervisor, line.history_user, line.history_change_reason) == (world.branch, world.officer, "更正")
    added = {"postings-TOTAL_FORMS": 2, "postings-1-since": "2026-05-01", "postings-1-operator": world.branch.pk}
    answer = client.post(page, form_data(client, page) | added, follow=True, headers={"accept-language": "en"})
    assert "Posting since 1 May 2026: Another posting of this station covers" in answer.content.decode()
    assert Posting.objects.filter(station=world.station).count() == 1


def test_a_plate_that_hangs_already_is_refused_with_a_sentence_unless_it_ends(
    world: World, officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    plate = make_plate(world.station)
    client, page, _data = officer_page
    data = form_data(client, page) | {"reason": "换牌"}
    added = {"plates-TOTAL_FORMS": 2, "plates-1-programme": plate.programme_id, "plates-1-since": "2026-05-01"}
    answer = client.post(page, data | added, follow=True, headers={"accept-language": "en"})
    assert "already bears" in answer.content.decode()
    client.post(page, data | added | {"plates-0-until": "2026-04-30"})
    new = world.station.plates.get(until=None)
    assert (new.since, new.history.get().history_change_reason) == (date(2026, 5, 1), "换牌")


def test_rows_of_another_station_cannot_be_moved_through_the_form(
    world: World, strangers: dict[type[Model], Any], officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, page, data = officer_page
    foreign = StationAmenity.objects.create(
        station=strangers[Station], amenity=make_amenity("wifi"), access=Access.OPEN, note=SECRET
    )
    client.post(page, data | {"amenities-0-id": foreign.pk, "amenities-0-note": "taken"})
    foreign.refresh_from_db()
    assert (foreign.note, foreign.station) == (SECRET, strangers[Station])


def test_an_officer_appoints_keepers_only_at_her_own_stations(world: World, strangers: dict[type[Model], Any]) -> None:
    client = as_(world, "officer")
    assert (
        client.post(url(Keeper, "add"), {"user": world.officer.pk, "station": strangers[Station].pk}).status_code == 200
    )
    assert client.post(url(Keeper, "add"), {"user": world.officer.pk, "station": world.sister.pk}).status_code == 302
    assert set(Keeper.objects.filter(user=world.officer).values_list("station", flat=True)) == {world.sister.pk}


def test_an_officer_makes_a_station_only_under_her_own_units(world: World) -> None:
    client = as_(world, "officer")
    data = {
        "name": "新站",
        "host_kind": "bank_branch",
        "address": "经十路1号",
        "entry_mode": "walk_in",
        "opening_hours": "周一至周五 08:30-17:30",
        "calendar_policy": "finance",
        "division": "370102",
    }
    assert client.post(url(Station, "add"), data | {"operator": world.other_bank.pk}).status_code == 200
    client.post(url(Station, "add"), data)
    assert not Station.objects.filter(name="新站").exists()
    assert client.post(url(Station, "add"), data | {"operator": world.branch.pk}).status_code == 302
    station = Station.objects.visible_to(world.officer).get(name="新站")
    assert station.schedule is not None
    assert (station.status, station.pinyin, station.schedule.opening_hours) == ("draft", "xz", "Mo-Fr 08:30-17:30")


def test_a_station_goes_on_the_map_rests_and_closes_through_its_form(world: World) -> None:
    client, page = as_(world, "officer"), url(Station, "change", world.station.pk)
    assert client.post(page, form_data(client, page) | {"status": "suspended"}).status_code == 200
    steps = [("suspended", {"suspended_reason": "装修"}), ("published", {}), ("closed", {"reason": "撤站"})]
    for status, fields in steps:
        assert client.post(page, form_data(client, page) | {"status": status} | fields).status_code == 302
        world.station.refresh_from_db()
        assert world.station.status == status
    assert client.post(page, form_data(client, page) | {"status": "published"}).status_code == 200


def test_hours_that_nobody_understands_are_refused_with_a_sentence(
    officer_page: tuple[Client, str, dict[str, Any]],
) -> None:
    client, page, data = officer_page
    response = client.post(page, data | {"opening_hours": "随缘"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["opening_hours"]


@pytest.mark.parametrize("role", [*ROLES, "outsider"])
def test_only_officers_of_the_station_place_it(world: World, role: str) -> None:
    draft = make_station("待定位", operator=world.branch, status="draft", longitude=None, latitude=None)
    page = url(Station, "place", draft.pk)
    response = as_(world, role).post(page, {"longitude": 117.0, "latitude": 36.6})
    draft.refresh_from_db()
    assert response.status_code == (302 if role == "officer" else 404)
    assert draft.is_placed == (role == "officer")


def test_the_queue_goes_from_draft_to_draft_and_ends(world: World) -> None:
    drafts = [
        make_station(f"待定位{n}", operator=world.branch, status="draft", longitude=None, latitude=None) for n in "12"
    ]
    client, begin = as_(world, "officer"), reverse("admin:stations_station_place_next")
    assert f'href="{begin}"' in client.get(url(Station, "changelist")).text
    assert f'href="{begin}"' not in as_(world, "auditor").get(url(Station, "changelist")).text
    following = client.get(begin)["Location"]
    for draft in drafts:
        assert following == url(Station, "place", draft.pk)
        assert draft.name in client.get(following).content.decode()
        assert client.post(following, {"longitude": 900, "latitude": 36.6}).status_code == 200
        following = client.post(following, {"longitude": 117.0, "latitude": 36.6})["Location"]
    assert client.get(following, follow=True).redirect_chain[-1][0] == url(Station, "changelist")


def test_a_list_asks_as_little_for_fifty_rows_as_for_two(world: World) -> None:
    def grow(rows: int) -> None:
        for _row in range(rows):
            station = make_station(operator=world.branch, supervisor=world.district_union)
            keeper = make_keeper(station)
            make_exception(station)
            make_honour(station)
            make_partner(world.branch)
            make_special(station)
            wish = nominate(world.officer, world.branch)
            tell_story(world.officer, world.branch, station)
            PersonalReading.objects.create(wish=wish, by=world.officer, at=timezone.now(), why="联系")
            Membership.objects.create(user=keeper, unit=world.branch, role=Role.AUDITOR)
            count_visits(keeper, station, day=timezone.localdate())
            tell(station)
            tell(station)
            Unit.objects.add_child(
                Unit.objects.get(pk=world.branch.pk), {"code": station.code, "name": "网点", "kind": "bank"}
            )

    client = as_(world, "officer")

    def asked(model: type[Model]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(model, "changelist")).status_code == 200
        return len(queries)

    grow(2)
    listed = [model for model in SCOPED if model is not ApiToken]  # of which officers have no list
    few = {model: asked(model) for model in listed}
    assert max(few.values()) <= 20, few
    grow(48)
    assert {model: asked(model) for model in listed} == few


def test_the_form_of_a_station_asks_as_little_for_many_rows_as_for_few(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client, page = as_(world, "officer"), url(Station, "change", world.station.pk)
    make_plate(world.station, until=date(2025, 2, 1))
    make_exception(world.station)
    client.get(page)  # what a process asks once is asked now
    with django_assert_max_num_queries(40) as few:
        client.get(page)
    for number in range(20):
        StationAmenity.objects.create(
            station=world.station, amenity=make_amenity(f"thing_{number}"), access=Access.OPEN
        )
        make_keeper(world.station)
        make_exception(world.station, date(2027, 3, number + 1))
        make_plate(world.station, since=date(2025, 3, number + 1), until=date(2025, 3, number + 1))
    with django_assert_num_queries(len(few)):
        client.get(page)


@pytest.mark.parametrize(
    ("word", "found"), [("泉城", 1), ("qczh", 1), ("QCZH", 1), ("没有", 0), ("泉城 劳动者", 1), ("泉城 青岛", 0)]
)
def test_stations_are_found_by_name_and_pinyin(world: World, word: str, found: int) -> None:
    Station.objects.filter(pk=world.sister.pk).update(pinyin="qczhldzgw", address="经十路")
    Station.objects.filter(pk=world.station.pk).update(address="经十路")
    response = as_(world, "officer").get(url(Station, "changelist"), {"q": word})
    assert response.context["cl"].result_count == found


def test_a_station_is_found_by_its_code(world: World) -> None:
    response = as_(world, "officer").get(url(Station, "changelist"), {"q": world.station.code.lower()})
    assert list(response.context["cl"].result_list) == [world.station]


@pytest.mark.parametrize(("lookup", "names"), [("unopened", 2), ("unrecorded", 2)])
def test_stations_whose_keeper_may_need_a_call_are_listed(world: World, lookup: str, names: int) -> None:
    client, page = as_(world, "officer"), url(Station, "changelist")
    assert client.get(page, {"work": lookup}).context["cl"].result_count == names
    StationDay.objects.create(station=world.station, date=timezone.localdate(), opened_at=timezone.now())
    assert client.get(page, {"work": lookup}).context["cl"].result_count == names - 1


def test_accounts_are_made_by_the_administrator_and_hide_their_secrets_from_others(world: World) -> None:
    admins = as_(world, "admin")
    fields = {
        "username": "new",
        "name": "新人",
        "usable_password": "true",
        "password1": "harbour-9x",
        "password2": "harbour-9x",
    }
    assert admins.post(url(User, "add"), fields).status_code == 302
    assert User.objects.get(username="new").name == "新人"
    assert admins.get(url(User, "change", world.keeper.pk)).status_code == 200
    seen = as_(world, "officer").get(url(User, "change", world.keeper.pk)).content.decode()
    assert "王站长" in seen
    assert "md5$" not in seen
    assert "is_superuser" not in seen


def test_units_are_added_below_others_by_the_administrator(world: World) -> None:
    client = as_(world, "admin")
    data = {"code": "CCB-JX", "name": "济西支行", "kind": "bank"}
    assert client.post(url(Unit, "add"), data | {"parent": world.branch.pk}).status_code == 302
    assert client.post(url(Unit, "add"), data | {"code": "TOP", "parent": ""}).status_code == 302
    unit = Unit.objects.get(code="CCB-JX")
    assert unit.path.startswith(world.branch.path)
    assert Unit.objects.get(code="TOP").depth == 1
    assert client.post(url(Unit, "change", unit.pk), data | {"name": "济西"}).status_code == 302
    assert Unit.objects.get(pk=unit.pk).path == unit.path


def test_the_administrator_opens_every_form_and_history(world: World, strangers: dict[type[Model], Any]) -> None:
    client = as_(world, "admin")
    for model in SCOPED:
        for page in ("change", "history"):
            assert client.get(url(model, page, strangers[model].pk)).status_code == 200, (model, page)


def test_a_history_names_who_when_before_after_and_why_and_brings_nothing_back(
    world: World, officer_page: tuple[Client, str, dict[str, Any]]
) -> None:
    client, page, data = officer_page
    client.post(page, data | {"phone": "0531-1", "reason": "换了电话"})
    text = client.get(url(Station, "history", world.station.pk)).content.decode()
    assert all(part in text for part in ("李专员", "换了电话", "0531-1"))
    version = world.station.history.latest().pk
    assert client.get(f"/admin/stations/station/{world.station.pk}/history/{version}/").status_code == 404


def test_somebody_without_any_role_is_told_so_at_the_door(world: World) -> None:
    nobody = make_user("nobody")
    response = Client().post("/admin/login/", {"username": "nobody", "password": "harbour-light-7"})
    assert response.status_code == 200
    client = Client()
    client.force_login(nobody)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    request = RequestFactory().get("/admin/")
    request.user = AnonymousUser()
    assert not admin.site.has_permission(request)


def test_too_many_wrong_passwords_are_answered_with_a_page(world: World) -> None:
    client = Client(headers={"accept-language": "en"})
    for _try in range(8):
        response = client.post("/admin/login/", {"username": "keeper", "password": "wrong"})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


def test_no_id_is_turned_into_a_public_address(world: World, strangers: dict[type[Model], Any]) -> None:
    for kind in range(1, 30):
        response = as_(world, "keeper").get(f"/admin/r/{kind}/{strangers[Station].pk}/")
        assert strangers[Station].code not in response.headers.get("Location", "")


@pytest.mark.parametrize("role", [*ROLES, "admin"])
def test_the_first_page_is_what_waits_for_this_person(world: World, role: str) -> None:
    text = as_(world, role).get("/admin/").content.decode()
    assert (f"/admin/my-station/{world.station.code}/" in text) == (role == "keeper")
    assert ("?work=unopened" in text) == (role in {"officer", "admin"})
    assert ("feedback/?due=overdue" in text) == (role in {"officer", "admin"})
