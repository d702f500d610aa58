"""Online services in the back office: officers keep them, and see which links do not answer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from services.actions.online import FACTS, create_service, delete_service, update_service
from services.choices import WorkerGroup
from services.models import OnlineService
from services.online_choices import LinkState
from services.policies import may_keep_services
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, is_officer, person, scope
from stations.choices import Role
from stations.models import Unit

PROBLEMS = {
    "not_allowed": gettext_lazy("the address is not a public one"),
    "certificate": gettext_lazy("its certificate does not hold"),
    "timeout": gettext_lazy("no answer in time"),
    "no_answer": gettext_lazy("no answer"),
    "redirects": gettext_lazy("it leads round in circles"),
}


class ServiceForm(ScopedForm):
    url = forms.URLField(label=gettext_lazy("web page"), required=False, assume_scheme="https", max_length=500)
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("for"),
        required=False,
        choices=WorkerGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The groups that it is for; none: for everybody."),
    )

    class Meta:
        model = OnlineService
        fields = FACTS


class LinkFilter(admin.SimpleListFilter):
    title = gettext_lazy("link")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, state.label) for state in LinkState if state]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == LinkState.DEAD:
            return queryset.dead()
        return queryset.filter(link_state=self.value()) if self.value() in LinkState.values else queryset


@admin.register(OnlineService)
class OnlineServiceAdmin(ScopedHistoryAdmin):
    form = ServiceForm
    list_display = ["__str__", "kind", "division", "partner", "is_published", "link_state", "checked_at", "kept_by"]
    list_filter = [LinkFilter, "kind", "is_published"]
    list_select_related = ["kept_by", "division", "partner"]
    search_fields = ["name", "name_en", "url"]
    ordering = ["kind", "order", "pk"]
    autocomplete_fields = ["division", "kept_by", "partner"]
    readonly_fields = ["link"]
    read_only_reason = gettext_lazy("Officers write the online services that their units keep.")

    @admin.display(description=gettext_lazy("link"))
    def link(self, service: OnlineService) -> str:
        if not service.checked_at:
            return str(LinkState.UNCHECKED.label)
        answer = str(PROBLEMS.get(service.link_answer, service.link_answer))
        return f"{service.get_link_state_display()} ({answer}) · {date_format(service.checked_at, 'DATETIME_FORMAT')}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("kept_by", "division", "partner")
        return rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FACTS if obj is None else [*FACTS, "link"]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_officer(request) if obj is None else may_keep_services(person(request), obj.kept_by)

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None or not is_officer(request):
            return str(self.read_only_reason)
        return gettext("%(unit)s keeps it: its officers write it.") % {"unit": obj.kept_by}

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "kept_by" or scope(request).everything:
            return super().choices_of(db_field, request)
        units: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(Role.OFFICER))
        return units

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in FACTS if name in form.cleaned_data}
        if change:
            saved = update_service(by=person(request), service=obj, **facts)
        else:
            saved = create_service(by=person(request), **facts)
        obj.__dict__.update(saved.__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_service(by=person(request), service=obj)
