"""The back office of programmes: their rules, sign and stages, and the plates at a station."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.actions.programmes import OWNERS, create_programme, save_stages, set_sign, update_programme
from partners.admin import plates
from partners.admin.partners import LogoField, logo_shown
from partners.models import Plate, Programme, ProgrammeStage
from partners.policies import may_keep_programme, under_agreement
from partners.progress import Progress, progress_of
from stations.admin.base import LabelledFormSet, ScopedForm, ScopedInline, once, person, scope
from stations.admin.catalogues import CatalogueAdmin
from stations.admin.registry import extend_stations
from stations.forms import WhyField

FACTS = ("code", "name", "name_en", "owner", "colour", "url", "rules", "order")


class ProgrammeForm(ScopedForm):
    new_logo = LogoField(
        label=gettext_lazy("new sign"),
        required=False,
        help_text=gettext_lazy("As it hangs at the door. JPEG, PNG or WebP; it replaces the old one."),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("without a sign"), required=False)
    url = forms.URLField(label=gettext_lazy("web page"), required=False, assume_scheme="https")
    reason = WhyField()

    class Meta:
        model = Programme
        fields = FACTS


class StageInline(ScopedInline):
    """From the pilot to the roll-out; how far it is stands above."""

    model = ProgrammeStage
    fields = ["kind", "within", "first", "last", "goal", "note"]
    autocomplete_fields = ["within"]
    ordering = ["first", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("within")


def told(progress: Progress) -> str:
    """How far a stage is, in words."""
    numbers = {"reached": progress.reached, "goal": progress.stage.goal, "share": progress.share}
    if progress.is_to_come:
        return _("to come: %(goal)s stations") % numbers
    if progress.is_reached:
        return _("%(reached)s of %(goal)s stations: reached") % numbers
    if progress.is_over:
        return _("%(reached)s of %(goal)s stations (%(share)s %%): not reached in time") % numbers
    if progress.is_behind:
        behind = numbers | {"due": progress.due}
        return _("%(reached)s of %(goal)s stations (%(share)s %%): behind, %(due)s would be even pace") % behind
    return _("%(reached)s of %(goal)s stations (%(share)s %%): on the way") % numbers


class StageFilter(admin.SimpleListFilter):
    """Of the programmes whose stages are the person's to bring on."""

    title = gettext_lazy("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("behind", _("Behind, of my units"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.behind_for(person(request)) if self.value() == "behind" else queryset


@admin.register(Programme)
class ProgrammeAdmin(CatalogueAdmin):
    form = ProgrammeForm
    inlines = [StageInline]
    list_display = ["__str__", "code", "owner", "colour", "stations"]
    list_filter = [StageFilter]
    list_select_related = ["owner"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]
    autocomplete_fields = ["owner"]
    read_only_reason = gettext_lazy("Administrators keep the list of programmes; a programme's owner writes its rules.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        today = timezone.localdate()
        hanging = Q(plates__since__lte=today) & (Q(plates__until=None) | Q(plates__until__gte=today))
        rows = super().get_queryset(request).select_related("owner")
        counted = Count("plates__station", filter=hanging, distinct=True)
        return rows.annotate(bearing=counted)  # type: ignore[no-any-return]  # any model's

    @admin.display(description=gettext_lazy("stations"), ordering="bearing")
    def stations(self, programme: Any) -> int:
        """That bear its plate today."""
        return int(programme.bearing)

    @admin.display(description=gettext_lazy("present sign"))
    def shown_sign(self, programme: Programme) -> str:
        return logo_shown(programme)

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, programme: Programme) -> str:
        found = progress_of(programme.stages.order_by("first", "pk"), timezone.localdate())
        lines = ((one.stage, _("until"), one.stage.last, told(one)) for one in found)
        return format_html_join("", "<p>{} ({} {}) · {}</p>", lines) or "—"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = list(self._without_code(request, FACTS))
        if obj is None:
            return [*facts, "new_logo", "reason"]
        if not self.may_write(request, obj):
            return [*facts, "shown_sign", "progress"]
        without = ["no_logo"] if obj.logo_key else []
        return [*facts, "shown_sign", "new_logo", *without, "progress", "reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["shown_sign", "progress"]
        if obj is None or scope(request).everything:
            return shown
        return [*shown, *(name for name in FACTS if name not in OWNERS)]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [StageInline] if obj else []

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().may_write(request)
        return once(request, ("programme", obj.pk), lambda: may_keep_programme(person(request), obj))

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None or obj.owner is None:
            return super().why_read_only(request)
        return _("Officers of %(owner)s, which owns the programme, write its rules, sign and stages.") % {
            "owner": obj.owner
        }

    def get_urls(self) -> list[URLPattern]:
        pages = self.admin_site.admin_view(plates.plates)
        return [path("plates/", pages, name="partners_plates"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given, by = form.cleaned_data, person(request)
        facts: Any = {name: given[name] for name in FACTS if name in given}
        if change:
            programme = update_programme(by=by, programme=obj, reason=given["reason"], **facts)
        else:
            programme = create_programme(by=by, reason=given["reason"], **facts)
        if given["new_logo"] or given.get("no_logo"):
            programme = set_sign(by=by, programme=programme, picture=given["new_logo"], reason=given["reason"])
        obj.__dict__.update(programme.__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        stages = [*(row for row, _changed in formset.changed_objects), *formset.new_objects]
        if stages or formset.deleted_objects:
            save_stages(
                by=person(request),
                programme=form.instance,
                stages=stages,
                removed=formset.deleted_objects,
                reason=form.cleaned_data["reason"],
            )


class PlateForm(ScopedForm):
    """What hangs under an agreement follows that; only its number is written by hand."""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.instance.agreement_id and set(self.changed_data) - {"number"}:
            raise forms.ValidationError(under_agreement(self.instance))
        return values


class PlateFormSet(LabelledFormSet):
    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.agreement_id:
                raise forms.ValidationError(under_agreement(form.instance))


class PlateInline(ScopedInline):
    """The plates that hang, or hung, at a station."""

    model = Plate
    form = PlateForm
    formset = PlateFormSet
    fields = ["programme", "number", "since", "until", "granted_by", "agreement"]
    readonly_fields = ["agreement"]
    autocomplete_fields = ["programme", "granted_by"]
    ordering = ["-since", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("programme", "granted_by", "agreement")


extend_stations(inlines=(PlateInline,))
