"""The demo's logins, one for each kind of person."""

from dataclasses import dataclass

from stations.choices import Role
from stations.models import Keeper, Membership, Station, Unit, User

PASSWORD = "harbor-demo"  # noqa: S105  # printed for everybody, and refused in production
SAMPLE = "（示例）"
MEMBERS = (
    ("officer", f"李国强{SAMPLE}", "CCB-370100", Role.OFFICER),
    ("official", f"赵海燕{SAMPLE}", "U370100", Role.REVIEWER),
    ("auditor", f"孙立新{SAMPLE}", "CCB-370000", Role.AUDITOR),
)


@dataclass(frozen=True)
class Login:
    username: str
    name: str
    what: str
    """The unit or stations that give the person their authority."""


def make_people(units: dict[str, Unit], kept: list[Station]) -> tuple[list[User], list[Login]]:
    """Make the six users; answers the keepers, and all of them for printing."""
    keepers = [_user("keeper", f"王晓梅{SAMPLE}"), _user("keeper2", f"陈立{SAMPLE}")]
    for station in kept:
        for keeper in keepers:
            Keeper.objects.create(user=keeper, station=station)
    names = "、".join(station.name for station in kept)
    logins = [Login(keeper.username, keeper.name, names) for keeper in keepers]
    for username, name, unit, role in MEMBERS:
        Membership.objects.create(user=_user(username, name), unit=units[unit], role=role)
        logins.append(Login(username, name, f"{units[unit]} · {role.label}"))
    admin = _user("admin", f"管理员{SAMPLE}", is_staff=True, is_superuser=True)
    return keepers, [*logins, Login(admin.username, admin.name, "")]


def unit_of(officer: User) -> Unit:
    return officer.memberships.filter(role=Role.OFFICER).select_related("unit").get().unit


def demo_logins() -> list[str]:
    """The user names of the demo's people that are still there."""
    names = ["keeper", "keeper2", *(username for username, *_ in MEMBERS), "admin"]
    found = set(User.objects.filter(username__in=names, name__endswith=SAMPLE).values_list("username", flat=True))
    return [name for name in names if name in found]


def _user(username: str, name: str, **flags: bool) -> User:
    user: User = User.objects.create_user(username=username, password=PASSWORD, name=name, **flags)
    return user
