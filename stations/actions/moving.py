"""How what belongs to a station itself goes along when it is merged into another one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.bulk import record_history
from stations.actions.showing import MOST_PHOTOS
from stations.choices import PASSING, Decision
from stations.facts import ALL, amenity_fact
from stations.freshness import told_facts
from stations.merging import GoesAlong, Line, Merge, Mover, Stays, move_rows
from stations.models import (
    ChangeRequest,
    FactCheck,
    Freshness,
    Honour,
    HoursException,
    Keeper,
    MapChange,
    Photo,
    PossibleDuplicate,
    Posting,
    ProposedFact,
    Station,
    StationAmenity,
    StationCard,
)


def _known_amenities(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    return rows.filter(amenity__in=merge.into.amenities.values("amenity"))


def _same_honours(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    same = merge.into.honours.filter(title=OuterRef("title"), level=OuterRef("level"), year=OuterRef("year"))
    return rows.filter(Exists(same))


def _past_or_covered(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    """What was said of days gone by was said of the old door; of days to come the other station's own word holds."""
    covered = merge.into.exceptions.filter(first__lte=OuterRef("last"), last__gte=OuterRef("first"))
    return rows.filter(Q(last__lt=merge.day) | Q(Exists(covered)))


@dataclass(frozen=True)
class _Amenities:
    """With the checks of those that go along; other checks were of the old door.

    Who looked at everything at one door did not see what stood behind the other. So where something goes along, a check
    of everything becomes one check of each fact that was told there.
    """

    models = (StationAmenity, FactCheck)

    def move(self, merge: Merge) -> Iterable[Line]:
        rows = StationAmenity.objects.filter(station=merge.duplicate)
        unknown = rows.exclude(pk__in=_known_amenities(rows, merge).values("pk"))
        if facts := [amenity_fact(code) for code in unknown.values_list("amenity__code", flat=True)]:
            whole = FactCheck.objects.filter(station=merge.into, what=ALL)
            _spell_out(whole, [what for _station, what in told_facts([merge.into.pk])], merge.into)
            whole.delete()
            known = FactCheck.objects.filter(station=merge.into, what=OuterRef("what"), how=OuterRef("how"))
            checks = FactCheck.objects.filter(station=merge.duplicate, what__in=facts)
            checks.exclude(Exists(known), how__in=PASSING).update(station=merge.into)
            _spell_out(FactCheck.objects.filter(station=merge.duplicate, what=ALL), facts, merge.into)
        along = GoesAlong(StationAmenity, _known_amenities, _("known of the station that stays"))
        yield from along.move(merge)


def _spell_out(whole: QuerySet[FactCheck], facts: list[str], station: Station) -> None:
    """These checks of everything as checks of these facts of the station."""
    FactCheck.objects.bulk_create(
        FactCheck(station=station, what=what, at=row.at, by_id=row.by_id, how=row.how)
        for row in whole
        for what in facts
    )


@dataclass(frozen=True)
class _Proposals:
    """What waits for an officer goes along; of a fact that is proposed at both, the proposal at the one that stays."""

    models = (ChangeRequest,)

    def move(self, merge: Merge) -> Iterable[Line]:
        waiting = ProposedFact.objects.filter(decision=Decision.OPEN)
        here = list(waiting.filter(request__station=merge.into).values_list("what", flat=True))
        there = waiting.filter(request__station=merge.duplicate)
        asked = ChangeRequest.objects.filter(station=merge.duplicate, settled_at=None)
        now = timezone.now()
        there.filter(what__in=here).update(decision=Decision.REPLACED, decided_by=merge.by, decided_at=now)
        settled = asked.exclude(pk__in=list(there.values_list("request", flat=True)))
        replaced = settled.update(settled_at=now)
        name = ChangeRequest._meta.verbose_name_plural or ""
        yield Line(name, move_rows(asked, merge))
        yield Line(name, replaced, stays=True, note=_("proposed of the station that stays, too"))


@dataclass(frozen=True)
class _Keepers:
    """Whoever keeps one of the two keeps the one that stays."""

    models = (Keeper,)

    def move(self, merge: Merge) -> Iterable[Line]:
        rows = Keeper.objects.filter(station=merge.duplicate)
        both = rows.filter(user__in=merge.into.keepers.values("user"))
        ids = list(both.values_list("pk", flat=True))
        record_history(Keeper, ids, kind="-", by_id=merge.by.pk, reason=merge.line)
        gone: Any = Keeper.objects.filter(pk__in=ids)
        gone._raw_delete(gone.db)  # noqa: SLF001  # its history is written already, and nothing points to a keeper
        yield Line(_("keepers"), move_rows(rows, merge))


@dataclass(frozen=True)
class _Photos:
    """Behind those of the station that stays, as many as it may show."""

    models = (Photo,)

    def move(self, merge: Merge) -> Iterable[Line]:
        last = merge.into.photos.aggregate(last=Max("order"))["last"]
        room = max(MOST_PHOTOS - merge.into.photos.count(), 0)
        photos = list(Photo.objects.filter(station=merge.duplicate).in_order())
        for order, photo in enumerate(photos[:room], start=0 if last is None else last + 1):
            photo.order = order
        Photo.objects.bulk_update(photos[:room], ["order"])
        name: str | Promise = _("photos")
        yield Line(name, move_rows(Photo.objects.filter(pk__in=[photo.pk for photo in photos[:room]]), merge))
        yield Line(
            name,
            len(photos[room:]),
            stays=True,
            note=gettext("a station shows {n} photos at most").format(n=MOST_PHOTOS),
        )


def movers() -> tuple[Mover, ...]:
    return (
        _Keepers(),
        _Amenities(),
        _Proposals(),
        _Photos(),
        GoesAlong(Honour, _same_honours, _("the station that stays has the same")),
        GoesAlong(HoursException, _past_or_covered, _("past, or the station that stays has its own for these days")),
        # What it was merged from, who ran it when, and what is worked out anew.
        Stays((Station, PossibleDuplicate, Posting, Freshness, StationCard, MapChange)),
    )
