"""Objects for tests, with readable fixed values. Everything may be overridden by keyword."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from partners.choices import PartnerKind
from partners.models import Partner, Plate, Programme, SpecialStation
from services.activity_choices import ActivityKind
from services.grant_choices import GrantKind
from services.models import Activity, ActivityStation, Grant, GrantBatch
from stations.choices import (
    Access,
    CalendarPolicy,
    DivisionLevel,
    HonourLevel,
    HostKind,
    HowChecked,
    Role,
    StationStatus,
    Tier,
    UnitKind,
)
from stations.codes import new_code
from stations.facts import ALL
from stations.freshness import settle_freshness
from stations.models import (
    Amenity,
    Division,
    FactCheck,
    Honour,
    HoursException,
    Keeper,
    Membership,
    Photo,
    Posting,
    Schedule,
    Station,
    StationAmenity,
    Unit,
    User,
)

PASSWORD = "harbour-light-7"
SINCE = date(2025, 1, 1)
_number = count(1)


def make_division(code: str = "370102", name: str = "历下区", **fields: Any) -> Division:
    """A district of Jinan, with its city and province above it."""
    province, _ = Division.objects.get_or_create(
        code="370000", defaults={"name": "山东省", "level": DivisionLevel.PROVINCE}
    )
    city, _ = Division.objects.get_or_create(
        code="370100", defaults={"name": "济南市", "level": DivisionLevel.CITY, "parent": province}
    )
    values = {"name": name, "level": DivisionLevel.DISTRICT, "parent": city, "longitude": 117.08, "latitude": 36.67}
    return Division.objects.get_or_create(code=code, defaults=values | fields)[0]


def make_unit(name: str = "中国建设银行", parent: Unit | None = None, **fields: Any) -> Unit:
    values = {"code": f"U{next(_number)}", "name": name, "kind": UnitKind.BANK} | fields
    if parent is None:
        root: Unit = Unit.objects.add_root(values)
        return root
    child: Unit = Unit.objects.add_child(Unit.objects.get(pk=parent.pk), values)
    return child


def make_user(username: str = "", **fields: Any) -> User:
    number = next(_number)
    user: User = User.objects.create_user(
        username=username or f"user{number}", password=PASSWORD, name=fields.pop("name", f"张{number}"), **fields
    )
    return user


def make_member(unit: Unit, role: Role = Role.OFFICER, username: str = "", **fields: Any) -> User:
    user = make_user(username, **fields)
    Membership.objects.create(user=user, unit=unit, role=role)
    return user


def make_keeper(station: Station, username: str = "", **fields: Any) -> User:
    user = make_user(username, **fields)
    Keeper.objects.create(user=user, station=station)
    return user


def make_schedule(
    opening_hours: str = "Mo-Fr 08:30-17:30", policy: CalendarPolicy = CalendarPolicy.STATUTORY
) -> Schedule:
    return Schedule.objects.get_or_create(opening_hours=opening_hours, calendar_policy=policy)[0]


def make_exception(
    owner: Station | Unit, first: date = date(2026, 11, 20), last: date | None = None, **fields: Any
) -> HoursException:
    """A day off (or more) of a station, or of all that a unit operates."""
    values = {"hours": "off", "reason": "停电"} | fields
    values["station" if isinstance(owner, Station) else "unit"] = owner
    return HoursException.objects.create(first=first, last=last or first, **values)


def make_station(
    name: str = "济西支行劳动者港湾",
    *,
    operator: Unit | None = None,
    supervisor: Unit | None = None,
    division: Division | None = None,
    amenities: tuple[str, ...] = (),
    checked_at: datetime | None = None,
    **fields: Any,
) -> Station:
    """A published station in Jinan with a posting since `SINCE`; no opening hours unless `schedule` is given.

    `checked_at`: when staff looked at everything that is told of it.
    """
    values: dict[str, Any] = {
        "code": f"T{next(_number):07d}",
        "name": name,
        "address": "济南市历下区泉城路1号",
        "host_kind": HostKind.BANK_BRANCH,
        "longitude": 117.02,
        "latitude": 36.66,
        "status": StationStatus.PUBLISHED,
    }
    station: Station = Station.objects.create(**values | fields)
    Posting.objects.create(
        station=station, operator=operator, supervisor=supervisor, division=division or make_division(), since=SINCE
    )
    for code in amenities:
        StationAmenity.objects.create(station=station, amenity=make_amenity(code), access=Access.OPEN)
    if checked_at:
        check(station, checked_at)
    return station


def check(station: Station, at: datetime, what: Iterable[str] | None = None, **fields: Any) -> None:
    """Staff looked at these facts at that moment, or at all that is told."""
    facts = [ALL] if what is None else what
    FactCheck.objects.bulk_create(
        FactCheck(station=station, what=fact, **{"at": at, "how": HowChecked.STAFF} | fields) for fact in facts
    )
    settle_freshness([station.pk])


def make_amenity(code: str = "water", **fields: Any) -> Amenity:
    values = {"name": code, "name_en": code.replace("_", " ").capitalize(), "tier": Tier.BASIC}
    return Amenity.objects.get_or_create(code=code, defaults=values | fields)[0]


def make_programme(code: str = "ccb_harbor", name: str = "劳动者港湾", **fields: Any) -> Programme:
    return Programme.objects.get_or_create(code=code, defaults={"name": name, "name_en": code} | fields)[0]


def make_plate(station: Station, programme: Programme | None = None, **fields: Any) -> Plate:
    values = {"number": "", "since": SINCE} | fields
    return Plate.objects.create(station=station, programme=programme or make_programme(), **values)


def make_partner(kept_by: Unit | None = None, **fields: Any) -> Partner:
    """A partner that the public may read of."""
    values = {"name": f"快递协会{next(_number)}", "kind": PartnerKind.ASSOCIATION, "is_public": True} | fields
    return Partner.objects.create(kept_by=kept_by or make_unit(), **values)


def make_special(station: Station, **fields: Any) -> SpecialStation:
    return SpecialStation.objects.create(station=station, **{"theme": "共享书吧", "since": SINCE} | fields)


def make_photo(station: Station, **fields: Any) -> Photo:
    """The row alone, without files."""
    number = next(_number)
    values = {"key": f"{number:016x}", "width": 1280, "height": 960, "small_width": 480, "order": number} | fields
    return Photo.objects.create(station=station, **values)


def make_honour(holder: Station | Unit | User, **fields: Any) -> Honour:
    values = {"title": "最美工会驿站", "level": HonourLevel.PROVINCE, "year": 2025} | fields
    held = "station" if isinstance(holder, Station) else "unit" if isinstance(holder, Unit) else "person"
    return Honour.objects.create(**{held: holder}, **values)


def make_activity(organiser: Unit, *stations: Station, **fields: Any) -> Activity:
    """Two hours, a week from now, in the district of Jinan."""
    starts_at = fields.pop("starts_at", timezone.now() + timedelta(days=7))
    values = {
        "code": new_code(),
        "kind": ActivityKind.HAIRCUT,
        "title": "义务理发",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "division": make_division(),
    }
    activity = Activity.objects.create(organiser_id=organiser.pk, **values | fields)
    ActivityStation.objects.bulk_create(ActivityStation(activity=activity, station=station) for station in stations)
    return activity


def make_batch(unit: Unit, **fields: Any) -> GrantBatch:
    values = {"title": "驿站运行补助", "kind": GrantKind.RUN, "year": 2026, "budget": Decimal(10_000)} | fields
    return GrantBatch.objects.create(unit=unit, **values)


def make_grant(station: Station, batch: GrantBatch, by: User, **fields: Any) -> Grant:
    """An application, or what `state` says with what belongs to it."""
    values: dict[str, Any] = {"amount_asked": Decimal(2400), "purpose": "水电和日常用品", "applied_by": by}
    return Grant.objects.create(station=station, batch=batch, **values | {"applied_at": timezone.now()} | fields)
