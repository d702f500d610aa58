"""The addresses of a station that was merged into another one: they lead there, for ever."""

from collections import defaultdict
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from stations.codes import WELL_FORMED
from stations.models import Station


def kept_of(station: Station) -> Station:
    """The station into which it was merged, whatever that was merged into since; itself if it was not."""
    while station.merged_into is not None:
        station = station.merged_into
    return station


def why_merged(station: Station) -> str | None:
    """What a list that names it is told; None if it was not merged."""
    if not station.merged_into_id:
        return None
    kept = kept_of(station)
    names = {"station": station, "into": kept, "code": kept.code}
    return _("“%(station)s” has been merged into “%(into)s”: write its code, %(code)s.") % names


def those_that_stay(alike: Sequence[Station]) -> Sequence[Station]:
    """Of stations that one text may mean those that were not merged; all where each of them was."""
    return [station for station in alike if not station.merged_into_id] or alike


def code_that_stays(code: str) -> str | None:
    """Of the station into which the one with this code was merged; None if it was not."""
    if not WELL_FORMED.fullmatch(code.upper()):
        return None
    merged: Station | None = Station.objects.filter(code=code.upper(), merged_into__isnull=False).first()
    return kept_of(merged).code if merged else None


def moved(request: HttpRequest, code: str) -> HttpResponsePermanentRedirect | None:
    """The same page of the station that stays, with the same query; None if the code is not that of a merged one.

    What was sent by a form or a script is sent on as it is.
    """
    kept = code_that_stays(code)
    if kept is None or request.resolver_match is None:
        return None
    match = request.resolver_match
    path = reverse(match.view_name, kwargs=match.kwargs | {"code": kept})
    query = request.META.get("QUERY_STRING", "")
    is_read = request.method in {"GET", "HEAD"}
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path, preserve_request=not is_read)


def former_ids() -> dict[int, list[int]]:
    """By the id of a station that stays, the ids of all that were merged into it. One query."""
    into = dict(Station.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    found: dict[int, list[int]] = defaultdict(list)
    for pk in into:
        kept = pk
        while kept in into:
            kept = into[kept]
        found[kept].append(pk)
    return found


def merged_stations(station: Station) -> list[Station]:
    """Those that were merged into this one, and those that were merged into them before."""
    found: list[Station] = []
    level = [station]
    while level:
        level = list(Station.objects.filter(merged_into__in=level).order_by("pk"))
        found += level
    return found
