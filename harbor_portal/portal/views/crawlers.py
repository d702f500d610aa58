"""What search engines ask for first: what they may read, and which pages there are.

The sitemap is read from the cards as it is asked for, a span of ids at a time: so it is never out of date, needs no
memory, and no file of it grows beyond what the protocol allows (50,000 addresses, 50 MB; sitemaps.org).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from django.conf import settings
from django.db.models import F, Max
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from harbor_portal.portal.languages import addresses_by_language
from stations.models import Division, StationCard

SPAN = 15_000
"""Ids of stations in one file: with a third language still below 50,000 addresses."""
CHUNK = 2000
HIDDEN = ("/admin/", "/api/", "/search/", "/language/", "/feedback/", "/s/*/checkin/", "/s/*/tell/", "/activities/*/*/")
"""Nothing to find there: the back office, answers for programs, and pages on which somebody does something."""
FIXED = (
    *("home", "stations", "activities", "partners", "programmes", "special_stations", "online_services", "stories"),
    *("wishes", "open_data"),
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SITEMAP = f'{HEAD}<urlset {NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'


@require_safe
@cache_control(public=True, max_age=86400)
def robots(_request: HttpRequest) -> HttpResponseBase:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    lines += ["", f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(_request: HttpRequest) -> HttpResponseBase:
    """The list of the files. One query."""
    spans = StationCard.objects.annotate(span=F("pk") / SPAN).order_by("span").values_list("span", flat=True).distinct()
    paths = [reverse("sitemap_pages"), *(reverse("sitemap_stations", args=[span]) for span in spans)]
    entries = "".join(f"<sitemap><loc>{settings.PUBLIC_URL}{path}</loc></sitemap>\n" for path in paths)
    return _xml([f"{HEAD}<sitemapindex {NAMESPACE}>\n{entries}</sitemapindex>\n"])


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
def sitemap_pages(_request: HttpRequest) -> HttpResponseBase:
    """The map, the list, the open data, and every province, city and district that has a station. Two queries."""
    changed = _changed_by_prefix()
    latest = max(changed.values(), default=None)
    fixed = [(reverse(name), latest) for name in FIXED]
    inside = [
        (reverse("division", args=[division.code]), changed[division.prefix])
        for division in Division.objects.exclude(level="township").only("code", "level").order_by("code")
        if division.prefix in changed
    ]
    return _urlset([*fixed, *inside])


@require_safe
@gzip_page
@cache_control(public=True, max_age=3600)
def sitemap_stations(_request: HttpRequest, span: int) -> HttpResponseBase:
    """The stations of a span of ids. One query, read as it is sent."""
    cards = StationCard.objects.filter(pk__gte=span * SPAN, pk__lt=(span + 1) * SPAN).order_by("pk")
    rows = cards.values_list("code", "changed_at").iterator(chunk_size=CHUNK)
    first = next(rows, None)
    if first is None:
        raise Http404
    return _urlset((reverse("station", args=[code]), changed) for code, changed in _with_first(first, rows))


def _with_first(first: tuple[str, datetime], rows: Iterator[tuple[str, datetime]]) -> Iterator[tuple[str, datetime]]:
    yield first
    yield from rows


def _changed_by_prefix() -> dict[str, datetime]:
    """When a station was last changed, by the digits of each division from province to district."""
    found: dict[str, datetime] = {}
    districts = StationCard.objects.order_by().values_list(Left("division_code", 6)).annotate(Max("changed_at"))
    for code, changed in districts:
        for digits in (2, 4, 6):
            found[code[:digits]] = max(found.get(code[:digits], changed), changed)
    return found


def _urlset(pages: Iterable[tuple[str, datetime | None]]) -> StreamingHttpResponse:
    def parts() -> Iterator[str]:
        yield SITEMAP
        for path, changed in pages:
            yield _entries(path, changed)
        yield "</urlset>\n"

    return _xml(parts())


def _entries(path: str, changed: datetime | None) -> str:
    """The page in each language, each naming all of them, as the protocol wants it."""
    addresses = [(tag, escape(address)) for tag, address in addresses_by_language(path)]
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href="{address}"/>' for tag, address in addresses)
    when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
    return "".join(f"<url><loc>{address}</loc>{when}{links}</url>\n" for _tag, address in addresses)


def _xml(parts: Iterable[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(parts, content_type="application/xml; charset=utf-8")
