"""The back office of partners: what the public reads of them, and for staff whom to call there."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Invalid
from partners.actions.logos import read_logo
from partners.actions.partners import create_partner, save_partner_rows, set_partner_logo, update_partner
from partners.admin import partner_merging
from partners.agreement_choices import AgreementState
from partners.alike import alike
from partners.models import Agreement, Partner, PartnerContact, PartnerMember
from partners.models.partners import WithLogo
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, ScopedInline, in_scope, is_officer, person, scope
from stations.choices import Role
from stations.forms import WhyField
from stations.models import Unit

FACTS = ("name", "short_name", "kind", "kept_by", "unit", "division", "brings", "url", "member_count", "is_public")

MOST_AGREEMENTS = 30
MOST_ALIKE = 5


class LogoField(forms.FileField):
    """One picture, read and made small when the form is checked."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return read_logo(upload)
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error


def logo_shown(row: WithLogo) -> str | SafeString:
    """As the form shows it."""
    if not row.logo_url:
        return "—"
    width = min(row.logo_width, 160)
    height = round(row.logo_height * width / row.logo_width)
    return format_html('<img src="{}" alt="{}" width="{}" height="{}">', row.logo_url, row, width, height)


class PartnerForm(ScopedForm):
    new_logo = LogoField(
        label=gettext_lazy("logo"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP; it replaces the old one."),
    )
    url = forms.URLField(label=gettext_lazy("web page"), required=False, assume_scheme="https")
    no_logo = forms.BooleanField(label=gettext_lazy("without a logo"), required=False)
    reason = WhyField()

    class Meta:
        model = Partner
        fields = FACTS

    def _get_validation_exclusions(self) -> set[str]:
        """Whether the name is taken asks for what is not merged, which is no field of the form."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return excluded - {"merged_into"}


class ContactInline(ScopedInline):
    model = PartnerContact
    fields = ["name", "post", "phone", "email", "note"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("partner")


class MemberInline(ScopedInline):
    model = PartnerMember
    fk_name = "association"
    fields = ["member_unit", "member_partner", "since", "until"]
    autocomplete_fields = ["member_unit", "member_partner"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("association", "member_unit", "member_partner")


class InUseFilter(admin.SimpleListFilter):
    """Without those that were merged into others, unless they are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("public", _("public")), ("inside", _("not public")), ("merged", _("merged into another"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "merged":
            return queryset.exclude(merged_into=None)
        rows = queryset.in_use()
        return rows.filter(is_public=self.value() == "public") if self.value() in {"public", "inside"} else rows


@admin.register(Partner)
class PartnerAdmin(ScopedHistoryAdmin):
    """Officers write the partners that their units keep; whom to call there is seen in that unit's line alone."""

    form = PartnerForm
    inlines = [ContactInline, MemberInline]
    list_display = ["name", "kind", "kept_by", "division", "is_public"]
    more_columns = ["code", "unit", "member_count", "member_rows"]
    list_filter = [InUseFilter, "kind"]
    list_select_related = ["kept_by", "division", "unit"]
    search_fields = ["name", "short_name", "code", "brings"]
    ordering = ["kind", "name", "pk"]
    autocomplete_fields = ["kept_by", "unit", "division"]
    readonly_fields = ["code", "shown_logo"]
    read_only_reason = gettext_lazy("Officers write the partners that their units keep.")

    @admin.display(description=gettext_lazy("logo"))
    def shown_logo(self, partner: Partner) -> str:
        return logo_shown(partner)

    @admin.display(description=gettext_lazy("members listed"), ordering="listed")
    def member_rows(self, partner: Any) -> int:
        return int(partner.listed)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("kept_by", "division", "unit", "merged_into")
        return rows.annotate(listed=Count("members", distinct=True))  # type: ignore[no-any-return]  # any model's

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [*FACTS, "new_logo", "reason"]
        if not self.may_write(request, obj):
            return [*FACTS, "code", "shown_logo"]
        without = ["no_logo"] if obj.logo_key else []
        return [*FACTS, "shown_logo", "new_logo", *without, "code", "reason"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Contacts are for those whose unit keeps the partner, or a unit above it."""
        if obj is None or not self._is_own(request, obj):
            return []
        is_association = obj.kind == "association" or obj.members.exists()
        return [ContactInline, MemberInline] if is_association else [ContactInline]

    def _is_own(self, request: HttpRequest, partner: Partner) -> bool:
        own = scope(request)
        return own.everything or partner.kept_by.path.startswith(own.paths)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the agreements with it below the form, and above it who may be the same one."""
        row = None if request.method == "POST" else self.get_object(request, unquote(object_id))
        about = self._about(request, row) if row else {}
        return super().change_view(request, object_id, form_url, about | (extra_context or {}))

    def _about(self, request: HttpRequest, partner: Partner) -> dict[str, Any]:
        rows: Any = in_scope(Agreement, request)
        seen = rows.with_partner(partner).with_state(timezone.localdate())
        agreements = list(seen.select_related("unit").order_by("-since", "-pk")[: MOST_AGREEMENTS + 1])
        others = [] if partner.merged_into_id else alike(partner, person(request))[:MOST_ALIKE]
        return {
            "agreements": [(row, AgreementState(row.state).label) for row in agreements[:MOST_AGREEMENTS]],
            "has_more_agreements": len(agreements) > MOST_AGREEMENTS,
            "alike": [(other, self.may_write(request, other)) for other in others],
        }

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return not obj.merged_into_id and scope(request).holds(obj.kept_by.path, Role.OFFICER)

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None:
            return super().why_read_only(request)
        if obj.merged_into_id:
            return _("Merged into “%(into)s”, where it is written now.") % {"into": obj.merged_into}
        return _("Officers of %(unit)s keep this partner right.") % {"unit": obj.kept_by}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever belongs to one unit alone need not say which."""
        own = scope(request).paths_as(Role.OFFICER)
        unit = Unit.objects.filter(path__in=own).first() if len(own) == 1 else None
        return super().get_changeform_initial_data(request) | ({"kept_by": unit.pk} if unit else {})

    def get_urls(self) -> list[URLPattern]:
        merge = self.admin_site.admin_view(partner_merging.merge)
        return [path("<int:pk>/merge/", merge, name="merge_partners"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, given, reason = person(request), form.cleaned_data, form.cleaned_data["reason"]
        facts: Any = {name: given[name] for name in FACTS}
        partner = (
            update_partner(by=by, partner=obj, reason=reason, **facts)
            if change
            else create_partner(by=by, reason=reason, **facts)
        )
        if given["new_logo"] or given.get("no_logo"):
            partner = set_partner_logo(by=by, partner=partner, picture=given["new_logo"], reason=reason)
        obj.__dict__.update(partner.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if other := alike(obj, person(request)).first():
            address = reverse("admin:partners_partner_change", args=[obj.pk])
            sentence = _("“{name}” stands here already. Is it the same one? Its page says how to merge them.")
            messages.warning(request, format_html('<a href="{}">{}</a>', address, sentence.format(name=other)))
        return super().response_add(request, obj, post_url_continue)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        rows = [*(row for row, _changed in formset.changed_objects), *formset.new_objects]
        if rows or formset.deleted_objects:
            save_partner_rows(
                by=person(request),
                partner=form.instance,
                rows=rows,
                removed=formset.deleted_objects,
                reason=form.cleaned_data["reason"],
            )
