"""The list of bundles of reports, and the page of each: how far it is, what is in it, and who took it along."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from reports.actions.bundles import KEPT
from reports.choices import BundleState
from reports.models import Bundle
from reports.policies import may_cancel, who_cancels
from stations.admin.base import OwnPageAdmin, person
from stations.admin.filters import MonthFilter
from stations.models import Download

SHOWN_TAKERS = 20


class MineFilter(admin.SimpleListFilter):
    """What one asked for oneself."""

    title = _("asked for by")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Asked for by me"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(asked_by=person(request)) if self.value() == "me" else queryset


@admin.register(Bundle)
class BundleAdmin(OwnPageAdmin):
    """Read by whoever reads the report of the unit or division, also when somebody else asked for it."""

    read_only_reason = _("A bundle is asked for on the page of a month report, and made by the portal.")
    list_display = ["about", "month_name", "formats_name", "state", "asked_by", "asked_at", "weight"]
    list_filter = ["state", MineFilter, MonthFilter]
    list_select_related = ["unit", "division", "asked_by"]
    search_fields = ["unit__name", "unit__code", "division__name", "division__code"]
    ordering = ["-asked_at", "pk"]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return _page(request, row)

    @admin.display(description=_("unit or division"))
    def about(self, row: Bundle) -> str:
        return row.subject.name

    @admin.display(description=_("month"), ordering="month")
    def month_name(self, row: Bundle) -> str:
        return str(Month.of(row.month))

    @admin.display(description=_("formats"), ordering="formats")
    def formats_name(self, row: Bundle) -> str:
        return row.formats_text

    @admin.display(description=_("size"), ordering="size")
    def weight(self, row: Bundle) -> Any:
        return "—" if row.size is None else filesizeformat(row.size)


def _page(request: HttpRequest, row: Bundle) -> HttpResponse:
    rows: Any = Bundle.objects.all()
    bundle: Bundle = rows.visible_to(person(request)).whole().get(pk=row.pk)
    is_ready, is_cancellable = bundle.state == BundleState.READY, bundle.is_being_made
    is_mine = may_cancel(person(request), bundle)
    context = {
        "opts": Bundle._meta,
        "title": str(bundle),
        "bundle": bundle,
        "month": Month.of(bundle.month),
        "is_ready": is_ready,
        "expires_at": bundle.ready_at + KEPT if is_ready and bundle.ready_at else None,
        "may_cancel": is_cancellable and is_mine,
        "why_read_only": who_cancels(bundle) if is_cancellable and not is_mine else "",
        "parts": list(bundle.parts.select_related("unit", "division").order_by("number")),
        "takers": _takers(request, bundle),
        "kept_days": KEPT.days,
    }
    return render(request, "admin/reports/bundle/page.html", admin.site.each_context(request) | context)


def _takers(request: HttpRequest, bundle: Bundle) -> QuerySet[Download] | list[Download]:
    """Who took it along, of those whose downloads the person sees."""
    if not (bundle.sha256 and bundle.ready_at):
        return []
    rows: Any = Download.objects.all()
    taken = rows.visible_to(person(request)).filter(at__gte=bundle.ready_at, at__lte=bundle.ready_at + KEPT * 2)
    return taken.filter(sha256=bundle.sha256).select_related("user").order_by("-at", "-pk")[:SHOWN_TAKERS]  # type: ignore[no-any-return]  # a queryset method
