"""Fixtures that every test may ask for: the people and places of a small world.

A city branch of a bank operates two stations which the district union supervises; a third station belongs to
another bank in another city, out of everybody's scope.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from harbor_portal.lib import limits
from harbor_portal.lib.remember import forget_everything
from stations.choices import CalendarPolicy, Role, UnitKind
from stations.models import Station, Unit, User
from tests.factories import make_division, make_keeper, make_member, make_schedule, make_station, make_unit, make_user


def pytest_configure() -> None:
    """Pages in tests name their static files plainly; one test of its own runs collectstatic for real."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # WhiteNoise warns of a folder that is not there, and a warning is an error.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # The hash that protects real passwords takes a third of a second on purpose; here it protects nobody.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, beside everything else: starting and killing the whole portal."""
    items.sort(key=lambda item: "/system/" not in item.nodeid)


@pytest.fixture(autouse=True)
def fresh_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test let the process, or Valkey, remember is none of the next one's business."""
    monkeypatch.setattr(limits, "PREFIX", f"limit-{uuid4().hex}")
    cache.clear()
    forget_everything()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are compared in their source language; a page speaks the language that its request asks for."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class World:
    """The units, stations and people of the tests."""

    bank: Unit
    branch: Unit
    union: Unit
    district_union: Unit
    other_bank: Unit
    station: Station
    sister: Station
    elsewhere: Station
    keeper: User
    officer: User
    official: User
    auditor: User
    outsider: User
    admin: User


@pytest.fixture
def world(db: None) -> World:
    bank = make_unit("中国建设银行", code="CCB")
    branch = make_unit("济南分行", bank, code="CCB-JN")
    union = make_unit("山东省总工会", code="SDU", kind=UnitKind.UNION)
    district_union = make_unit("历下区总工会", union, code="SDU-LX", kind=UnitKind.UNION, division=make_division())
    other_bank = make_unit("中国工商银行", code="ICBC")
    hours = make_schedule("Mo-Fr 08:30-17:30", CalendarPolicy.FINANCE)
    station = make_station(operator=branch, supervisor=district_union, schedule=hours, amenities=("water", "toilet"))
    return World(
        bank=bank,
        branch=branch,
        union=union,
        district_union=district_union,
        other_bank=other_bank,
        station=station,
        sister=make_station("泉城支行劳动者港湾", operator=branch, supervisor=district_union),
        elsewhere=make_station("青岛支行工行驿站", operator=other_bank, longitude=120.38, latitude=36.07),
        keeper=make_keeper(station, "keeper", name="王站长"),
        officer=make_member(branch, Role.OFFICER, "officer", name="李专员"),
        official=make_member(district_union, Role.REVIEWER, "official", name="赵部长"),
        auditor=make_member(bank, Role.AUDITOR, "auditor", name="审计员"),
        outsider=make_member(other_bank, Role.OFFICER, "outsider", name="外人"),
        admin=make_user("admin", name="管理员", is_superuser=True, is_staff=True),
    )
