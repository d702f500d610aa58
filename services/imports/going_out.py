"""Lists that only go out: movements of supplies, wishes, and stories."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy

from services.choices import SupplyMove, WorkerGroup
from services.models import Story, SupplyMovement, Wish, WishClaim
from services.story_choices import StoryState
from services.story_querysets import agreed
from services.wish_choices import ClaimBy, ClaimState, ConfirmedBy, WishKind, WishState
from stations.imports.kinds import Cells
from stations.imports.plain import PlainColumn
from stations.imports.told import told, told_list
from stations.models import User

MOVEMENTS = told_list(
    "movements",
    SupplyMovement,
    gettext_lazy("Movements of supplies"),
    gettext_lazy(
        "Movements come in by no list: what comes in and goes out is recorded on My station, where no more goes out"
        " than there is, and a mistake is put right by the movement that goes the other way."
    ),
    (
        told("date", gettext_lazy("Date"), kind="date"),
        told("station", gettext_lazy("Station"), "station__code"),
        told("name", gettext_lazy("Name"), "station__name", width=28),
        told("item", gettext_lazy("Supply"), "item__name", width=18),
        told("item_code", gettext_lazy("Code of the supply"), "item__code", width=18),
        told("kind", gettext_lazy("Kind"), choices=SupplyMove),
        told("quantity", gettext_lazy("Quantity"), kind="integer"),
        told("group", gettext_lazy("Group"), choices=WorkerGroup),
        told("is_by_code", gettext_lazy("By code")),
        told("donor", gettext_lazy("Given by"), "donor__name", width=24),
        told("expires_date", gettext_lazy("Expires on"), kind="date"),
        told("why", gettext_lazy("Why"), width=28),
        told("at", gettext_lazy("Recorded at"), width=18),
    ),
    order=("date", "station__code"),
    most_rows=50_000,
)

_TAKEN = WishClaim.objects.filter(wish=OuterRef("pk"), state=ClaimState.ACCEPTED)

# Neither the family nor what only staff may read of it: the code by which it confirms, its community, what was done
# at its home, its thanks, and reasons in somebody's own words stay in the portal.
WISHES = told_list(
    "wishes",
    Wish,
    gettext_lazy("Wishes"),
    gettext_lazy(
        "Wishes come in by no list: an officer nominates each with its family, who agreed to it, and somebody else"
        " checks it."
    ),
    (
        told("code", gettext_lazy("Code of the wish")),
        told("kind", gettext_lazy("Kind"), choices=WishKind),
        told("title", gettext_lazy("The wish"), width=30),
        told("text", gettext_lazy("What it is about"), width=40),
        told("unit", gettext_lazy("Unit"), "unit__code", width=16),
        told("division", gettext_lazy("Division"), "division_id"),
        told("needed_by", gettext_lazy("Needed by"), kind="date"),
        told("budget", gettext_lazy("Budget (yuan)"), kind="decimal"),
        told("cost", gettext_lazy("Cost (yuan)"), kind="decimal"),
        told("state", gettext_lazy("State"), choices=WishState),
        told("taken_by", gettext_lazy("Taken on by"), Subquery(_TAKEN.values("kind")[:1]), choices=ClaimBy),
        told(
            "taken_name",
            gettext_lazy("Partner or unit that took it on"),
            Subquery(_TAKEN.annotate(who=Coalesce("partner__name", "unit__name")).values("who")[:1]),
            width=28,
        ),
        told("nominated_at", gettext_lazy("Nominated at"), width=18),
        told("checked_at", gettext_lazy("Checked at"), width=18),
        told("fulfilled_at", gettext_lazy("Fulfilled at"), width=18),
        told("confirmed_how", gettext_lazy("Confirmed by"), choices=ConfirmedBy),
        told("confirmed_at", gettext_lazy("Confirmed at"), width=18),
    ),
    order=("nominated_at",),
)


def _words(key: str, title: Any, width: float) -> PlainColumn:
    """What a story says, as long as everybody whom it shows agrees."""
    shown = Case(When(may_be_told=True, then=F(key)), default=Value(""), output_field=CharField())
    return told(key, title, shown, width=width)


_STORIES = told_list(
    "stories",
    Story,
    gettext_lazy("Stories"),
    gettext_lazy(
        "Stories come in by no list: whoever they show agrees first, and somebody else than the author reviews them."
    ),
    (
        told("slug", gettext_lazy("Address")),
        _words("title", gettext_lazy("Title"), 30),
        _words("lead", gettext_lazy("In two sentences"), 40),
        _words("body", gettext_lazy("Story"), 60),
        told("unit", gettext_lazy("Unit"), "unit__code", width=16),
        told("station", gettext_lazy("Station"), "station__code"),
        told("partner", gettext_lazy("Partner"), "partner__name", width=24),
        told("shows_person", gettext_lazy("Shows or names a person")),
        told("state", gettext_lazy("State"), choices=StoryState),
        told("written_at", gettext_lazy("Written at"), width=18),
        told("published_at", gettext_lazy("Published at"), width=18),
        told("withdrawn_at", gettext_lazy("Withdrawn at"), width=18),
    ),
    order=("written_at",),
    most_rows=5_000,
)


def _stories(rows: QuerySet[Any], by: User) -> Iterable[Cells]:
    today = timezone.localdate()
    may_be_told = Case(
        When(state=StoryState.WITHDRAWN, then=Value(value=False)),
        When(agreed(today), then=Value(value=True)),
        default=Value(value=False),
    )
    return _STORIES.export(rows.annotate(may_be_told=may_be_told), by)


STORIES = replace(_STORIES, export=_stories)
