"""Lists of what is written on other pages, to look through, to take along and to enter at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import PartnerContact, PartnerMember, Plate, ProgrammeStage
from stations.admin.base import QueueFilter, ReadOnlyAdmin


class HangingFilter(QueueFilter):
    begins_with = gettext_lazy("hang today")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "all" else queryset.on(timezone.localdate())


@admin.register(Plate)
class PlateAdmin(ReadOnlyAdmin):
    """Which station bears which programme's plate."""

    list_display = ["programme", "number", "station", "granted_by", "agreement", "since", "until"]
    list_filter = [HangingFilter, "programme"]
    list_select_related = ["programme", "station", "granted_by", "agreement"]
    search_fields = ["number", "station__name", "station__code"]
    ordering = ["-since", "-pk"]
    read_only_reason = gettext_lazy("Officers hang plates on the page of the station, or many by a list.")


@admin.register(ProgrammeStage)
class ProgrammeStageAdmin(ReadOnlyAdmin):
    """How many stations are to bear a programme's plate by when."""

    list_display = ["programme", "kind", "within", "first", "last", "goal", "is_behind", "note"]
    list_filter = ["kind", "is_behind", "programme"]
    list_select_related = ["programme", "within"]
    search_fields = ["programme__name", "within__name"]
    ordering = ["-last", "-pk"]
    read_only_reason = gettext_lazy(
        "Officers of the owner write the stages on the page of the programme, or by a list."
    )


@admin.register(PartnerContact)
class PartnerContactAdmin(ReadOnlyAdmin):
    """Whom to call at which partner: for staff of the line whose unit keeps it."""

    list_display = ["partner", "name", "post", "phone", "email", "note"]
    list_select_related = ["partner"]
    search_fields = ["partner__name", "name"]
    ordering = ["partner__name", "pk"]
    read_only_reason = gettext_lazy("Officers write the contacts on the page of the partner, or many by a list.")


@admin.register(PartnerMember)
class PartnerMemberAdmin(ReadOnlyAdmin):
    """Who belongs to which association."""

    list_display = ["association", "__str__", "since", "until"]
    list_select_related = ["association", "member_unit", "member_partner"]
    search_fields = ["association__name", "member_unit__name", "member_partner__name"]
    ordering = ["association__name", "pk"]
    read_only_reason = gettext_lazy("Officers write the members on the page of the association, or many by a list.")
