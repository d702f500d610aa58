"""The page of one target: how far it has come, month by month, and its parts for the units below."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from reports.actions.targets import give_parts
from reports.models import Target
from reports.targets.chart import chart_of
from reports.targets.parts import Parts, Share, parts_of
from reports.targets.policies import may_give, may_set, who_sets, why_not_now
from reports.targets.progress import Progress, Stage, progress_of
from reports.targets.words import amount
from services.fields import text_of
from stations.admin.base import in_scope, person, scope
from stations.admin.steps import step

MOST_DIGITS = 10


@dataclass(frozen=True)
class Line:
    """One month of the table behind the drawing; `url` leads to the rows that make `alone`."""

    month: str
    alone: str
    reached: str
    due: str
    is_short: bool
    url: str


def find(request: HttpRequest, pk: int) -> Target:
    seen = in_scope(Target, request).select_related("unit", "part_of__unit", "standing")
    return get_object_or_404(seen, pk=pk)


def address(target: Target) -> str:
    return reverse("admin:target_progress", args=[target.pk])


@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, find(request, pk))


def _page(request: HttpRequest, found: Target, error: PortalError | None = None) -> HttpResponse:
    """Constant in queries, whatever stands below; with the parts as they were typed, if those were refused."""
    today, user = timezone.localdate(), person(request)
    [one] = progress_of([found], today)
    is_inside = scope(request).everything or any(found.unit.path.startswith(path) for path in scope(request).paths)
    late = why_not_now(found.year, today)
    may_change = not late and may_set(user, found)
    context = {
        "opts": Target._meta,
        "title": f"{found.unit} · {one.metric.title} · {found.year}",
        "target": found,
        "progress": one,
        "metric": one.metric,
        "figures": _figures(one),
        "chart": chart_of(one),
        "lines": [_line(one, stage, is_inside=is_inside) for stage in one.stages],
        "parts": _shown(parts_of(found, today), request.POST if error else None) if is_inside else None,
        "error": str(error or ""),
        "may_give": not late and may_give(user, found),
        "may_change": may_change,
        "why_read_only": "" if may_change or (may_give(user, found) and not late) else late or who_sets(found),
    }
    context = admin.site.each_context(request) | context
    return render(request, "admin/reports/target/progress.html", context, status=400 if error else 200)


def _figures(one: Progress) -> dict[str, str]:
    code = one.target.metric
    return {
        "goal": amount(code, one.target.goal),
        "value": amount(code, one.value),
        "expected": amount(code, one.expected),
    }


def _line(one: Progress, stage: Stage, *, is_inside: bool) -> Line:
    code = one.target.metric
    return Line(
        str(stage.month),
        amount(code, stage.alone),
        amount(code, stage.reached),
        amount(code, stage.due),
        stage.is_short,
        _rows_url(one, stage) if is_inside and stage.alone else "",
    )


def _rows_url(one: Progress, stage: Stage) -> str:
    metric = one.metric
    if not metric.page:
        return ""
    asked = {**metric.query, metric.unit_filter: one.target.unit.code, "month": str(stage.month)}
    return f"{reverse(f'admin:{metric.page}_changelist')}?{urlencode(asked)}"


def _shown(parts: Parts, typed: QueryDict | None) -> dict[str, Any]:
    code = parts.target.metric
    return {
        "is_given": parts.is_given,
        "without": parts.without,
        "is_whole": parts.cover.is_whole,
        "given": amount(code, parts.cover.given),
        "missing": amount(code, parts.cover.missing),
        "lines": [
            {
                "unit": share.unit,
                "stations": share.stations,
                "last_year": amount(code, share.last_year),
                "goal": _plain(share.goal),
                "offered": _offered(parts, share) if typed is None else typed.get(f"goal-{share.unit.pk}", ""),
                "reached": amount(code, share.part.value) if share.part else "",
                "percent": share.part.percent if share.part else None,
                "is_behind": bool(share.part and share.part.is_behind),
                "url": address(share.part.target) if share.part else "",
            }
            for share in parts.shares
        ],
    }


def _offered(parts: Parts, share: Share) -> str:
    """What stands in the field: the part, or before any was given the one that is suggested."""
    return _plain(share.goal if parts.is_given else (share.suggested or None) if share.stations else None)


def _plain(value: Decimal | None) -> str:
    """As it is typed."""
    if value is None:
        return ""
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def _typed(request: HttpRequest, found: Target, error: PortalError) -> HttpResponse | None:
    """Nobody types the parts of sixteen cities twice because one of them was wrong."""
    return None if isinstance(error, Refused) else _page(request, found, error)


@step(find, address, _typed)
def parts(request: HttpRequest, found: Target) -> tuple[str, str]:
    goals = {int(key): _goal(request, key) for key in _asked(request.POST.getlist("unit"))}
    given = give_parts(target=found, goals=goals, by=person(request), today=timezone.localdate())
    sentence = ngettext("%(count)d part was set.", "%(count)d parts were set.", given.set) % {"count": given.set}
    if given.taken_back:
        sentence += " " + _("Taken back: %(count)d.") % {"count": given.taken_back}
    return sentence, address(found)


def _asked(keys: Sequence[str]) -> list[str]:
    if any(not key.isdecimal() or len(key) > MOST_DIGITS for key in keys):
        raise Invalid("unit", _("Choose from the list."))
    return list(keys)


def _goal(request: HttpRequest, key: str) -> Decimal | None:
    """Nothing, or 0, is no part."""
    text = text_of(request, f"goal-{key}").replace(",", "").replace("，", "")
    if not text:
        return None
    whole, _point, rest = text.partition(".")
    if not (whole.isdecimal() and whole.isascii() and len(whole) <= MOST_DIGITS) or not _is_rest(rest):
        raise Invalid("goal", _("A goal is a number such as 100 or 92.5; “%(text)s” is none.") % {"text": text[:20]})
    return Decimal(text) or None


def _is_rest(text: str) -> bool:
    return len(text) <= 2 and (not text or (text.isdecimal() and text.isascii()))
