"""Agreements: a list, a form for what they say, and a page for how they are kept and what can be done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.agreements import SIGNED_STAYS, Facts, change_agreement, draft_agreement
from partners.actions.terms import change_promise, drop_promise, drop_station, name_station, promise
from partners.admin import agreement_pages as pages
from partners.agreement_choices import AgreementState
from partners.agreement_forms import evidence_choices
from partners.agreement_policies import is_over, may_keep, may_read_papers, who_keeps, why_over
from partners.models import Agreement, AgreementStation, Obligation, Partner
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, ScopedInline, is_officer, once, person, scope
from stations.admin.filters import MonthFilter, UnitThenFilter
from stations.choices import Role
from stations.models import Unit, User

FACTS = tuple(Facts.__annotations__)
TERMS = ("what", "quantity", "period", "since", "until")
WHO_MAKES = _("Agreements are made by officers, for the units in whose care they are.")


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, state.label) for state in AgreementState]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(state=self.value()) if self.value() else queryset


class NamedInline(ScopedInline):
    model = AgreementStation
    fields = ["station", "since", "until"]
    autocomplete_fields = ["station"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station", "agreement")


class ObligationForm(ScopedForm):
    """Where the evidence comes from is one choice: what is counted, and of what in particular."""

    evidence = forms.ChoiceField(label=_("evidence"), required=False, choices=evidence_choices)

    class Meta:
        model = Obligation
        fields = (*TERMS, "stations")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.metric:
            self.initial.setdefault("evidence", f"{self.instance.metric}:{self.instance.detail}")

    def said(self) -> dict[str, Any]:
        metric, _colon, detail = self.cleaned_data["evidence"].partition(":")
        said = {name: self.cleaned_data[name] for name in TERMS}
        return said | {"metric": metric, "detail": detail, "stations": self.cleaned_data["stations"]}


class ObligationInline(ScopedInline):
    model = Obligation
    form = ObligationForm
    fields = ["what", "evidence", "quantity", "period", "since", "until", "stations"]
    autocomplete_fields = ["stations"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("agreement").prefetch_related("stations")


def _save_stations(by: User, formset: Any) -> None:
    for row in formset.deleted_objects:
        drop_station(row=row, by=by)
    for row, changed in formset.changed_objects:
        if "station" in changed:
            drop_station(row=AgreementStation.objects.get(pk=row.pk), by=by)
    rows = [*(row for row, _changed in formset.changed_objects), *formset.new_objects]
    for row in rows:
        name_station(agreement=formset.instance, station=row.station, since=row.since, until=row.until, by=by)


def _save_obligations(by: User, formset: Any) -> None:
    for row in formset.deleted_objects:
        drop_promise(obligation=row, by=by)
    for form in formset.forms:
        if form in formset.deleted_forms or not form.has_changed():
            continue
        if form.instance.pk:
            change_promise(obligation=form.instance, by=by, **form.said())
        else:
            promise(agreement=formset.instance, by=by, **form.said())


SAVES = {AgreementStation: _save_stations, Obligation: _save_obligations}


@admin.register(Agreement)
class AgreementAdmin(ScopedHistoryAdmin):
    """Opened from the list it shows how the agreement is kept; what it says is changed on a form behind that."""

    form = ScopedForm
    inlines = [NamedInline, ObligationInline]
    list_display = ["title", "kind", "unit", "partner", "since", "until", "shown_state"]
    list_filter = [StateFilter, "kind", MonthFilter, UnitThenFilter]
    list_select_related = ["unit", "partner"]
    search_fields = ["title", "number", "unit__name", "partner__name"]
    ordering = ["-since", "-pk"]
    autocomplete_fields = ["unit", "partner", "more_partners", "programme", "own_programme", "covered_unit"]
    fieldsets = [
        (None, {"fields": [("kind", "number"), "title", ("unit", "partner"), "more_partners"]}),
        (_("Dates"), {"fields": [("since", "until")]}),
        (_("What it holds for"), {"fields": ["covered_unit", ("programme", "own_programme")]}),
        (_("In words"), {"fields": ["summary", "remark"]}),
    ]
    read_only_reason = WHO_MAKES

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        return [
            *pages.urls(protect),
            path("<int:pk>/edit/", protect(self.edit), name="agreement_edit"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_state(timezone.localdate())  # type: ignore[no-any-return]  # a queryset method

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: Any) -> str:
        return str(AgreementState(row.state).label)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = None if request.method == "POST" else self.get_object(request, object_id)
        return (
            super().change_view(request, object_id, form_url, extra_context)
            if row is None
            else pages.agreement(request, row)
        )

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form of what it says; it is sent to the address of the row."""
        row = self.get_object(request, str(pk))
        if row is not None and not self.has_change_permission(request, row):
            raise PermissionDenied(self.why_read_only(request, row))
        return super().change_view(request, str(pk), reverse("admin:partners_agreement_change", args=[pk]))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The remark stands in it, which whoever only has a station covered does not read."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and not may_read_papers(person(request), row):
            raise PermissionDenied(who_keeps(row))
        return super().history_view(request, object_id, extra_context)

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return once(request, ("agreement", obj.pk), lambda: may_keep(person(request), obj)) and not is_over(
            obj, timezone.localdate()
        )

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None:
            return str(WHO_MAKES)
        return why_over(obj) if is_over(obj, timezone.localdate()) else who_keeps(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return SIGNED_STAYS if obj and obj.signed_date else ()

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name in {"unit", "covered_unit"} and not scope(request).everything:
            units: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(Role.OFFICER))
            return units
        if db_field.remote_field.model is Partner:
            return Partner.objects.visible_to(person(request)).in_use()
        return super().choices_of(db_field, request)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self.choices_of(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_actions(self, request: HttpRequest) -> Any:
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, more = person(request), form.cleaned_data["more_partners"]
        facts: Any = {name: getattr(obj, name) for name in FACTS}
        if change:
            change_agreement(agreement=obj, by=by, more_partners=more, **facts)
        else:
            obj.pk = draft_agreement(by=by, more_partners=more, **facts).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The partners are saved with the agreement, in its action."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        SAVES[formset.model](person(request), formset)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._on_its_page(
            request, obj, gettext("The draft is made. Add the papers and sign it, when it is ready.")
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._on_its_page(request, obj, gettext("Saved."))

    def _on_its_page(self, request: HttpRequest, obj: Any, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        return HttpResponseRedirect(reverse("admin:partners_agreement_change", args=[obj.pk]))
