"""The list of stations, made on the server: for whoever has no JavaScript, prefers a list, or is a search engine."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.listing import PAGE_SIZE, Criteria, Filters, lineage, matching, rows_of
from partners.models import Programme
from stations.choices import Tier
from stations.models import Amenity, Division, StationCard


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def station_list(request: HttpRequest) -> HttpResponse:
    """A page of `PAGE_SIZE` stations; the next begins after its last one, so that no page costs more than the first."""
    at = timezone.now()
    amenities = list(Amenity.objects.all())
    programmes = list(Programme.objects.all())
    filters = Filters.read(
        request.GET, {amenity.code: amenity for amenity in amenities}, [programme.code for programme in programmes]
    )
    cards = list(matching(filters.criteria, at)[: PAGE_SIZE + 1])
    names = {amenity.code: str(amenity) for amenity in amenities}
    context = {
        "criteria": filters.criteria,
        "rows": rows_of(cards[:PAGE_SIZE], names, at),
        "next_query": _next_query(filters.criteria, cards),
        "first_query": filters.criteria.query(),
        "with_unknown_query": filters.criteria.query(with_unknown=True),
        "ignored": _sentence(filters.ignored),
        "groups": _groups(amenities),
        "programmes": programmes,
        "path": lineage(filters.criteria.division),
        "divisions": _below(filters.criteria.division),
    }
    return render(request, "stations.html", context)


def _next_query(criteria: Criteria, cards: list[StationCard]) -> str:
    if len(cards) <= PAGE_SIZE:
        return ""
    last = cards[PAGE_SIZE - 1]
    return criteria.query(after=f"{last.division_code}-{last.code}")


def _groups(amenities: list[Amenity]) -> list[tuple[str, list[Amenity]]]:
    """The amenities by tier, in the order of the tiers."""
    groups = [(str(tier.label), [amenity for amenity in amenities if amenity.tier == tier]) for tier in Tier]
    return [(name, members) for name, members in groups if members]


def _below(division: Division | None) -> Any:
    """The next choice downwards: provinces, then the parts of the division chosen."""
    return Division.objects.filter(parent=division).only("code", "name").order_by("code")


def _sentence(ignored: tuple[str, ...]) -> str:
    labels = {
        "amenities": _("amenities"),
        "division": _("division"),
        "programme": _("programme"),
        "open": _("open now"),
        "after": _("page"),
    }
    if not ignored:
        return ""
    names = ", ".join(labels[name] for name in ignored)
    return _("Part of this address means nothing to us and was left out: {names}.").format(names=names)
