"""How wishes are read."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.wish_choices import APPROVED, BEFORE_FULFILLED, ON_WALL, OVER, ClaimState, WishState
from stations.choices import Role
from stations.querysets import in_subtrees
from stations.scope import scope_of
from stations.trees import Paths

if TYPE_CHECKING:
    from stations.querysets import Person

SOON_DAYS = 7
"""So long before the day by which it is needed, a wish that nobody fulfils is urgent."""
FAMILY_KEPT_DAYS = 90
"""After a wish is over: time for a thank-you and a question."""
CLAIM_KEPT_DAYS = 90
FORGOTTEN_DAYS = 365
"""After the day by which it was needed, a wish that nobody brought to an end is over, too."""
READINGS_KEPT_DAYS = 3 * 365
PRINTS_KEPT_DAYS = 365
"""The limit of wishes is one of a year."""


class OfUnitQuerySet(QuerySet[Any]):
    """Rows that a unit keeps: they are of those who work in it or above it, and of nobody who only keeps a station."""

    moment: str

    def visible_to(self, user: "Person") -> Self:
        scope = scope_of(user)
        return self if scope.everything else self.of_units(scope.paths)

    def of_units(self, paths: Paths) -> Self:
        return self.filter(in_subtrees(paths, "unit"))

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        return self.filter(_within(self.moment, first, last))


def _within(moment: str, first: date, last: date) -> Q:
    """The moment lies on one of these days."""
    zone = timezone.get_current_timezone()
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    after = last + timedelta(days=1)
    before = datetime(after.year, after.month, after.day, tzinfo=zone)
    return Q(**{f"{moment}__gte": since, f"{moment}__lt": before})


def _to_check(user: "Person", _today: date) -> Q:
    """Nominated, by somebody else, in units in which the person checks."""
    scope = scope_of(user)
    others = Q(state=WishState.NOMINATED) & ~Q(nominated_by=scope.user_id)
    return others if scope.everything else others & in_subtrees(scope.paths_as(Role.OFFICER, Role.REVIEWER), "unit")


def _returned(user: "Person", _today: date) -> Q:
    return Q(state=WishState.RETURNED, nominated_by=scope_of(user).user_id)


def _offered(_user: "Person", _today: date) -> Q:
    """Somebody asks to take it on, and waits for an answer."""
    claims = apps.get_model("services", "WishClaim")._base_manager.filter(wish=OuterRef("pk"), state=ClaimState.ASKED)
    return Q(Exists(claims), state=WishState.PUBLISHED)


def _urgent(_user: "Person", today: date) -> Q:
    """Nobody has fulfilled it, and the day is near or over."""
    return Q(state__in=BEFORE_FULFILLED, needed_by__lte=today + timedelta(days=SOON_DAYS))


def _to_confirm(_user: "Person", _today: date) -> Q:
    return Q(state=WishState.FULFILLED)


WORK: dict[str, Callable[["Person", date], Q]] = {
    "check": _to_check,
    "returned": _returned,
    "offered": _offered,
    "urgent": _urgent,
    "confirm": _to_confirm,
}
"""The work to do with wishes; the desk counts it, and the list shows it."""


STEPS = (
    WishState.NOMINATED,
    WishState.APPROVED,
    WishState.CLAIMED,
    WishState.FULFILLED,
    WishState.CONFIRMED,
)
"""What a month tells of wishes: how many took each of these steps in it."""


def took(step: str) -> Q:
    """Of wishes `with_steps`: that they took it in those days."""
    return Q(**{f"took_{step}": True})


def _steps(first: date, last: date) -> dict[str, Q]:
    """Of what was declined or withdrawn since nobody knows whether it had been approved."""
    claims = apps.get_model("services", "WishClaim")._base_manager.filter(wish=OuterRef("pk"))
    taken_on = claims.filter(_within("moved_at", first, last), state=ClaimState.ACCEPTED)
    conditions = (
        _within("nominated_at", first, last),
        _within("checked_at", first, last) & Q(state__in=APPROVED),
        Q(Exists(taken_on)),
        _within("fulfilled_at", first, last),
        _within("confirmed_at", first, last),
    )
    return dict(zip(STEPS, conditions, strict=True))


class WishQuerySet(OfUnitQuerySet):
    moment = "nominated_at"

    def with_steps(self, first: date, last: date) -> Self:
        """Those that took one of `STEPS` on one of these days; which, `took` asks."""
        steps = _steps(first, last)
        told = {f"took_{step}": ExpressionWrapper(one, BooleanField()) for step, one in steps.items()}
        return self.annotate(**told).filter(reduce(or_, (took(step) for step in steps)))

    def on_wall(self) -> Self:
        """What everybody may see."""
        return self.filter(state__in=ON_WALL)

    def without_missed(self, today: date) -> Self:
        """Those aside that nobody took on in time."""
        return self.exclude(state=WishState.PUBLISHED, needed_by__lt=today)

    def waiting_on(self, today: date) -> Self:
        """What everybody may take on, the most urgent first, then what somebody has taken on."""
        rows = self.without_missed(today).filter(state__in=(WishState.PUBLISHED, WishState.CLAIMED))
        return rows.order_by("-state", "needed_by", "pk")

    def under_way(self) -> Self:
        return self.exclude(state__in=OVER)

    def work(self, key: str, user: "Person", today: date) -> Self:
        """What waits for the person, by one of the keys of `WORK`."""
        return self.filter(WORK[key](user, today))

    def in_time(self) -> Self:
        return self.filter(fulfilled_at__date__lte=F("needed_by"))


class WishOver(QuerySet[Any]):
    """Rows beside a wish, which are erased when that is over."""

    def of_wish_over(self, at: datetime, days: int) -> Self:
        over = Q(wish__over_at__lt=at - timedelta(days=days))
        forgotten = Q(wish__needed_by__lt=timezone.localdate(at) - timedelta(days=FORGOTTEN_DAYS))
        return self.filter(over | forgotten)


class FamilyQuerySet(WishOver):
    def to_erase(self, at: datetime) -> Self:
        """Also what came after it was erased: an answer of the family, or a photo, of a wish forgotten for long."""
        came_after = ~Q(words="") | ~Q(wish__proof_photo="")
        return self.of_wish_over(at, FAMILY_KEPT_DAYS).filter(Q(erased_at=None) | came_after)

    def prints_to_erase(self, at: datetime) -> Self:
        """By then the family's data is erased as well, or they would say who it was."""
        old = self.filter(wish__nominated_at__lt=at - timedelta(days=PRINTS_KEPT_DAYS)).exclude(erased_at=None)
        return old.exclude(phone_print="", home_print="")


class ClaimQuerySet(WishOver):
    def asked(self) -> Self:
        return self.filter(state=ClaimState.ASKED)

    def to_erase(self, at: datetime) -> Self:
        """Of wishes that are over, and of those who were not taken or gave it back, sooner."""
        left = Q(state__in=(ClaimState.DECLINED, ClaimState.RELEASED), moved_at__lt=at - timedelta(days=30))
        over = Q(pk__in=self.of_wish_over(at, CLAIM_KEPT_DAYS).values("pk"))
        return self.filter(left | over, erased_at=None)


class ReadingQuerySet(OfUnitQuerySet):
    moment = "at"

    def of_units(self, paths: Paths) -> Self:
        return self.filter(in_subtrees(paths, "wish__unit") | in_subtrees(paths, "story__unit"))

    def to_erase(self, at: datetime) -> Self:
        return self.filter(at__lt=at - timedelta(days=READINGS_KEPT_DAYS))
