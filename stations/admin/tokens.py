"""Keys of programs, whoever made them: the administrator sees which there are, and withdraws what must end."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from harbor_portal.lib.errors import StaleState
from stations.actions.tokens import is_in_force, withdraw_token
from stations.admin.base import QueueFilter, ReadOnlyAdmin, person, scope
from stations.models import ApiToken


class InForceFilter(QueueFilter):
    begins_with = _("neither ended nor withdrawn")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("withdrawn", _("withdrawn")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "all":
                return queryset
            case "withdrawn":
                return queryset.exclude(withdrawn_at=None)
        return queryset.valid(timezone.now())


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """The key itself is nowhere: a row tells whose it is, for which program, and when it was last used."""

    list_display = ["name", "ending", "user", "opens", "made_at", "expires_at", "used_at", "withdrawn_at"]
    list_filter = [InForceFilter]
    list_select_related = ["user"]
    search_fields = ["name", "hint", "user__name", "user__username"]
    ordering = ["-made_at", "-pk"]
    actions = ["withdraw"]
    fields = ("name", "ending", "user", "opens", "made_at", "expires_at", "used_at", "withdrawn_at")
    readonly_fields = fields
    read_only_reason = _("Everybody makes and withdraws their own keys on “My profile”; administrators withdraw any.")

    @admin.display(description=_("ends with"))
    def ending(self, token: ApiToken) -> str:
        return f"…{token.hint}"

    @admin.display(description=_("opens something"), boolean=True)
    def opens(self, token: ApiToken) -> bool:
        return token.withdrawn_at is None and token.expires_at > timezone.now() and is_in_force(token)

    @admin.action(description=_("Withdraw the selected keys"))
    def withdraw(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        done = 0
        for pk in tokens.filter(withdrawn_at=None).values_list("pk", flat=True):
            try:
                withdraw_token(by=person(request), pk=pk)
            except StaleState:  # somebody else was quicker, which is what was wanted
                continue
            done += 1
        said = ngettext("%(count)d key opens nothing any more.", "%(count)d keys open nothing any more.", done)
        messages.success(request, said % {"count": done})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = self.get_object(request, unquote(object_id))
        may = {"may_withdraw": found is not None and found.withdrawn_at is None}
        return super().change_view(request, object_id, form_url, may | (extra_context or {}))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of others' keys the administrator alone; one's own stand on the profile."""
        return super().has_view_permission(request, obj) and scope(request).everything
