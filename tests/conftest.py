"""Fixtures that every test may ask for: the people and places of a small world.

A city branch of a bank operates two stations which the district union supervises; a third station belongs to
another bank in another city, out of everybody's scope.
"""

import gc
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.template.base import Template
from django.template.context import Context
from django.test import TransactionTestCase
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import HealthCheck
from hypothesis import settings as examples

from harbor_portal.lib import limits
from harbor_portal.lib.remember import forget_everything
from stations.choices import CalendarPolicy, Role, UnitKind
from stations.models import Station, Unit, User
from tests.emptying import empty_what_was_filled
from tests.factories import make_division, make_keeper, make_member, make_schedule, make_station, make_unit, make_user
from tests.remade import Remade
from tests.uncounted import uncounted

MORNING = "2026-11-23T10:20:00+08:00"
"""A Monday on which offices and stations are open, and no deadline is near."""
SEEN: set[tuple[Path, str]] = set()
"""The test functions that have run in this process."""


def pytest_configure() -> None:
    """Pages in tests name their static files plainly; one test of its own runs collectstatic for real."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # WhiteNoise warns of a folder that is not there, and a warning is an error.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # The hash that protects real passwords takes a third of a second on purpose; here it protects nobody.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TransactionTestCase._fixture_teardown = empty_what_was_filled  # type: ignore[attr-defined]  # as there
    # A property holds or does not, however busy the machine is.
    examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    examples.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, beside all else: starting and killing the whole portal, and making the demo.

    A file is run by one process; were a long one the last, the other would have nothing to do.
    """
    items.sort(key=lambda item: ("/system/" not in item.nodeid, "tests/test_" not in item.nodeid))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again for garbage takes a seventh of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """The databases and the world are made without being counted as covered."""
    if fixturedef.argname not in {"django_db_modify_db_settings", "django_db_setup", "world"}:
        return (yield)
    with uncounted():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What a test covers, it covers with its first parameters; with the others it is only a test."""
    function = item.path, getattr(item, "originalname", item.name)
    if function not in SEEN:
        SEEN.add(function)
        return (yield)
    with uncounted():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def uncounted_templates() -> Iterator[None]:
    """What a page computes was computed before; the rest is Django's. Other threads must not stop what counts here."""
    render = Template.render

    def quickly(template: Template, context: Context) -> SafeString:
        with uncounted() if current_thread() is main_thread() else nullcontext():
            return render(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", quickly)
        yield


@pytest.fixture(scope="module")
def uncounted_module() -> Iterator[None]:
    with uncounted():
        yield


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Whenever the tests run, each begins on the same morning; one that needs another moment travels on."""
    with time_machine.travel(MORNING):
        yield


@pytest.fixture(autouse=True)
def fresh_cache(clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
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


def make_world() -> World:
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


KEPT_WORLD = Remade(make_world)


@pytest.fixture
def world(db: None) -> World:
    return KEPT_WORLD()
