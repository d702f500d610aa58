"""The list of stations, made on the server: for whoever has no JavaScript, prefers a list, or is a search engine."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.portal.criteria import DAYS_AHEAD, HOURS, Criteria, Filters
from harbor_portal.portal.listing import PAGE_SIZE, lineage, matching, rows_of
from harbor_portal.portal.territory import territory_of
from harbor_portal.portal.texts import mark_names
from harbor_portal.portal.warnings import warnings_for
from harbor_portal.portal.wording import moment
from partners.models import Programme
from stations.alerts import alerts_now, alerts_over, relief_first
from stations.choices import EntryMode, HostKind, Tier
from stations.models import Amenity, Division, StationCard


@dataclass(frozen=True)
class Page:
    """The cards of a page, and the queries of those beside it ("" where there is none)."""

    cards: list[StationCard]
    previous: str
    following: str


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def station_list(request: HttpRequest, code: str = "") -> HttpResponse:
    """A page of `PAGE_SIZE` stations, of a division if the address names one; no page costs more than the first."""
    at = timezone.now()
    amenities = {amenity.code: amenity for amenity in Amenity.objects.all()}
    programmes = list(Programme.objects.all())
    codes = [programme.code for programme in programmes]
    filters = Filters.read(request.GET, amenities, codes, timezone.localdate(at))
    criteria = replace(filters.criteria, division=_division(code)) if code else filters.criteria
    accessible = [amenity.pk for amenity in amenities.values() if amenity.tier == Tier.ACCESSIBLE]
    page = _page(criteria, at, accessible, division=None if code else criteria.division)
    divisions = list(_below(criteria.division))
    prefix = criteria.division.prefix if criteria.division else ""
    names = {code: str(amenity) for code, amenity in amenities.items()}
    names = relief_first(names, alerts_over(prefix, alerts_now(at)))
    context = {
        "rows": rows_of(page.cards, names, criteria, at),
        "page": page,
        "ignored": _sentence(filters.ignored),
        "programmes": programmes,
        "path": lineage(criteria.division),
        "divisions": divisions,
        "territory": territory_of(criteria.division, divisions, amenities, at) if criteria.is_whole else None,
        **_form(criteria, amenities, at),
        **_address(criteria),
        **warnings_for(prefix, at),
    }
    return render(request, "stations.html", context)


def _division(code: str) -> Division:
    return get_object_or_404(Division.objects.select_related("parent"), pk=code)


def _page(criteria: Criteria, at: datetime, accessible: Collection[int], **kept: Any) -> Page:
    """One query. `kept`: what of the criteria the address says without a query.

    Nearest first there is one page: whoever has read thirty rows had better look from another place.
    """
    cards = list(matching(criteria, at, accessible)[: PAGE_SIZE + 1])
    has_more = len(cards) > PAGE_SIZE
    cards = cards[:PAGE_SIZE]
    if criteria.near:
        return Page(cards, "", "")
    if criteria.before:
        cards.reverse()
    has_previous, has_next = (has_more, True) if criteria.before else (bool(criteria.after), has_more)
    return Page(
        cards,
        criteria.query(before=_place(cards[0]), **kept) if has_previous and cards else "",
        criteria.query(after=_place(cards[-1]), **kept) if has_next and cards else "",
    )


def _place(card: StationCard) -> str:
    return f"{card.division_code}-{card.code}"


def _address(criteria: Criteria) -> dict[str, Any]:
    """A division has one address, and each page of its whole list; what is filtered is nothing to find elsewhere."""
    division, after = criteria.division, criteria.after
    is_whole_list = replace(criteria, after=None).is_whole
    return {
        "canonical_path": reverse("division", args=[division.code]) if division else reverse("stations"),
        "canonical_query": f"after={'-'.join(after)}" if after and is_whole_list else "",
        "is_hidden": not is_whole_list,
    }


def _form(criteria: Criteria, amenities: Mapping[str, Amenity], at: datetime) -> dict[str, Any]:
    """What the form offers, and how the page says what was asked."""
    opening = criteria.opening
    hour = opening.asked if opening and ":" in opening.asked else ""
    return {
        "criteria": criteria,
        "first_query": criteria.query(),
        "with_unknown_query": criteria.query(with_unknown=True),
        "without_unknown_query": criteria.query(with_unknown=False),
        "is_walk_in": criteria.entry == EntryMode.WALK_IN,
        "entry_other": "" if criteria.entry == EntryMode.WALK_IN else criteria.entry,
        "groups": _groups(list(amenities.values())),
        "host_kinds": HostKind.choices,
        "marks": list(mark_names().items()),
        "hours": HOURS if hour in ("", *HOURS) else sorted([*HOURS, hour]),
        "hour": hour,
        "as_of": moment(opening.moment(at), at) if opening and hour else "",
        "days": list(_days(timezone.localdate(at))),
    }


def _days(today: date) -> Iterator[tuple[str, str]]:
    """The days for which an hour may be chosen; no day is the next time that the clock shows the hour."""
    yield "", _("Next time")
    for offset in range(DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        yield str(day), f"{formats.date_format(day, 'l')} {formats.date_format(day, 'MONTH_DAY_FORMAT')}"


def _groups(amenities: list[Amenity]) -> list[tuple[str, list[Amenity]]]:
    """The amenities by tier, in the order of the tiers."""
    groups = [(str(tier.label), [amenity for amenity in amenities if amenity.tier == tier]) for tier in Tier]
    return [(name, members) for name, members in groups if members]


def _below(division: Division | None) -> Any:
    """The next choice downwards: provinces, then the parts of the division chosen."""
    return Division.objects.filter(parent=division).only("code", "name", "level").order_by("code")


def _sentence(ignored: tuple[str, ...]) -> str:
    labels = {
        "amenity": _("amenities"),
        "division": _("division"),
        "entry": _("entry"),
        "programme": _("programme"),
        "mark": _("what stands out"),
        "host_kind": _("host"),
        "open": _("opening"),
        "day": _("day"),
        "at": _("place"),
        "after": _("page"),
        "before": _("page"),
    }
    if not ignored:
        return ""
    names = _(", ").join(labels[name] for name in ignored)
    return _("Part of this address means nothing to us and was left out: {names}.").format(names=names)
