"""Everything stored about a person is known, documented, and erased when its time is over."""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.history import Traced, is_history
from harbor_portal.lib.personal import ERASURES, KEPT_WITH_ROW, PERSONAL, Erasure, table_lines
from harbor_portal.lib.sealed import FingerprintField, SealedTextField
from harbor_portal.privacy.erasing import erase_everything
from harbor_portal.tasks import erase_personal_data
from partners.models import PartnerContact
from services.actions.families import read_sealed
from services.actions.wish_claims import offer_to_fulfil
from services.actions.wishes import reject_wish
from services.choices import FeedbackState
from services.models import Feedback, PersonalReading, WishClaim, WishFamily
from stations.actions.change_requests import propose_changes
from stations.actions.people import invite_keeper, say_farewell
from stations.choices import UploadState
from stations.models import ApiToken, ChangeRequest, Download, SavedView, Session, Station, Upload, User
from tests.conftest import World
from tests.factories import make_keeper, make_partner
from tests.services.feedback import tell
from tests.services.wishing import checker, family, nominate, on_wall
from tests.stations.imports.lists import errors

NAMED_LIKE = re.compile(
    r"name|phone|mobile|mail|contact|address|person|device|agent|user|text|note|remark|comment|reason|answer|words|why"
    r"|session|photo|picture|birth|gender|wechat|situation|password|token|title|about|content|data"
    r"|purpose|account|given_to|summary|caption|proof|thanks|community|post|lead|body"
)
"""A field that is called so may hold something about a person."""
WHO_DID_IT = re.compile(r"(^|_)by$")
SUSPECT = (
    *(models.EmailField, models.GenericIPAddressField, models.FileField, models.BinaryField),
    *(SealedTextField, FingerprintField),
)
WORDS = (models.CharField, models.TextField, models.JSONField)
IMPERSONAL = {
    # Catalogues, places, organisations and what is planned: names of things.
    "auth.Group": "name",
    "auth.Permission": "name codename",
    "stations.Amenity": "name name_en",
    "stations.CalendarDay": "name",
    "stations.Division": "name",
    "stations.Honour": "title",
    "stations.Photo": "caption",
    "stations.Station": "name",
    "stations.Upload": "reason",
    "stations.Unit": "name short_name",
    "stations.UnitMove": "reason",
    "partners.Agreement": "title end_reason summary",
    "stations.WeatherAlert": "message title",
    "partners.Partner": "name short_name brings",
    "partners.Programme": "name name_en rules",
    "partners.ProgrammeStage": "note",
    "partners.SpecialStation": "theme description",
    "services.Activity": "title title_en description notice",
    "services.AnswerSentence": "name name_en",
    "services.GrantBatch": "title",
    "services.InspectionForm": "name name_en",
    "services.InspectionItem": "name name_en",
    "services.Journey": "name",
    "services.JourneyStop": "name",
    "services.SupplyItem": "name name_en",
    "services.OnlineService": "name name_en phone guide link_answer",
    "services.SupplyMovement": "why",
    "services.SupplyTransfer": "why",
    "reports.Anomaly": "reason",
    "reports.AssessmentRound": "title",
    "reports.Contest": "title",
    "reports.MonthOpening": "reason",
    "reports.MonthReport": "returned_reason revision_reason",
    "reports.MonthSummary": "content",
    "reports.Objection": "text answer",
    "reports.ReportWaiver": "reason",
    "reports.Rubric": "name name_en",
    "reports.RubricItem": "name name_en",
    "reports.Target": "note",
}


def text_fields() -> Iterator[tuple[str, str]]:
    """Of all tables, those of history excepted, whose fields are those of their rows."""
    for model in apps.get_models(include_auto_created=True):
        if issubclass(model, Traced) or model._meta.app_label in {"tests", "contenttypes"}:
            continue
        for field in model._meta.concrete_fields:
            is_words = isinstance(field, WORDS) and not field.choices and NAMED_LIKE.search(field.name)
            if isinstance(field, SUSPECT) or is_words:
                yield model._meta.label, field.name


def people_fields() -> Iterator[tuple[str, str]]:
    """Links to a person; that somebody did something is one rule, and said once in the document."""
    for model in apps.get_models(include_auto_created=True):
        if not is_history(model):
            for field in model._meta.concrete_fields:
                if field.related_model is User and not WHO_DID_IT.search(field.name):
                    yield model._meta.label, field.name


def test_every_link_to_a_person_is_registered_or_says_who_did_something() -> None:
    registered = {(entry.table, name) for entry in PERSONAL for name in entry.fields}
    assert sorted(set(people_fields()) - registered) == []
    assert "Links to the person who did something" in (settings.BASE_DIR / "docs" / "privacy.md").read_text()


def test_every_field_that_may_hold_something_about_a_person_is_registered_or_known_not_to() -> None:
    registered = {(entry.table, name) for entry in PERSONAL for name in entry.fields}
    harmless = {(table, name) for table, names in IMPERSONAL.items() for name in names.split()}
    unlisted = sorted(set(text_fields()) - registered - harmless)
    assert not unlisted, f"Register these (docs/privacy.md says how), or name them in IMPERSONAL: {unlisted}"


def test_what_is_registered_exists_and_says_by_which_rule_it_goes() -> None:
    for entry in PERSONAL:
        names = {field.name for field in entry.model._meta.get_fields()}
        assert names.issuperset(entry.fields), entry
        assert entry.erased, entry
        assert entry.rule == KEPT_WITH_ROW or entry.rule in ERASURES, entry
    assert set(ERASURES) <= {entry.rule for entry in PERSONAL}


def test_the_document_says_what_is_registered() -> None:
    kept = (settings.BASE_DIR / "docs" / "privacy.md").read_text()
    table = "\n".join(table_lines())
    assert table in kept, "Run `manage.py personal_data --table` and put it into docs/privacy.md."


def stored() -> str:
    """Every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            found += [f"{table} {row[0]}" for row in cursor.fetchall()]
    return "\n".join(found)


def years_later(days: int = 366) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_who_left_is_nobody_a_year_later_and_what_they_did_stays(world: World) -> None:
    leaver = make_keeper(world.station, "13800001111", name="钱小满", phone="13800001111", email="q@example.org")
    tell(world.station)
    propose_changes(station=world.station, proposed={"phone": "1"}, reason="换号", by=leaver)
    SavedView.objects.create(user=leaver, table="stations.station", name="钱小满的", query="")
    devices = [model.objects.create(user=leaver, name="钱小满的手机") for model in (TOTPDevice, StaticDevice)]
    now = timezone.now()
    token = {"made_at": now, "expires_at": now + timedelta(days=9), "digest": "d" * 64, "hint": "abcd"}
    ApiToken.objects.create(user=leaver, name="钱小满", password_mark="m", **token)
    LogEntry.objects.create(user=world.admin, action_flag=1, object_repr="钱小满 · 站")
    say_farewell(person=leaver, successor=world.officer, by=world.admin)
    assert erase_everything(at=years_later(364))["users-who-left"] == 0
    assert "钱小满" in stored()
    later = years_later()
    assert ERASURES["users-who-left"].count(later) == 1
    assert erase_everything(at=later)["users-who-left"] == 1
    for secret in ("钱小满", "13800001111", "q@example.org"):
        assert secret not in stored(), [line for line in stored().split("\n") if secret in line]
    leaver.refresh_from_db()
    assert (str(leaver), leaver.has_usable_password()) == (f"left-{leaver.pk}", False)
    assert ChangeRequest.objects.get().by == leaver
    assert not any(type(device).objects.filter(pk=device.pk).exists() for device in devices)
    assert erase_everything(at=later)["users-who-left"] == 0
    assert User.objects.get(pk=world.keeper.pk).name == "王站长"


def test_nobody_takes_the_name_that_an_erased_account_gets(world: World) -> None:
    with pytest.raises(Invalid, match="does not begin with"):
        invite_keeper(name="钱", phone="", username=f"left-{world.keeper.pk}", station=world.station, by=world.officer)
    row = {"站点编码": world.station.code, "登录名": "left-7", "姓名": "钱"}
    assert "does not begin with" in errors("keepers", world.officer, row)


def test_families_and_helpers_are_forgotten_when_the_wish_is_over(world: World) -> None:
    wish = nominate(world.officer, world.branch, family())
    read_sealed(wish=wish, why="核实", by=world.officer)
    reject_wish(wish=wish, reason="重复", by=checker(world))
    shown = on_wall(world)
    for _offer in range(2):
        offer_to_fulfil(wish=shown, name="慕容", phone="13900000000", agreed=True)
    WishClaim.objects.filter(pk=WishClaim.objects.earliest("pk").pk).update(state="declined", moved_at=timezone.now())

    def erased(days: int) -> tuple[int, int, int, int]:
        counts = erase_everything(at=years_later(days))
        return counts["wish-families"], counts["wish-prints"], counts["wish-claims"], counts["readings"]

    row = WishFamily.objects.get(wish=wish)
    assert erased(29) == (0, 0, 0, 0)
    assert erased(31) == (0, 0, 1, 0)
    assert erased(91) == (1, 0, 0, 0)
    row.refresh_from_db()
    assert [bool(getattr(row, name)) for name in ("name", "phone", "address", "situation", "words")] == [False] * 5
    assert row.phone_print
    # The other one was never brought to an end: a year after it was needed it is over, too.
    assert erased(387) == (1, 2, 1, 0)
    assert erased(3 * 365 + 1) == (0, 0, 0, 1)
    assert not PersonalReading.objects.exists()
    assert not WishFamily.objects.exclude(phone_print="", home_print="", phone="").exists()
    assert not WishClaim.objects.exclude(name="", phone="").exists()


def test_words_of_visitors_keepers_and_lists_go_in_their_time(world: World) -> None:
    told = tell(world.station, text="我是孙一")
    Feedback.objects.update(
        state=FeedbackState.ANSWERED, answered_at=timezone.now(), answered_by=world.officer, answer="好"
    )
    request = propose_changes(station=world.station, proposed={"phone": "1"}, reason="孙二的号码", by=world.keeper)
    ChangeRequest.objects.update(settled_at=timezone.now())
    sent = {
        "kind": "keepers",
        "name": "孙五.xlsx",
        "failure": "孙六",
        "content": "孙三".encode(),
        "state": UploadState.ENTERED,
    }
    upload = Upload.objects.create(user=world.officer, found={"errors": ["孙四"]}, asked_address="192.0.2.1", **sent)
    erase_everything(at=years_later(183))
    upload.refresh_from_db()
    assert bytes(upload.content)
    erase_everything(at=years_later(185))
    upload.refresh_from_db()
    assert (bytes(upload.content), upload.found, upload.asked_address) == (b"", {}, None)
    assert (upload.name, upload.failure) == ("—", "")
    erase_everything(at=years_later(366))
    told.refresh_from_db()
    request.refresh_from_db()
    assert (told.text, request.reason, told.answer) == ("", "", "好")
    assert not re.search("孙[一二三四五六]", stored())


def test_from_where_people_came_and_whom_to_call_is_forgotten_after_half_a_year(world: World) -> None:
    where = {"username": "keeper", "ip_address": "192.0.2.7", "user_agent": "secret", "path_info": "/admin/login/"}
    AccessLog.objects.create(**where)
    AccessFailureLog.objects.create(**where)
    AccessAttempt.objects.create(**where, get_data="", post_data="", failures_since_start=1)
    Download.objects.create(user=world.officer, kind="list", about="站点", address="192.0.2.7", device="secret")
    Session.objects.create(
        session_key="k", session_data="secret", expire_date=timezone.now(), user=world.officer, address="192.0.2.7"
    )
    Station.history.update(history_user=world.officer, history_address="192.0.2.7", history_device="secret")
    contact = PartnerContact.objects.create(partner=make_partner(), name="周联络", phone="13700000000")
    contact.delete()
    erase_everything(at=years_later(183))
    assert "192.0.2.7" in stored()
    assert "周联络" in stored()
    erase_everything(at=years_later(185))
    assert not re.search("192.0.2.7|secret|周联络", stored())


def test_what_a_contact_was_before_goes_half_a_year_after_it_was_changed(world: World) -> None:
    contact = PartnerContact.objects.create(partner=make_partner(), name="周联络", post="周主任", note="周末休息")
    PartnerContact.history.update(history_date=timezone.now() - timedelta(days=1000))
    contact.name, contact.post, contact.note = "吴联络", "吴主任", ""
    contact.save()
    erase_everything(at=years_later(183))
    assert "周主任" in stored()
    assert erase_everything(at=years_later(185))["contacts-taken-away"] == 1
    assert not re.search("周联络|周主任|周末", stored())
    assert contact.history.get().name == "吴联络"
    assert erase_everything(at=years_later(1000))["contacts-taken-away"] == 0


def test_one_rule_that_fails_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fail(_at: datetime) -> int:
        raise DatabaseError("no")

    tell(world.station, text="孙一")
    long_ago = timezone.now() - timedelta(days=400)
    Feedback.objects.update(received_at=long_ago, said_at=long_ago)
    Feedback.objects.update(state="answered", answered_at=timezone.now(), answered_by=world.officer, answer="好")
    first = next(iter(ERASURES))
    monkeypatch.setitem(ERASURES, first, Erasure(first, lambda _at: 0, fail))
    assert erase_personal_data() == 1
    assert "was not erased" in caplog.text


def test_the_command_says_what_is_due_and_erases_it_when_told(world: World) -> None:
    wish = nominate(world.officer, world.branch, family())
    reject_wish(wish=wish, reason="重复", by=checker(world))
    type(wish).objects.update(over_at=timezone.now() - timedelta(days=91))
    for options, count in (([], 1), (["--erase"], 1), ([], 0)):
        out = StringIO()
        call_command("personal_data", *options, stdout=out)
        assert f"wish-families: {count}" in out.getvalue()
    out = StringIO()
    call_command("personal_data", "--table", stdout=out)
    assert "| services.WishFamily | `name`, `phone`" in out.getvalue()


def test_a_key_is_replaced_and_what_the_old_one_sealed_stays_readable(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = nominate(world.officer, world.branch, family()).family
    new = secrets.token_urlsafe(32)
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [new, *settings.PERSONAL_DATA_KEYS])
    out = StringIO()
    call_command("reseal_personal_data", stdout=out)
    assert out.getvalue().startswith("4 values")
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [new])
    before = row.phone_print
    row.refresh_from_db()
    assert row.name.reveal() == family().name
    assert row.phone_print != before
    with pytest.raises(Exception, match="under way already"):
        nominate(world.officer, world.branch, family())
