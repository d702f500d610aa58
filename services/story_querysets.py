"""How stories are read."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from services.story_choices import UNFINISHED, StoryState
from services.wish_querysets import FORGOTTEN_DAYS, OfUnitQuerySet
from stations.choices import Role
from stations.querysets import in_subtrees
from stations.scope import scope_of

if TYPE_CHECKING:
    from stations.querysets import Person

STORY_KEPT_DAYS = 365
"""A withdrawn story, and a consent that has ended, are kept for so long: somebody may ask what was agreed."""

ERASED_TITLE = "—"


def in_force(today: date) -> Q:
    """Of consents, a condition."""
    return Q(withdrawn_at=None, erased_at=None) & (Q(until=None) | Q(until__gte=today))


def _consents() -> Any:
    """Of a story those that count: what was renewed does no more."""
    consents = apps.get_model("services", "StoryConsent")._base_manager
    return consents.filter(story=OuterRef("pk"), renewal=None)


def _ended(today: date) -> Exists:
    """One of those whom it shows has not agreed, or not any more."""
    return Exists(_consents().exclude(in_force(today)))


def _given(today: date) -> Exists:
    return Exists(_consents().filter(in_force(today)))


def agreed(today: date) -> Q:
    """Of stories, a condition: it shows nobody, or everybody whom it shows agrees on that day."""
    return Q(shows_person=False) | (Q(_given(today)) & ~Q(_ended(today)))


def _forgotten(at: datetime) -> Q:
    """Of stories, a condition: never finished, and touched by nobody for long."""
    before = at - timedelta(days=FORGOTTEN_DAYS)
    lines = apps.get_model("services", "HistoricalStory")._base_manager
    touched = lines.filter(id=OuterRef("pk"), history_date__gte=before)
    return Q(state__in=UNFINISHED, written_at__lt=before) & ~Q(Exists(touched))


class StoryQuerySet(OfUnitQuerySet):
    moment = "published_at"

    def shown_on(self, today: date) -> Self:
        """What everybody may read; a consent that ends takes its story away on the day, before any task runs."""
        return self.filter(agreed(today), state=StoryState.PUBLISHED)

    def with_may_be_told(self, today: date) -> Self:
        """Each with whether what it tells may leave its page: it stands, and everybody whom it shows agrees."""
        may_be_told = Case(
            When(state=StoryState.WITHDRAWN, then=Value(value=False)),
            When(agreed(today), then=Value(value=True)),
            default=Value(value=False),
        )
        return self.annotate(may_be_told=may_be_told)

    def to_review_by(self, user: "Person") -> Self:
        """Written by somebody else, in units in which the person reviews."""
        scope = scope_of(user)
        rows = self.filter(state=StoryState.REVIEW).exclude(written_by=scope.user_id)
        if scope.everything:
            return rows
        return rows.filter(in_subtrees(scope.paths_as(Role.OFFICER, Role.REVIEWER), "unit"))

    def without_consent(self, today: date) -> Self:
        """Published, and not to be seen any more."""
        return self.filter(state=StoryState.PUBLISHED).exclude(pk__in=self.model.objects.shown_on(today).values("pk"))

    def to_erase(self, at: datetime) -> Self:
        """Those withdrawn long ago, and those that were never finished and that nobody has touched for as long."""
        withdrawn = Q(withdrawn_at__lt=at - timedelta(days=STORY_KEPT_DAYS))
        return self.filter(withdrawn | _forgotten(at)).exclude(title=ERASED_TITLE)


class ConsentQuerySet(QuerySet[Any]):
    def to_erase(self, at: datetime) -> Self:
        """Of stories that are gone, or forgotten, and of consents that have ended themselves."""
        before = at - timedelta(days=STORY_KEPT_DAYS)
        ended = Q(story__withdrawn_at__lt=before) | Q(withdrawn_at__lt=before) | Q(until__lt=before.date())
        erased = Q(story__title=ERASED_TITLE, story__state=StoryState.WITHDRAWN)
        stories = apps.get_model("services", "Story")._base_manager
        forgotten = Q(story__in=stories.filter(_forgotten(at)))
        return self.filter(ended | erased | forgotten, erased_at=None)
