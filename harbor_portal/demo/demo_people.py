"""The demo's logins, one for each kind of person."""

from dataclasses import dataclass

from stations.choices import Role
from stations.models import Keeper, Membership, Station, Unit, User

PASSWORD = "harbor-demo"  # noqa: S105  # printed for everybody, and refused in production
MEMBERS = (
    ("officer", "李国强（示例）", "CCB-370100", Role.OFFICER),
    ("official", "赵海燕（示例）", "U370100", Role.REVIEWER),
    ("auditor", "孙立新（示例）", "CCB-370000", Role.AUDITOR),
)


@dataclass(frozen=True)
class Login:
    username: str
    name: str
    what: str
    """The unit or stations that give the person their authority."""


def make_people(units: dict[str, Unit], kept: list[Station]) -> tuple[User, list[Login]]:
    """Make the five users; answers the keeper, and all of them for printing."""
    keeper = _user("keeper", "王晓梅（示例）")
    for station in kept:
        Keeper.objects.create(user=keeper, station=station)
    logins = [Login(keeper.username, keeper.name, "、".join(station.name for station in kept))]
    for username, name, unit, role in MEMBERS:
        Membership.objects.create(user=_user(username, name), unit=units[unit], role=role)
        logins.append(Login(username, name, f"{units[unit]} · {role.label}"))
    admin = _user("admin", "管理员（示例）", is_staff=True, is_superuser=True)
    return keeper, [*logins, Login(admin.username, admin.name, "")]


def _user(username: str, name: str, **flags: bool) -> User:
    user: User = User.objects.create_user(username=username, password=PASSWORD, name=name, **flags)
    return user
