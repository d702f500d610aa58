"""What each role may do with each table of the back office: the whole matrix, through HTTP.

A table that is registered and not named here fails: whoever adds one says who may do what. What lies out of scope is
the matter of `test_admin_scope`.
"""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import (
    Agreement,
    Obligation,
    Partner,
    PartnerContact,
    PartnerMember,
    Plate,
    Programme,
    ProgrammeStage,
    SpecialStation,
)
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
    RollupRun,
    Rubric,
    Target,
)
from services.actions.deliveries import send_supply
from services.actions.desk import write_note
from services.actions.supplies import Supply, move_supply
from services.choices import SupplyMove
from services.models import (
    Activity,
    AnswerSentence,
    Feedback,
    Finding,
    Grant,
    GrantBatch,
    Inspection,
    InspectionForm,
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
from stations.actions.change_requests import propose_changes
from stations.actions.tokens import make_token
from stations.models import (
    Amenity,
    ApiToken,
    CalendarDay,
    ChangeRequest,
    Division,
    Download,
    Honour,
    HoursException,
    Keeper,
    Membership,
    PossibleDuplicate,
    Schedule,
    Station,
    Unit,
    User,
    WeatherAlert,
)
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_batch,
    make_exception,
    make_grant,
    make_honour,
    make_partner,
    make_plate,
    make_programme,
    make_special,
)
from tests.partners.agreeing import agree, promise_cups
from tests.reports.builders import make_anomaly, make_contest, open_month, waive
from tests.reports.starring import make_round, make_rubric, make_star, make_target
from tests.services.conftest import count_visits
from tests.services.feedback import tell
from tests.services.inspecting import find_fault, make_form
from tests.services.telling import tell_story
from tests.services.wishing import nominate

pytestmark = pytest.mark.usefixtures("uncounted_module")
ROLES = ("keeper", "officer", "official", "auditor", "admin")
POLICY: dict[type[Model], str] = {
    # keeper, officer, official of a union, auditor, administrator: list, see, add, change, delete
    Activity: "ls lsa lsa ls lsa",
    Agreement: "ls lsac ls ls lsac",
    Amenity: "ls ls ls ls lsacd",
    Anomaly: "ls ls ls ls ls",
    Assessment: "ls ls ls ls ls",
    AssessmentRound: "l lsa la ls lsa",
    AnswerSentence: "ls ls ls ls lsacd",
    ApiToken: "- - - - ls",
    Bundle: "l ls l ls ls",
    CalendarDay: "ls ls lsacd ls lsacd",
    ChangeRequest: "ls ls ls ls ls",
    Contest: "l lsac la ls lsac",
    Deadline: "l ls la ls lsacd",
    Division: "ls ls ls ls ls",
    Download: "l ls l ls ls",
    Feedback: "ls ls ls ls ls",
    Finding: "ls ls ls ls ls",
    Grant: "ls ls ls ls ls",
    GrantBatch: "l lsac la ls lsac",
    Honour: "ls lsacd ls ls lsacd",
    HoursException: "ls lsacd ls ls lsacd",
    Inspection: "ls ls ls ls ls",
    OnlineService: "l lsacd l ls lsacd",
    InspectionForm: "ls ls ls ls lsacd",
    Keeper: "ls lsacd ls ls lsacd",
    KeeperNote: "ls ls ls ls ls",
    Membership: "l l l ls lsacd",
    MonthOpening: "l ls l ls ls",
    MonthReport: "l ls l ls ls",
    Obligation: "ls ls ls ls ls",
    Partner: "ls lsac ls ls lsac",
    PartnerContact: "l ls l ls ls",
    PartnerMember: "l ls l ls ls",
    Plate: "ls ls ls ls ls",
    PersonalReading: "l ls l ls ls",
    PossibleDuplicate: "l ls ls ls ls",
    Programme: "ls ls ls ls lsacd",
    ProgrammeStage: "ls ls ls ls ls",
    ReportWaiver: "l ls l ls ls",
    Reminder: "l ls l l ls",
    RollupRun: "- - - - ls",
    Rubric: "l lsac la ls lsac",
    Schedule: "ls ls ls ls ls",
    SpecialStation: "ls lsacd ls ls lsacd",
    Station: "ls lsac ls ls lsac",
    StationDay: "ls ls ls ls ls",
    Story: "l lsa l ls lsa",
    SupplyItem: "ls ls ls ls lsacd",
    SupplyMovement: "ls ls ls ls ls",
    SupplyStock: "ls ls ls ls ls",
    SupplyTransfer: "ls ls ls ls ls",
    Target: "l lsacd la ls lsacd",
    Unit: "l ls l ls lsac",
    User: "ls ls ls ls lsac",
    Visit: "ls ls ls ls ls",
    VisitEntry: "ls ls ls ls ls",
    Wish: "l lsa l ls lsa",
    WeatherAlert: "l l lsac l lsac",
}


@pytest.fixture
def rows(world: World) -> dict[type[Model], Model]:
    """One row of each table, in the scope of everybody where there is a scope."""
    today = timezone.localdate()
    entry = count_visits(world.keeper, world.station, 3, day=today)
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water")
    supply = Supply(item=item, kind=SupplyMove.IN, quantity=9)
    movement = move_supply(station=world.station, supply=supply, day=today, by=world.keeper)
    alert = WeatherAlert(kind="heat", division=world.district_union.division, first=today, last=today)
    alert.by = world.official
    alert.save()
    finding = find_fault(world.officer, world.station)
    wish = nominate(world.officer, world.branch)
    obligation = promise_cups(agree(world.officer, world.branch), world.officer)
    assessment = make_round(world.branch, world.officer)
    return {
        Activity: make_activity(world.branch, world.station),
        Agreement: obligation.agreement,
        Amenity: Amenity.objects.get(code="water"),
        Anomaly: make_anomaly(world.station),
        Assessment: make_star(world.station, assessment),
        AssessmentRound: assessment,
        AnswerSentence: AnswerSentence.objects.create(code="idea-1", kind="idea", name="谢谢", name_en="Thank you"),
        ApiToken: make_token(by=world.officer, name="门口计数器", days=30)[0],
        Bundle: Bundle.objects.create(unit=world.branch, month=today.replace(day=1), asked_by=world.officer),
        CalendarDay: CalendarDay.objects.create(date=date(today.year, 10, 1), kind="rest", name="国庆节"),
        ChangeRequest: propose_changes(
            station=world.station, proposed={"phone": "0531-1"}, reason="换号", by=world.keeper
        ),
        Contest: make_contest(world.branch),
        Deadline: Deadline.objects.create(unit=world.branch, working_day=3),
        Division: Division.objects.get(code=world.district_union.division_id),
        Download: Download.objects.create(user=world.officer, kind="list", about="站点"),
        Feedback: tell(world.station, text="门锁着"),
        Finding: finding,
        Grant: make_grant(world.station, make_batch(world.branch, title="奖励"), world.officer),
        GrantBatch: make_batch(world.branch),
        Honour: make_honour(world.station),
        HoursException: make_exception(world.branch, reason="盘点"),
        Inspection: Inspection.objects.get(),
        InspectionForm: make_form("six_haves"),
        Keeper: Keeper.objects.get(user=world.keeper),
        KeeperNote: write_note(station=world.station, text="纸杯快用完了", by=world.keeper),
        Membership: Membership.objects.get(user=world.auditor),
        MonthOpening: open_month(world.branch),
        MonthReport: MonthReport.objects.get(),
        Obligation: obligation,
        Partner: make_partner(world.branch),
        PartnerContact: PartnerContact.objects.create(partner=make_partner(world.branch), name="孙秘书长"),
        PartnerMember: PartnerMember.objects.create(association=make_partner(world.branch), member_unit=world.bank),
        Plate: make_plate(world.station),
        PersonalReading: PersonalReading.objects.create(wish=wish, by=world.officer, at=timezone.now(), why="联系"),
        PossibleDuplicate: PossibleDuplicate.objects.create(first=world.station, second=world.sister, metres=8),
        OnlineService: OnlineService.objects.create(kind="legal", name="法律援助", phone="12348", kept_by=world.branch),
        Programme: make_programme(),
        ProgrammeStage: make_programme().stages.create(kind="pilot", first=today, last=today, goal=8),
        ReportWaiver: waive(world.branch),
        Reminder: Reminder.objects.create(
            user=world.officer, month=today.replace(day=1), days_before=3, due_date=today, made_at=timezone.now()
        ),
        RollupRun: RollupRun.objects.create(month=today.replace(day=1), started_at=timezone.now()),
        Rubric: make_rubric(world.branch, state="draft"),
        Schedule: Schedule.objects.get(),
        SpecialStation: make_special(world.station),
        Station: world.station,
        StationDay: StationDay.objects.get(),
        Story: tell_story(world.officer, world.branch),
        SupplyItem: item,
        SupplyMovement: movement,
        SupplyStock: SupplyStock.objects.get(station=world.station),
        SupplyTransfer: send_supply(
            origin=world.station, target=world.elsewhere, supply=supply, day=today, by=world.keeper
        ),
        Target: make_target(world.branch),
        Unit: Unit.objects.get(pk=world.branch.pk),
        User: world.keeper,
        Visit: Visit.objects.get(),
        VisitEntry: entry,
        WeatherAlert: alert,
        Wish: wish,
    }


def test_every_table_of_the_back_office_has_its_rule() -> None:
    assert set(POLICY) == set(admin.site._registry)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_with_each_table_what_the_matrix_says(
    world: World, rows: dict[type[Model], Model], role: str
) -> None:
    client = Client()
    client.force_login(getattr(world, role))
    found = {model: _verbs(client, model, rows[model]) for model in rows}
    assert found == {model: verbs.split()[ROLES.index(role)] for model, verbs in POLICY.items()}


def _explains(page: str) -> bool:
    """It says why nothing can be changed and who can, or offers what can be done instead."""
    content = page.partition('id="content"')[2]
    return 'class="why-read-only"' in content or bool(re.search(r'<form[^>]+action="/', content))


def _verbs(client: Client, model: type[Model], row: Model) -> str:
    """The letters of what the pages let this person do; "-" for nothing."""
    page = client.get(_url(model, "change", row.pk))
    is_seen = page.status_code == 200
    may_change = is_seen and _allows(client.post(_url(model, "change", row.pk), {"_save": "1"}))
    if is_seen and not may_change:
        assert _explains(page.text), f"{model.__name__}: read only, and it does not say why"
    letters = {
        "l": _answers(client, model, "changelist"),
        "s": is_seen,
        "a": _answers(client, model, "add"),
        "c": may_change,
        "d": _answers(client, model, "delete", row.pk),
    }
    return "".join(letter for letter, may in letters.items() if may) or "-"


def _answers(client: Client, model: type[Model], page: str, *args: object) -> bool:
    answer = client.get(_url(model, page, *args))
    return _allows(answer) and answer.status_code == 200


def _allows(answer: Any) -> bool:
    """A refusal says why, and whom to ask."""
    if answer.status_code == 403:
        assert answer.context["exception"], f"{answer.wsgi_request.path} is refused without a reason"
    return bool(answer.status_code != 403)


def _url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
