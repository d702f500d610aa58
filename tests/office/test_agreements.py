"""Agreements in the back office: drafted on a form, moved on by the buttons of their page, shown by a link."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from partners import tasks
from partners.links import link_address, link_key
from partners.models import Agreement, AgreementDocument, AgreementLink, Plate
from stations.models import Download
from tests.conftest import World
from tests.factories import make_partner, make_programme, make_station
from tests.office.desk import as_, figures, shown
from tests.office.test_admin_scope import form_data
from tests.partners.agreeing import agree, draft, promise_cups, recognise

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)
LIST = "/admin/partners/agreement/"
STEPS = {
    "sign": {"day": "2026-11-18"},
    "end": {"last": "2026-11-30", "reason": "提前结束"},
    "renew": {"until": "2027-12-31"},
    "drop": {},
    "attach": {"title": "协议扫描件"},
    "share": {"given_to": "快递协会", "until": "2026-12-31"},
}
PDF = b"%PDF-1.7 signed"


@pytest.fixture(autouse=True)
def clock(settings: Settings, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=SHANGHAI), tick=False) as traveller:
        yield traveller


def page(agreement: Agreement) -> str:
    return f"{LIST}{agreement.pk}/change/"


def take(client: Client, name: str, agreement: Agreement, **other: Any) -> Any:
    """One step, as its form sends it; what the page says then."""
    data = STEPS[name] | ({"file": SimpleUploadedFile("a.pdf", PDF)} if name == "attach" else {}) | other
    return client.post(reverse(f"admin:agreement_{name}", args=[agreement.pk]), data, follow=True)


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def form_of(world: World, **other: Any) -> dict[str, Any]:
    """A new recognition with two obligations and no station of its own."""
    facts = {
        "kind": "recognition",
        "title": "互挂互认",
        "unit": world.branch.pk,
        "programme": make_programme("union_station").pk,
        "covered_unit": world.branch.pk,
        "since": "2026-01-01",
        "until": "2026-12-31",
    }
    rows = {
        **{f"stations-{name}": count for name, count in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))},
        **{f"obligations-{name}": count for name, count in (("TOTAL_FORMS", 2), ("INITIAL_FORMS", 0))},
        "obligations-0-what": "到站服务",
        "obligations-0-evidence": "visits:group.courier",
        "obligations-0-quantity": 1000,
        "obligations-0-period": "month",
        "obligations-1-what": "每季度碰头",
        "obligations-1-quantity": 4,
        "obligations-1-period": "year",
        "obligations-1-stations": [world.station.pk],
    }
    return facts | rows | other


def test_an_officer_drafts_signs_and_reads_how_it_is_kept(world: World) -> None:
    client = as_(world.officer)
    partner = make_partner(world.branch, name="快递协会")
    response = client.post(f"{LIST}add/", form_of(world, partner=partner.pk), follow=True)
    assert "The draft is made" in said(response)
    agreement = Agreement.objects.get()
    first, second = agreement.obligations.order_by("pk")
    assert (first.metric, first.detail, second.metric) == ("visits", "group.courier", "")
    assert list(second.stations.all()) == [world.station]
    assert not Plate.objects.exists()
    assert "Signed." in said(take(client, "sign", agreement))
    text = client.get(page(agreement)).content.decode()
    for words in (
        "2 plates of union_station hang",
        "快递协会",
        "到站服务",
        "Evidence: Visits, Courier",
        "<svg",
        "Expires soon",
    ):
        assert words in text, words
    assert Plate.objects.filter(agreement=agreement).count() == 2


def test_the_form_changes_what_may_change_and_names_stations(world: World) -> None:
    agreement = draft(world.officer, world.branch, world.station)
    client = as_(world.officer)
    edit = f"{LIST}{agreement.pk}/edit/"
    context = client.get(edit).context
    assert context["adminform"].form.instance == agreement
    row = agreement.stations.get()
    data = form_of(world, kind="service", programme="", covered_unit="", title="新名字", until="2027-06-30") | {
        "stations-TOTAL_FORMS": 2,
        "stations-INITIAL_FORMS": 1,
        "stations-0-id": row.pk,
        "stations-0-agreement": agreement.pk,
        "stations-0-station": world.station.pk,
        "stations-0-until": "2026-11-30",
        "stations-1-station": world.sister.pk,
    }
    response = client.post(page(agreement), data, follow=True)
    assert "Saved." in said(response)
    agreement.refresh_from_db()
    assert (agreement.title, agreement.until, agreement.obligations.count()) == ("新名字", date(2027, 6, 30), 2)
    assert set(agreement.stations.values_list("station", "until")) == {
        (world.station.pk, date(2026, 11, 30)),
        (world.sister.pk, None),
    }
    take(client, "sign", agreement)
    signed = client.get(edit).content.decode()
    assert 'name="title"' in signed
    assert 'name="since"' not in signed
    refused = client.post(page(agreement), data | {"stations-1-station": world.elsewhere.pk}, follow=True)
    assert refused.status_code == 200
    assert agreement.stations.count() == 2
    outside = client.post(f"{LIST}add/", form_of(world, covered_unit=world.other_bank.pk))
    assert (outside.status_code, Agreement.objects.count()) == (200, 1)


@pytest.mark.parametrize(
    ("step", "other", "sentence"),
    [
        ("sign", {"day": "2026-11-19"}, "today or before"),
        ("sign", {"day": "morgen"}, "Signed on: Enter a valid date"),
        ("end", {"last": "2026-11-01"}, "yesterday or later"),
        ("end", {"reason": ""}, "Why it ends: This field is required"),
        ("renew", {"until": "2026-12-01"}, "ends on or after"),
        ("attach", {"file": SimpleUploadedFile("a.exe", b"MZ")}, "Send a PDF"),
        ("attach", {"file": SimpleUploadedFile("a.docx", b"PK\x03\x04 broken")}, "Send a PDF"),
        ("share", {"until": "2028-01-01"}, "for a year at most"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_on_the_page(
    world: World, step: str, other: dict[str, Any], sentence: str
) -> None:
    make = draft if step == "sign" else agree
    agreement = make(world.officer, world.branch)
    assert sentence in said(take(as_(world.officer), step, agreement, **other))


def test_the_steps_do_what_they_say(world: World) -> None:
    client = as_(world.officer)
    agreement = agree(world.officer, world.branch)
    take(client, "renew", agreement)
    successor = Agreement.objects.get(renews=agreement)
    assert (successor.since, successor.until) == (date(2027, 1, 1), date(2027, 12, 31))
    assert "deleted" in said(take(client, "drop", successor))
    take(client, "end", agreement)
    agreement.refresh_from_db()
    assert (agreement.until, agreement.end_reason) == (date(2026, 11, 30), "提前结束")
    assert agreement.history.latest().history_user == world.officer


@pytest.mark.parametrize("step", STEPS)
def test_nobody_else_takes_a_step(world: World, step: str) -> None:
    agreement = draft(world.officer, world.branch) if step in {"sign", "drop"} else agree(world.officer, world.branch)
    before = Agreement.objects.filter(pk=agreement.pk).values().get()
    anonymous = Client().post(reverse(f"admin:agreement_{step}", args=[agreement.pk]), STEPS[step])
    assert anonymous["Location"].startswith("/admin/login/")
    assert take(as_(world.outsider), step, agreement).status_code == 404
    refused = take(as_(world.auditor), step, agreement)
    assert (refused.status_code, "kept by its officers" in refused.content.decode()) == (403, True)
    assert Agreement.objects.filter(pk=agreement.pk).values().get() == before
    assert (Agreement.objects.count(), AgreementDocument.objects.count(), AgreementLink.objects.count()) == (1, 0, 0)


def test_what_is_over_is_read_only_and_says_so(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch)
    clock.move_to(datetime(2027, 1, 2, 12, tzinfo=SHANGHAI))
    client = as_(world.officer)
    assert "It ended on 31 Dec 2026" in client.get(page(agreement)).content.decode()
    assert client.get(f"{LIST}{agreement.pk}/edit/").status_code == 403
    assert "stays as it was" in take(client, "end", agreement).content.decode()
    assert take(client, "attach", agreement).status_code == 200


def test_what_was_typed_stays_beside_the_sentence_that_refuses_it(world: World) -> None:
    programme = make_programme("harbor")
    data = form_of(world, title="夏送清凉", programme=programme.pk, own_programme=programme.pk)
    response = as_(world.officer).post(f"{LIST}add/", data)
    form = response.context["adminform"].form
    assert form.errors == {"own_programme": ["A programme need not recognise itself."]}
    assert 'value="夏送清凉"' in response.content.decode()
    assert "每季度碰头" in response.content.decode()
    assert not Agreement.objects.exists()


def test_a_station_that_is_exchanged_for_another_is_named_no_more(world: World) -> None:
    agreement = draft(world.officer, world.branch, world.station)
    row = agreement.stations.get()
    data = form_of(world, kind="service", programme="", covered_unit="") | {
        "stations-TOTAL_FORMS": 1,
        "stations-INITIAL_FORMS": 1,
        "stations-0-id": row.pk,
        "stations-0-agreement": agreement.pk,
        "stations-0-station": world.sister.pk,
    }
    assert "Saved." in said(as_(world.officer).post(page(agreement), data, follow=True))
    assert list(agreement.stations.values_list("station", flat=True)) == [world.sister.pk]


def test_the_remark_is_for_the_side_that_signed_also_in_the_history(world: World) -> None:
    agreement = agree(world.officer, world.branch, world.station, remark="只给自己人看")
    history = f"{LIST}{agreement.pk}/history/"
    assert "只给自己人看" in as_(world.auditor).get(history).content.decode()
    for user in (world.keeper, world.official):
        answer = as_(user).get(history)
        assert answer.status_code == 403
        assert "只给自己人看" not in answer.content.decode() + as_(user).get(page(agreement)).content.decode()


def test_documents_are_for_the_side_that_signed_alone(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch)
    take(as_(world.officer), "attach", agreement)
    document = AgreementDocument.objects.get()
    address = reverse("admin:agreement_document", args=[document.pk])
    answer: Any = as_(world.auditor).get(address)
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PDF, "application/pdf")
    assert "attachment" in answer["Content-Disposition"]
    assert Download.objects.get().user == world.auditor
    # The keeper and the official see the agreement, since it covers their stations, and not its papers.
    for user in (world.keeper, world.official):
        text = as_(user).get(page(agreement)).content.decode()
        assert "高温送清凉" in text
        assert "协议扫描件" not in text
        assert as_(user).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert Client().get(f"/media/{document.file.name}").status_code == 404
    detach = reverse("admin:agreement_detach", args=[document.pk])
    assert as_(world.auditor).post(detach).status_code == 403
    assert as_(world.outsider).post(detach).status_code == 404
    assert "Removed." in said(as_(world.officer).post(detach, follow=True))
    # The file's own moment is the machine's, which no test decides about.
    clock.move_to(datetime(2099, 1, 1, tzinfo=SHANGHAI))
    assert tasks.sweep_agreement_files() == 1


def test_whoever_has_the_link_reads_how_it_is_kept_until_it_expires_or_is_withdrawn(world: World, clock: Any) -> None:
    agreement = recognise(world.officer, world.branch, partner=make_partner(world.branch, name="总工会"))
    promise_cups(agreement, world.officer)
    client = as_(world.officer)
    take(client, "share", agreement)
    link = AgreementLink.objects.get()
    assert link_address(link) in client.get(page(agreement)).content.decode()
    address = reverse("compliance", args=[link_key(link)])
    for language, words in (("en", "What was promised"), ("zh-hans", "每天送出冰水")):
        answer = Client(headers={"accept-language": language}).get(address)
        text = answer.content.decode()
        assert words in text
        assert "总工会" in text
        assert not any(person.name in text for person in (world.officer, world.keeper, world.official))
        assert "/admin/partners" not in text
        assert "/admin/services" not in text
        assert "noindex" in answer["X-Robots-Tag"]
    for wrong in (f"{link.pk}-{'x' * 22}", f"{link.pk + 1}-{link_key(link).partition('-')[2]}", "1", "x-y"):
        assert Client().get(reverse("compliance", args=[wrong])).status_code == 404
    withdraw = reverse("admin:agreement_withdraw", args=[link.pk])
    assert as_(world.auditor).post(withdraw).status_code == 403
    clock.move_to(datetime(2027, 1, 1, 12, tzinfo=SHANGHAI))
    over = Client(headers={"accept-language": "en"}).get(address)
    assert (over.status_code, "It was valid until" in over.content.decode()) == (410, True)
    clock.move_to(datetime(2026, 11, 18, 12, tzinfo=SHANGHAI))
    client.post(withdraw)
    gone = Client(headers={"accept-language": "en"}).get(address)
    assert (gone.status_code, "withdrawn it" in gone.content.decode()) == (410, True)
    assert "withdrawn already" in said(client.post(withdraw, follow=True))


def test_a_link_outlives_a_change_of_the_secret_key(world: World, settings: Settings) -> None:
    agreement = agree(world.officer, world.branch)
    take(as_(world.officer), "share", agreement)
    address = reverse("compliance", args=[link_key(AgreementLink.objects.get())])
    former, settings.SECRET_KEY = django_settings.SECRET_KEY, "another-key-altogether"
    assert Client().get(address).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [former]
    assert Client().get(address).status_code == 200


def test_the_desk_says_what_ends_soon_and_leads_to_it(world: World) -> None:
    agree(world.officer, world.branch)
    agree(world.officer, world.branch, until=date(2027, 6, 30))
    assert figures(world.officer)["state=expiring"] == shown(as_(world.officer), f"{LIST}?state=expiring") == 1


def test_a_plate_under_an_agreement_is_not_moved_by_hand(world: World) -> None:
    agreement = recognise(world.officer, world.branch, world.station)
    client = as_(world.officer)
    plate = Plate.objects.get(agreement=agreement)
    station = reverse("admin:stations_station_change", args=[world.station.pk])
    assert "标识互挂互认协议" in client.get(station).content.decode()
    data = form_data(client, station)
    for other in ({"plates-0-until": "2026-11-18"}, {"plates-0-DELETE": "on"}):
        assert "comes down with it" in client.post(station, data | other).content.decode()
    client.post(station, data | {"plates-0-number": "0012"})
    plate.refresh_from_db()
    assert (plate.number, plate.until) == ("0012", date(2026, 12, 31))


def test_two_agreements_and_fifty_cost_as_many_queries(world: World) -> None:
    client = as_(world.officer)

    def queries() -> list[int]:
        counted = []
        for address in (LIST, "/admin/partners/obligation/"):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counted.append(len(captured))
        return counted

    for number in range(2):
        promise_cups(agree(world.officer, world.branch, title=f"协议{number}"), world.officer, until=None)
    few = queries()
    make_station(operator=world.branch)
    base = Agreement.objects.first()
    assert base is not None
    partner = make_partner(world.branch)
    for number in range(48):
        base.pk, base.title, base.partner = None, f"又{number}", partner
        base.save()
        base.obligations.create(what="x", quantity=1, period="day")
    assert queries() == few


def test_the_draft_that_renews_an_agreement_is_shown_to_the_side_that_signs_alone(world: World) -> None:
    agreement = agree(world.admin, world.bank)
    draft(world.admin, world.bank, title="续签草稿")
    Agreement.objects.filter(title="续签草稿").update(renews=agreement)
    assert "续签草稿" in as_(world.admin).get(page(agreement)).text
    for role in ("officer", "keeper"):
        shown_to = as_(getattr(world, role)).get(page(agreement))
        assert shown_to.status_code == 200
        assert "续签草稿" not in shown_to.text
    Agreement.objects.filter(title="续签草稿").update(signed_date=TODAY)
    assert "续签草稿" in as_(world.officer).get(page(agreement)).text
