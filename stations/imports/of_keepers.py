"""Lists of keepers: who looks after which station, with an account for those who have none yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from harbor_portal.lib.bulk import insert_rows, next_ids, record_history
from harbor_portal.lib.tables import Cell, text_of
from stations.imports.columns import PHONE, STATION, ImportColumn
from stations.imports.finding import StationFinder
from stations.imports.kinds import Asking, Cells, Entry, ListKind, Plan
from stations.imports.sheets import Notes, Row
from stations.imports.undoing import (
    Undoing,
    delete_made,
    points_to,
    refuse_if_depended_on,
    traces_of,
)
from stations.imports.values import Reader, Warn, text_reader
from stations.models import Keeper, Station, User
from stations.policies import refuse_unless_officer
from stations.scope import scope_of

USERNAME = ImportColumn(
    "username",
    gettext_lazy("Login name"),
    ("登录名", "用户名", "账号", "帐号", "工号", "username", "login"),
    gettext_lazy("Required. Letters, digits and @ . + - _; somebody who has an account is found by it."),
    "wangfang",
    width=18,
    is_required=True,
)
PERSON = ImportColumn(
    "name",
    pgettext_lazy("list", "Name"),
    ("姓名", "管理员", "站点管理员", "负责人", "联系人", "name", "keeper"),
    gettext_lazy("Needed for somebody who has no account yet. At most 60 characters."),
    "王芳",
)
MAX_PHONE = 40


@dataclass(frozen=True)
class Appointment:
    """That somebody keeps a station; `user` is None who has no account yet."""

    row: Row
    station: Station
    user: User | None
    is_kept: bool

    @property
    def shown(self) -> list[str]:
        values = self.row.values
        name = self.user.name if self.user else values.get("name", "")
        account = "" if self.user else _("new account")
        return [str(self.row.number), f"{self.station.name} ({self.station.code})", values["username"], name, account]


def _readers() -> Mapping[str, Reader]:
    return {
        "station": text_reader(100),
        "username": _read_username,
        "name": text_reader(60),
        "phone": text_reader(MAX_PHONE),
    }


def _read_username(cell: Cell, _warn: Warn) -> str:
    text = text_of(cell).strip()
    try:
        User.username_validator(text)
        User(username=text).clean()
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    if len(text) > 150:
        raise ValueError(_("A login name has at most 150 characters."))
    return text


def _compare(rows: list[Row], _notes: Notes, asking: Asking) -> Plan:
    finder = StationFinder.load(scope_of(asking.by), _texts(rows, "station"), with_kept=False)
    users = {user.username: user for user in User.objects.filter(username__in=_texts(rows, "username"))}
    seen = set(User.objects.visible_to(asking.by).filter(username__in=users).values_list("pk", flat=True))
    kept = set(Keeper.objects.filter(user__username__in=users).values_list("user", "station"))
    asked = [one for row in asking.counted(rows) if (one := _appointment(row, finder, users, seen, kept))]
    _refuse_contradictions(asked)
    good = [one for one in asked if not one.row.wrong]
    return Plan(
        creates=[one for one in good if not one.is_kept],
        unchanged=sum(1 for one in good if one.is_kept),
        today=asking.today,
    )


def _texts(rows: list[Row], key: str) -> set[str]:
    return {row.values[key] for row in rows if key in row.values}


def _appointment(
    row: Row, finder: StationFinder, users: Mapping[str, User], seen: set[int], kept: set[tuple[int, int]]
) -> Appointment | None:
    values = row.values
    if row.wrong or not {"station", "username"} <= values.keys():
        return None
    try:
        station = finder.find(values["station"])
    except ValueError as error:
        row.error("station", str(error))
        return None
    user = users.get(values["username"])
    if user is None:
        if "name" not in values:
            row.error("name", _("Nobody has this login name yet. Write the name of the person."))
    elif user.pk not in seen or not user.is_active:
        row.error("username", _("This login name belongs to somebody who is not one of your people. Choose another."))
    elif any(key in values and values[key] != getattr(user, key) for key in ("name", "phone")):
        row.warn("name", _("This account is %(name)s, %(phone)s. A list does not change that.") % vars(user))
    return Appointment(row, station, user, user is not None and (user.pk, station.pk) in kept)


def _refuse_contradictions(asked: list[Appointment]) -> None:
    first: dict[tuple[int, str], Row] = {}
    people: dict[str, Row] = {}
    for one in asked:
        row, username = one.row, one.row.values["username"]
        same = first.setdefault((one.station.pk, username), row)
        if same is not row:
            row.error("station", _("%(row)s says the same. Keep one of them.") % {"row": same.place})
        other = people.setdefault(username, row)
        if one.user is None and other.values.get("name") != row.values.get("name"):
            row.error("name", _("%(row)s has another name for this login name.") % {"row": other.place})


def _enter(plan: Plan, entry: Entry) -> None:
    appointments: list[Appointment] = list(plan.creates)
    people = {one.row.values["username"]: one.row.values for one in appointments if one.user is None}
    made = [
        User(username=username, name=each["name"], phone=each.get("phone", "")) for username, each in people.items()
    ]
    for user in made:
        user.set_unusable_password()
    ids = {user.username: user.pk for user in User.objects.bulk_create(made)}
    record_history(User, list(ids.values()), kind="+", by_id=entry.by.pk, reason=entry.reason)
    keepers = next_ids(Keeper, len(appointments))
    rows = (
        (pk, one.user.pk if one.user else ids[one.row.values["username"]], one.station.pk)
        for pk, one in zip(keepers, appointments, strict=True)
    )
    insert_rows(Keeper, ("id", "user_id", "station_id"), rows)
    record_history(Keeper, keepers, kind="+", by_id=entry.by.pk, reason=entry.reason)


def _undo(undoing: Undoing) -> None:
    keepers, people = traces_of([Keeper, User], undoing)
    refuse_if_depended_on([keepers], undoing)
    delete_made(keepers, undoing)
    # Of the accounts that came with the list those stay that somebody has used, or given anything to, since.
    new = User.objects.filter(pk__in=people.made, last_login=None)
    unused = [user.pk for user in new if not user.has_usable_password() and not points_to(User, user.pk)]
    delete_made(replace(people, made=unused), undoing)


def _rows(keepers: QuerySet[Any], _by: User) -> Iterator[Cells]:
    names = {"station": "station__code", "username": "user__username", "name": "user__name", "phone": "user__phone"}
    listed = keepers.select_related(None).order_by("station__code", "user__username").values_list(*names.values())
    return (dict(zip(names, values, strict=True)) for values in listed.iterator(5000))


KEEPERS = ListKind(
    key="keepers",
    model=Keeper,
    title=gettext_lazy("Keepers"),
    lead=gettext_lazy(
        "Each row says who keeps a station. Somebody without an account gets one: make them the link on their page,"
        " and they choose a password. Nobody is dismissed for being absent."
    ),
    heads=(
        gettext_lazy("Row"),
        gettext_lazy("Station"),
        gettext_lazy("Login name"),
        pgettext_lazy("list", "Name"),
        gettext_lazy("Account"),
    ),
    columns=lambda: [STATION, USERNAME, PERSON, PHONE],
    readers=_readers,
    refuse=refuse_unless_officer,
    compare=_compare,
    enter=_enter,
    undo=_undo,
    export=_rows,
)
