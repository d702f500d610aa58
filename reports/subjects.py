"""What a month report is about: a unit with everything below it, or a division with everything inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from partners.models import Plate, Programme
from stations.choices import DivisionLevel, HostKind, UnitKind
from stations.models import Division, Posting, Station, Unit
from stations.querysets import IsOneOf, covered_prefixes, in_subtrees, run_by
from stations.scope import scope_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from stations.models import User


@dataclass(frozen=True)
class Subject:
    """Exactly one of `unit` and `division`; of its stations all, or those of a kind of host or a programme."""

    unit: Unit | None = None
    division: Division | None = None
    host_kind: str = ""
    programme: Programme | None = None
    keys: tuple[int, ...] | None = None
    """Those of its postings, where they were looked up."""

    def looked_up(self) -> Subject:
        """The same for whoever reads all of one moment: of a small unit, PostgreSQL finds keys in half the time."""
        return replace(self, keys=tuple(Posting.objects.filter(self.held_by("")).values_list("pk", flat=True)))

    @property
    def code(self) -> str:
        return str((self.unit or self.division).code)  # type: ignore[union-attr]  # one of the two

    @property
    def name(self) -> str:
        return str((self.unit or self.division).name)  # type: ignore[union-attr]  # one of the two

    @property
    def kind(self) -> str:
        return "unit" if self.unit else "division"

    @property
    def may_have_parts(self) -> bool:
        """Whether there may be units or divisions below it, as far as it tells by itself."""
        if self.unit:
            return not self.unit.is_leaf()
        assert self.division
        return self.division.level != DivisionLevel.TOWNSHIP

    @property
    def key(self) -> str:
        """What it is kept under: it tells one subject from all others, and `subject_of` finds it again."""
        who = self.unit.pk if self.unit else self.code
        return "/".join([self.kind, str(who), self.host_kind, str(self.programme.pk if self.programme else "")])

    @property
    def postings(self) -> Q:
        """The condition, on rows that belong to a `posting`, under which they belong to this subject."""
        return self.held_by("posting")

    def held_by(self, posting: str) -> Q:
        """The same on rows that have their posting under that name; on postings themselves, with "".

        Each posting is met once, also where the same unit stands above both its operator and its supervisor.
        """
        prefix = f"{posting}__" if posting else ""
        if self.keys is not None:
            return Q(IsOneOf(F(posting or "pk"), self.keys))
        wanted = {} if self.stations is None else {f"{prefix}station__in": self.stations}
        if self.unit:
            paths = (self.unit.path,)
            joined = in_subtrees(paths, f"{prefix}operator") | in_subtrees(paths, f"{prefix}supervisor")
            line = joined if posting else run_by(paths)
            return line & Q(**wanted) if wanted else line
        assert self.division
        return Q(**{f"{prefix}division__code__startswith": self.division.prefix}, **wanted)

    @property
    def stations(self) -> Any:
        """The keys of the stations that are meant; None for all. Of a programme those that ever bore its plate."""
        if not self.only:
            return None
        stations = Station.objects.order_by()
        if self.host_kind:
            stations = stations.filter(host_kind=self.host_kind)
        if self.programme:
            plates = Plate.objects.filter(programme=self.programme)
            stations = stations.filter(pk__in=plates.order_by().values("station"))
        return stations.values("pk")

    @property
    def only(self) -> tuple[str, ...]:
        """In words, which stations."""
        words = (HostKind(self.host_kind).label if self.host_kind else "", self.programme or "")
        return tuple(str(word) for word in words if word)

    @property
    def query(self) -> dict[str, str]:
        """What an address asks for it by."""
        more = {"host": self.host_kind, "programme": self.programme.code if self.programme else ""}
        return {self.kind: self.code} | {key: value for key, value in more.items() if value}


def subject_of(key: str) -> Subject | None:
    """None if there is no such unit, division or programme any more."""
    kind, who, host_kind, programme = key.split("/")
    unit = Unit.objects.filter(pk=who).first() if kind == "unit" else None
    division = None if kind == "unit" else Division.objects.filter(code=who).first()
    only = Programme.objects.filter(pk=programme).first() if programme else None
    if (unit or division) and (only or not programme):
        return Subject(unit=unit, division=division, host_kind=host_kind, programme=only)
    return None


def find_subject(user: User | AnonymousUser, *, unit: str = "", division: str = "", **only: Any) -> Subject | None:
    """The subject with that code if the person may read its reports; `only` is which of its stations."""
    if unit:
        found = Unit.objects.visible_to(user).filter(code=unit).first()
        return Subject(unit=found, **only) if found else None
    place = Division.objects.filter(code=division).first()
    return Subject(division=place, **only) if place and _covers(user, place) else None


def _covers(user: User | AnonymousUser, place: Division) -> bool:
    """A division is read by the members of a union whose own territory contains it, whoever runs the stations."""
    scope = scope_of(user)
    if scope.everything:
        return True
    return place.code.startswith(covered_prefixes(scope.paths, kind=UnitKind.UNION, path__in=scope.paths))
