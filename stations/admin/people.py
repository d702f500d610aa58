"""Who may enter, with what authority."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stations.admin.base import ScopedHistoryAdmin, ScopedInline, in_scope, is_officer, once, person, scope
from stations.choices import Role
from stations.models import Keeper, Membership, Station, User
from stations.policies import may_edit, may_manage
from stations.responsible import who_edits

IDLE_DAYS = 90


class MembershipInline(ScopedInline):
    model = Membership
    autocomplete_fields = ["unit"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("unit", "user")


class KeeperInline(ScopedInline):
    model = Keeper
    autocomplete_fields = ["station"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station", "user")


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = User
        fields = ("username", "name", "phone")


class IdleFilter(admin.SimpleListFilter):
    """Accounts that nobody uses are doors that nobody watches."""

    title = _("last log-in")
    parameter_name = "idle"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("90", _("active, but not for 90 days")), ("never", _("active, but never yet"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "never":
            return rows.filter(is_active=True, last_login=None)
        if self.value() == "90":
            return rows.filter(is_active=True, last_login__lt=timezone.now() - timedelta(days=IDLE_DAYS))
        return rows


admin.site.unregister(Group)  # what people may do follows from the unit tree, not from groups


@admin.register(User)
class UserAdmin(ScopedHistoryAdmin, DjangoUserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The administrator keeps accounts; others read the names and numbers of the people in their scope."""

    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ["name", "username", "phone", "is_active", "last_login"]
    list_filter = ["is_active", IdleFilter]
    read_only_reason = _("Administrators keep accounts. Officers invite keepers, let them in again and say farewell.")
    search_fields = ["name", "username", "phone"]
    ordering = ["name", "username"]
    filter_horizontal = []
    who = (None, {"fields": ("username", "name", "phone", "email")})
    access = (_("Access"), {"fields": ("password", "is_active", "is_superuser", "last_login")})
    readonly_fields = ["last_login"]
    add_fieldsets = [
        (None, {"fields": ("username", "name", "phone", "usable_password", "password1", "password2")}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"may_invite": is_officer(request)} | (extra_context or {}))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        shown = self.get_object(request, unquote(object_id))
        manage = {"may_manage": shown is not None and may_manage(person(request), shown)}
        return super().change_view(request, object_id, form_url, manage | (extra_context or {}))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Roles and stations follow once the account is made."""
        return [MembershipInline, KeeperInline] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return [self.who, self.access] if scope(request).everything else [self.who]


@admin.register(Membership)
class MembershipAdmin(ScopedHistoryAdmin):
    list_display = ["user", "unit", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__name", "user__username", "unit__name"]
    ordering = ["unit__path", "pk"]
    read_only_reason = _("Roles are given by administrators alone, so that nobody raises their own.")
    autocomplete_fields = ["user", "unit"]

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)


@admin.register(Keeper)
class KeeperAdmin(ScopedHistoryAdmin):
    """Officers appoint the keepers of their own stations."""

    list_display = ["user", "station", "phone"]
    read_only_reason = _("Officers appoint the keepers of stations of theirs.")
    list_select_related = ["user", "station"]
    search_fields = ["user__name", "user__username", "station__name"]
    ordering = ["-pk"]
    autocomplete_fields = ["user", "station"]

    @admin.display(description=_("phone"))
    def phone(self, keeper: Keeper) -> str:
        return keeper.user.phone

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return once(request, ("edit", obj.station_id), lambda: may_edit(person(request), obj.station))

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        return who_edits(obj.station) if obj else super().why_read_only(request)

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name == "station" and not scope(request).everything:
            stations: QuerySet[Any] = Station.objects.in_units(scope(request).paths_as(Role.OFFICER))
            return stations
        return in_scope(db_field.remote_field.model, request)
