"""Batches of money, and the list of grants."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.months import Month
from services.actions.grants import refuse_less_than_granted, save_batch
from services.admin import grant_pages as pages
from services.grant_choices import GrantState
from services.grant_policies import may_give
from services.grant_querysets import DECIDING, took
from services.models import Grant, GrantBatch
from stations.admin.base import (
    OwnPageAdmin,
    QueueFilter,
    ScopedForm,
    ScopedHistoryAdmin,
    is_officer,
    person,
    scope,
)
from stations.admin.filters import MonthFilter
from stations.admin.queues import UnitFilter
from stations.models import Unit


class StateFilter(QueueFilter):
    begins_with = _("Under way")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in GrantState), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset.exclude(state__in=[GrantState.ACCOUNTED, GrantState.REFUSED])
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class WorkFilter(admin.SimpleListFilter):
    """What waits for this person; the numbers of the desk lead here."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("decide", _("To decide by me")), ("pay", _("Approved, to be paid")), ("account", _("To account for"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "decide":
                return queryset.to_decide(person(request))
            case "pay":
                return queryset.to_pay(person(request))
            case "account":
                return queryset.to_account(person(request))
        return queryset


def in_yuan(sum_of_money: Decimal | None) -> str:
    return "" if sum_of_money is None else f"{sum_of_money:,.2f}"


class GivenByFilter(UnitFilter):
    """Out of batches of a unit, with all below it."""

    parameter_name = "giver"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.given_by((self.unit.path,)) if self.unit else queryset.none()


class StepMonthFilter(MonthFilter):
    """By the day on which a step was taken, whose name the parameter is."""

    def of_month(self, queryset: Any, month: Month) -> Any:
        return queryset.with_steps(month.first, month.last).filter(took(self.parameter_name))


class ApprovedFilter(StepMonthFilter):
    title, parameter_name = _("approved in"), "granted"


class PaidFilter(StepMonthFilter):
    title, parameter_name = _("paid in"), "paid"


class AccountedFilter(StepMonthFilter):
    title, parameter_name = _("accounted for in"), "spent"


@admin.register(Grant)
class GrantAdmin(OwnPageAdmin):
    """Everybody sees the grants of the stations in their scope, and those out of batches of their units."""

    read_only_reason = _("Officers apply for money on the page of its batch; what happens to a grant is on its own.")
    list_display = ["station", "batch", "state", "asked", "approved", "paid_date", "spent"]
    list_filter = [StateFilter, WorkFilter, "batch__kind", "batch__year", GivenByFilter, MonthFilter]
    list_filter += [ApprovedFilter, PaidFilter, AccountedFilter]
    list_select_related = ["station", "batch"]
    search_fields = ["station__name", "station__code", "batch__title"]
    ordering = ["-applied_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [path(f"<int:pk>/{name}/", protect(view), name=f"grant_{name}") for name, view in pages.STEPS.items()]
        return [*own, path("paper/<int:pk>/", protect(pages.paper), name="grant_paper"), *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.grant(request, row)

    @admin.display(description=_("asked (yuan)"), ordering="amount_asked")
    def asked(self, row: Any) -> str:
        return in_yuan(row.amount_asked)

    @admin.display(description=_("approved (yuan)"), ordering="amount")
    def approved(self, row: Any) -> str:
        return in_yuan(row.amount)

    @admin.display(description=_("spent (yuan)"), ordering="amount_spent")
    def spent(self, row: Any) -> str:
        return in_yuan(row.amount_spent)


class BatchForm(ScopedForm):
    """What is wrong is said beside the field, with all that was typed."""

    def clean_budget(self) -> Decimal:
        budget: Decimal = self.cleaned_data["budget"]
        try:
            refuse_less_than_granted(self.instance, budget)
        except PortalError as error:
            raise forms.ValidationError(str(error)) from error
        return budget


@admin.register(GrantBatch)
class GrantBatchAdmin(ScopedHistoryAdmin):
    """Announced by officers and officials of the unit that gives; applied for on a page of its own."""

    form = BatchForm
    read_only_reason = _("Officers and officials of the unit that gives announce its money and say how it is given.")
    list_display = ["title", "kind", "year", "unit", "budget_in_yuan", "granted", "paid", "spent", "apply"]
    list_filter = ["kind", "year"]
    list_select_related = ["unit"]
    search_fields = ["title", "unit__name"]
    fields = ["title", "kind", "unit", "year", "budget", "until", "terms"]
    ordering = ["-year", "title", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_sums()  # type: ignore[no-any-return]  # a queryset method

    def get_list_display(self, request: HttpRequest) -> Any:
        """Officers apply; nobody else is offered a page that refuses them."""
        names = super().get_list_display(request)
        return names if is_officer(request) else [name for name in names if name != "apply"]

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/apply/", self.admin_site.admin_view(pages.apply), name="grant_apply"),
            *super().get_urls(),
        ]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return may_give(person(request), obj.unit)
        return scope(request).everything or bool(scope(request).paths_as(*DECIDING))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose money it is, and for what, stays as it was announced."""
        return ["kind", "unit", "year"] if obj else []

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "unit" or scope(request).everything:
            return super().choices_of(db_field, request)
        own: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(*DECIDING))
        return own

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_batch(batch=obj, by=person(request))

    @admin.display(description=_("budget (yuan)"), ordering="budget")
    def budget_in_yuan(self, row: Any) -> str:
        return in_yuan(row.budget)

    @admin.display(description=_("granted (yuan)"))
    def granted(self, row: Any) -> str:
        return in_yuan(row.granted)

    @admin.display(description=_("paid (yuan)"))
    def paid(self, row: Any) -> str:
        return in_yuan(row.paid)

    @admin.display(description=_("spent (yuan)"))
    def spent(self, row: Any) -> str:
        return in_yuan(row.spent)

    @admin.display(description=_("application"))
    def apply(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:grant_apply", args=[row.pk]), _("Apply"))
