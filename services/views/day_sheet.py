"""The day sheet: a month of a station to type, or to paste from a spreadsheet."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.http import error_body, wants_json
from harbor_portal.lib.months import EARLIEST, LATEST, Month
from services.actions.ledger import ChangedMeanwhile
from services.actions.sheet import Figure, Reason, Saved, save_sheet
from services.choices import Method, WorkerGroup
from services.day_sheet import DaySheet, read_sheet
from stations.asked_by import user_of
from stations.models import Station
from stations.policies import may_record
from stations.searching import station_query

SHOWN_STATIONS = 50
CELL = re.compile(r"([0-9]{2})-([a-z_]+)")
FIGURE = re.compile(r"[+-]?[0-9]{1,9}")
ANSWERS: tuple[tuple[type[PortalError], str, int], ...] = (
    (StaleState, "stale", 409),
    (Refused, "refused", 403),
    (Invalid, "invalid", 400),
)
"""What a sheet is answered with when some of its cells were not saved; the first kind that is among them decides."""


@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The station and month that the form asks for; without a single answer, the stations to choose from."""
    text = " ".join(request.GET.get("station", "").replace("\0", "").split())
    month = _month(request.GET.get("month") or str(Month.of(timezone.localdate())))
    kept = Station.objects.kept_by(user_of(request)).order_by("name", "pk")
    found = list((_matching(request, text) if text else kept)[: SHOWN_STATIONS + 1])
    if len(found) == 1:
        return redirect(_address(found[0], month, request.GET.get("method", "")))
    return _page(
        request,
        "choose",
        title=_("Day sheet"),
        text=text,
        month=month,
        found=found[:SHOWN_STATIONS],
        has_more=len(found) > SHOWN_STATIONS,
    )


def _matching(request: HttpRequest, text: str) -> Any:
    """Every word is a code, or stands in name, address or pinyin initials."""
    mine = Station.objects.visible_to(user_of(request))
    for word in text.split():
        mine = mine.filter(station_query(word))
    return mine.order_by("name", "pk")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, code: str, month: str) -> HttpResponse:
    stations = Station.objects.visible_to(user_of(request)).select_related("schedule")
    answer = _save if request.method == "POST" else _show
    return answer(request, get_object_or_404(stations, code=code), _month(month))


def _show(request: HttpRequest, station: Station, month: Month) -> HttpResponse:
    method = _method(request.GET["method"]) if request.GET.get("method") else None
    return _sheet_page(request, _read(request, station, month, method))


def _read(request: HttpRequest, station: Station, month: Month, method: Method | None) -> DaySheet:
    today = timezone.localdate()
    return read_sheet(station=station, month=month, method=method, by=user_of(request), today=today)


def _save(request: HttpRequest, station: Station, month: Month) -> HttpResponse:
    """Save what differs from what the page showed, cell by cell."""
    method = _method(request.POST.get("method", ""))
    try:
        cells, unreadable = _cells(request, month)
        saved = save_sheet(
            station=station, method=method, cells=cells, by=user_of(request), client_key=_client_key(request)
        )
    except PortalError as error:
        return _refused(request, error)
    saved.errors.update(unreadable)
    if wants_json(request):
        return _answer(saved)
    if saved.values:
        count = len(saved.values)
        messages.success(request, ngettext("%(count)d cell saved.", "%(count)d cells saved.", count) % {"count": count})
    if not saved.errors:
        return redirect(_address(station, month, method))
    shown = _read(request, station, month, method)
    _lay_over(shown, request.POST, saved.errors)
    return _sheet_page(request, shown, errors=saved.errors, status=_kind_of(saved.errors)[1])


def _refused(request: HttpRequest, error: PortalError) -> HttpResponse:
    """Nothing of the sheet was looked at."""
    if not wants_json(request):
        raise (BadRequest if isinstance(error, Invalid) else PermissionDenied)(str(error)) from error
    code, status = _kind_of({"": error})
    return JsonResponse(error_body(code, str(error)), status=status)


def _answer(saved: Saved) -> JsonResponse:
    body: dict[str, Any] = {"saved": saved.values}
    if not saved.errors:
        return JsonResponse(body)
    code, status = _kind_of(saved.errors)
    sentences = {name: [str(error)] for name, error in saved.errors.items()}
    changed = {name: error.theirs for name, error in saved.errors.items() if isinstance(error, ChangedMeanwhile)}
    first = next(iter(sentences.values()))[0]
    return JsonResponse(body | {"theirs": changed} | error_body(code, first, sentences), status=status)


def _kind_of(errors: Mapping[str, PortalError]) -> tuple[str, int]:
    return next(
        (code, status) for kind, code, status in ANSWERS if any(isinstance(error, kind) for error in errors.values())
    )


def _lay_over(shown: DaySheet, typed: Mapping[str, str], errors: Mapping[str, PortalError]) -> None:
    """Keep what was typed and not saved, and say why beside it."""
    for row in shown.rows:
        if row.name in errors:
            row.reason, row.error = typed[row.name], str(errors[row.name])
        for cell in row.cells:
            if cell.name in errors:
                cell.text, cell.error = typed[cell.name], str(errors[cell.name])


def _cells(request: HttpRequest, month: Month) -> tuple[list[Figure | Reason], dict[str, PortalError]]:
    """The cells that differ from what the page showed, and by name those that cannot be read."""
    seen = _seen(request)
    cells: list[Figure | Reason] = []
    unreadable: dict[str, PortalError] = {}
    for name, day, what in _named(request, month):
        text = request.POST[name].replace("\0", "")
        try:
            cell = _cell(name, day, what, text, seen.get(name))
        except Invalid as error:
            unreadable[name] = error
        else:
            cells += [cell] if cell else []
    return cells, unreadable


def _named(request: HttpRequest, month: Month) -> Iterator[tuple[str, date, str]]:
    """The fields that name a cell, with the day and what of it."""
    for name in request.POST:
        if not (match := CELL.fullmatch(name)):
            continue
        try:
            yield name, month.first.replace(day=int(match[1])), match[2]
        except ValueError as error:
            raise Invalid(name, _("There is no cell “%(name)s” in this sheet.") % {"name": name}) from error


def _cell(name: str, day: date, what: str, text: str, seen: int | str | None) -> Figure | Reason | None:
    """None if nothing was changed."""
    if what == "reason":
        reason = Reason(name, day, text, str(seen or ""))
        return None if " ".join(text.split()) == reason.seen else reason
    if what not in WorkerGroup.values:
        raise Invalid(name, _("There is no cell “%(name)s” in this sheet.") % {"name": name})
    figure = Figure(name, day, WorkerGroup(what), _count(name, text), int(seen or 0))
    return None if figure.count == figure.seen else figure


def _count(name: str, text: str) -> int:
    """Empty is nobody; full-width digits and separators of thousands are read as spreadsheets write them."""
    plain = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text))
    if plain and not FIGURE.fullmatch(plain):
        raise Invalid(name, _("“%(text)s” is no whole number.") % {"text": text.strip()[:20]})
    return int(plain or 0)


def _seen(request: HttpRequest) -> dict[str, int | str]:
    try:
        seen = json.loads(request.POST.get("seen", ""))
    except (ValueError, RecursionError):
        seen = None
    if not isinstance(seen, dict) or not all(_may_stand(name, value) for name, value in seen.items()):
        raise Invalid("seen", _("The sheet came incomplete; load the page again."))
    return seen


def _may_stand(name: str, value: object) -> bool:
    """Whether a page can have shown this in the cell of that name."""
    return isinstance(value, str) if name.endswith("-reason") else isinstance(value, int) and 0 <= value < 10**9


def _client_key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError as error:
        raise Invalid("client_key", _("The sheet came incomplete; load the page again.")) from error


def _month(text: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if not EARLIEST <= month <= LATEST:
        raise Http404
    return month


def _method(text: str) -> Method:
    if text not in Method.values:
        raise Http404
    return Method(text)


def _address(station: Station, month: Month, method: str) -> str:
    page = reverse("admin:day_sheet", args=[station.code, month])
    return f"{page}?{urlencode({'method': method})}" if method else page


def _sheet_page(
    request: HttpRequest, shown: DaySheet, *, errors: Mapping[str, PortalError] | None = None, status: int = 200
) -> HttpResponse:
    station, month, method = shown.station, shown.month, shown.method
    is_mine = may_record(user_of(request), station)
    return _page(
        request,
        "sheet",
        status=status,
        title=f"{station.name} · {_('Day sheet')} · {month}",
        sheet=shown,
        seen=json.dumps(shown.seen),
        is_mine=is_mine,
        can_write=is_mine and shown.is_writable,
        methods=Method.choices,
        earlier=_address(station, month.plus(-1), method),
        later=_address(station, month.plus(1), method) if month < Month.of(shown.today) else "",
        client_key=uuid4(),
        errors=errors or {},
    )


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context = admin.site.each_context(request) | context
    return render(request, f"admin/day_sheet/{name}.html", context, status=status)
