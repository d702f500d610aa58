"""What a month report is about: a unit with everything below it, or a division with everything inside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, Q
from django.db.models.functions import Coalesce

from partners.models import Plate, Programme
from stations.choices import DivisionLevel, HostKind, UnitKind
from stations.models import Division, Posting, Station, Unit
from stations.querysets import IsOneOf, covered_prefixes, in_subtrees, run_by
from stations.scope import scope_of
from stations.trees import Era, Line, Paths, Tree, eras, line_of, right_below

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
    known: tuple[Era, ...] | None = field(default=None, compare=False)
    """How long each tree of units stood, where that was looked up."""

    def looked_up(self) -> Subject:
        """The same for whoever reads all of one moment: of a small unit, PostgreSQL finds keys in half the time.

        Where units moved, it depends on the month which postings are the subject's.
        """
        if isinstance(self.paths, Line):
            return self
        keys = tuple(Posting.objects.filter(self.held_by("")).values_list("pk", flat=True))
        return replace(self, keys=keys, known=self.eras)

    def in_days(self, first: date, last: date) -> Subject:
        """The same with what stood below the unit then, for what belongs to these days but does not say to which."""
        within = (era.within(first, last) for era in self.eras if era.first <= last and era.last >= first)
        return replace(self, known=tuple(within))

    @cached_property
    def eras(self) -> tuple[Era, ...]:
        """How long each tree of units stood. Almost always one, of all days. One query, once."""
        return tuple(eras()) if self.known is None else self.known

    def tree(self, day: date) -> Tree:
        """How units stood on that day."""
        return self.in_days(day, day).eras[0].tree

    @cached_property
    def paths(self) -> Paths:
        """What stands at or below the unit, or stood there on the day of a row; nothing of a division."""
        return line_of((self.unit.path,), self.eras) if self.unit else ()

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
        """The condition, on rows of a `posting` and a `month`, under which they belong to this subject."""
        return self.held_by("posting", "month")

    def held_by(self, posting: str, at: str = "") -> Q:
        """The same on rows that have their posting and a day under these names; on postings themselves, with "".

        Each posting is met once, also where the same unit stands above both its operator and its supervisor.
        """
        prefix = f"{posting}__" if posting else ""
        if self.keys is not None:
            return Q(IsOneOf(F(posting or "pk"), self.keys))
        wanted = {} if self.stations is None else {f"{prefix}station__in": self.stations}
        if self.unit:
            joined = [in_subtrees(self.paths, f"{prefix}{line}", at) for line in ("operator", "supervisor")]
            by_day = posting or (at and isinstance(self.paths, Line))
            line = joined[0] | joined[1] if by_day else run_by(self.paths)
            return line & Q(**wanted) if wanted else line
        assert self.division
        return Q(**{f"{prefix}division__code__startswith": self.division.prefix}, **wanted)

    def unit_below(self, posting: str = "posting__") -> Coalesce:
        """The path of the unit right below this one that supervises the station, or else operates it.

        Its own path where none of them does. `posting` is how one comes to the posting, with the underscores after it.
        """
        own = self.unit.path if self.unit else ""
        lines = (f"{posting}supervisor", f"{posting}operator")
        return Coalesce(*(right_below(own, line, "month", self.eras) for line in lines))

    def head(self, posting: str = "posting__") -> Case:
        """The path of the unit at the head of the hierarchy of the one that operates the station."""
        return right_below("", f"{posting}operator", "month", self.eras)

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
