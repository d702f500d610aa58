"""How what belongs to a station itself goes along when it is merged into another one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.bulk import record_history
from stations.actions.showing import MOST_PHOTOS
from stations.facts import amenity_fact
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
    """With the checks of those that go along; other checks were of the old door."""

    models = (StationAmenity, FactCheck)

    def move(self, merge: Merge) -> Iterable[Line]:
        rows = StationAmenity.objects.filter(station=merge.duplicate)
        unknown = rows.exclude(pk__in=_known_amenities(rows, merge).values("pk"))
        facts = [amenity_fact(code) for code in unknown.values_list("amenity__code", flat=True)]
        known = FactCheck.objects.filter(station=merge.into, what=OuterRef("what"), how=OuterRef("how"))
        checks = FactCheck.objects.filter(station=merge.duplicate, what__in=facts)
        checks.exclude(Exists(known)).update(station=merge.into)
        along = GoesAlong(StationAmenity, _known_amenities, _("known of the station that stays"))
        yield from along.move(merge)


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
        _Photos(),
        GoesAlong(Honour, _same_honours, _("the station that stays has the same")),
        GoesAlong(HoursException, _past_or_covered, _("past, or the station that stays has its own for these days")),
        # What it was merged from, who ran it when, when somebody looked at it, and what is worked out anew.
        Stays((Station, PossibleDuplicate, Posting, Freshness, ChangeRequest, StationCard, MapChange)),
    )
