"""Contests: announced by a form, with a page of their ranking."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.months import Month
from reports.actions.contests import freeze_contest, honour_winners, save_contest
from reports.contests import standings
from reports.metrics import METRICS, fair_metrics
from reports.models import Contest
from reports.policies import may_hold, who_holds
from reports.querysets import ACTIVE, contest_steps
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, in_scope, person, scope
from stations.admin.steps import step
from stations.models import Unit

MONTHS = ("%Y-%m", "%Y-%m-%d")
"""As the field of a browser sends a month, and as one is typed where it has none."""


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return day and day.replace(day=1)


class ContestForm(ScopedForm):
    metric = forms.ChoiceField(label=gettext_lazy("Compared by"))
    first = MonthField(label=gettext_lazy("First month"), input_formats=MONTHS)
    last = MonthField(label=gettext_lazy("Last month"), input_formats=MONTHS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("metric")
        if isinstance(field, forms.ChoiceField):
            field.choices = [(metric.code, metric.title) for metric in fair_metrics()]


class WorkFilter(admin.SimpleListFilter):
    """What waits for this person; the numbers of the desk lead here."""

    title = gettext_lazy("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("freeze", _("Over, to be frozen")), ("honour", _("Frozen, honours to be given"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        key, today = self.value(), timezone.localdate()
        return queryset.work(key, person(request), today) if key in contest_steps(today) else queryset


READ_AS = {"metric": "compared_by", "first": "from_month", "last": "to_month"}


@admin.register(Contest)
class ContestAdmin(ScopedHistoryAdmin):
    """Held by officers and officials of a unit, among the units right below it."""

    form = ContestForm
    read_only_reason = gettext_lazy("Officers and officials of the unit that holds it change it until it is frozen.")
    list_display = ["title", "unit", "compared_by", "from_month", "to_month", "frozen_at", "ranking"]
    list_filter = [WorkFilter]
    list_select_related = ["unit"]
    search_fields = ["title", "unit__name"]
    fields = ["title", "unit", "metric", "first", "last", "terms", "award", "level", "winners"]
    ordering = ["-last", "title", "pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("<int:pk>/ranking/", protect(ranking), name="contest_ranking"),
            path("<int:pk>/freeze/", protect(freeze), name="contest_freeze"),
            path("<int:pk>/honour/", protect(honour), name="contest_honour"),
        ]
        return [*own, *super().get_urls()]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return obj.frozen_at is None and may_hold(person(request), obj.unit)
        return scope(request).everything or bool(scope(request).paths_as(*ACTIVE))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads is told by its title what is compared, not by its code, and the months as months."""
        fields: Any = super().get_fields(request, obj)
        if self.may_write(request, obj):
            return fields
        return [READ_AS.get(name, name) for name in fields]

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "unit" or scope(request).everything:
            return super().choices_of(db_field, request)
        own: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(*ACTIVE))
        return own

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_contest(contest=obj, by=person(request))

    @admin.display(description=gettext_lazy("compared by"))
    def compared_by(self, row: Any) -> str:
        return str(METRICS[row.metric].title) if row.metric in METRICS else str(row.metric)

    @admin.display(description=gettext_lazy("from"), ordering="first")
    def from_month(self, row: Any) -> str:
        return str(Month.of(row.first))

    @admin.display(description=gettext_lazy("to"), ordering="last")
    def to_month(self, row: Any) -> str:
        return str(Month.of(row.last))

    @admin.display(description=gettext_lazy("ranking"))
    def ranking(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', _address(row), _("Ranking"))


def _find(request: HttpRequest, pk: int) -> Contest:
    return get_object_or_404(in_scope(Contest, request).select_related("unit", "frozen_by"), pk=pk)


def _address(found: Contest) -> str:
    return reverse("admin:contest_ranking", args=[found.pk])


@never_cache
@require_safe
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """The places, what they are made of, and what can be done with them now."""
    found, today = _find(request, pk), timezone.localdate()
    is_mine, is_over = may_hold(person(request), found.unit), found.months[1].last < today
    may_freeze = is_mine and is_over and not found.frozen_at
    may_honour = is_mine and bool(found.frozen_at) and not found.honoured_at
    context = {
        "opts": Contest._meta,
        "title": f"{found} · {_('Ranking')}",
        "contest": found,
        "metric": METRICS[found.metric],
        "months": [str(month) for month in found.months],
        "standings": standings(found),
        "may_freeze": may_freeze,
        "may_honour": may_honour,
        "why_read_only": "" if may_freeze or may_honour else _why_not(found, is_mine=is_mine),
    }
    return render(request, "admin/reports/contest/ranking.html", admin.site.each_context(request) | context)


def _why_not(found: Contest, *, is_mine: bool) -> str:
    if found.honoured_at:
        return _("The result is frozen, and the honours were given.")
    if not is_mine:
        return who_holds(found.unit)
    return _("It runs on: the ranking follows the figures, and is frozen when the last month is over.")


@step(_find, _address)
def freeze(request: HttpRequest, found: Contest) -> tuple[str, str]:
    freeze_contest(contest=found, by=person(request), today=timezone.localdate())
    return _("The result is frozen."), _address(found)


@step(_find, _address)
def honour(request: HttpRequest, found: Contest) -> tuple[str, str]:
    count = len(honour_winners(contest=found, by=person(request)))
    sentence = ngettext("%(count)d honour was given.", "%(count)d honours were given.", count) % {"count": count}
    return sentence, _address(found)
