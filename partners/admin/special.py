"""The back office of special stations: a list to count and to show, each row one theme of one station."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.actions.special import SpecialFacts, add_special, remove_special, update_special
from partners.models import SpecialStation
from stations.admin.base import QueueFilter, ScopedForm, ScopedHistoryAdmin, is_officer, once, person
from stations.admin.filters import MonthFilter, UnitThenFilter
from stations.forms import WhyField
from stations.models import Photo
from stations.policies import may_edit
from stations.responsible import who_edits

FACTS = ("theme", "partner", "description", "since", "until")


class SpecialForm(ScopedForm):
    reason = WhyField()

    class Meta:
        model = SpecialStation
        fields = ("station", *FACTS, "photos")
        widgets = {"photos": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "photos" in self.fields:
            photos: Any = self.fields["photos"]
            photos.queryset = Photo.objects.filter(station=self.instance.station_id).in_order()
        if not self.instance.pk:
            self.initial.setdefault("since", timezone.localdate())

    def facts(self) -> SpecialFacts:
        facts: SpecialFacts = {name: self.cleaned_data[name] for name in FACTS}  # type: ignore[assignment]  # by name
        return facts


class CurrentFilter(QueueFilter):
    begins_with = gettext_lazy("special today")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("over", _("over")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == "all":
            return queryset
        return queryset.filter(until__lt=today) if self.value() == "over" else queryset.on(today)


@admin.register(SpecialStation)
class SpecialStationAdmin(ScopedHistoryAdmin):
    form = SpecialForm
    list_display = ["theme", "station", "partner", "since", "until"]
    list_filter = [CurrentFilter, MonthFilter, UnitThenFilter]
    list_select_related = ["station", "partner"]
    search_fields = ["theme", "station__name", "station__code", "partner__name"]
    ordering = ["-since", "-pk"]
    autocomplete_fields = ["station", "partner"]
    read_only_reason = gettext_lazy("Officers of a station say what makes it special.")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("station", "partner")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Photos are chosen when the station is known."""
        if obj is None:
            return ["station", *FACTS, "reason"]
        return ["station", *FACTS, "photos", *(["reason"] if self.may_write(request, obj) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["station"] if obj else []

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return once(request, ("edit", obj.station_id), lambda: may_edit(person(request), obj.station))

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        return who_edits(obj.station) if obj else super().why_read_only(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, reason, facts = person(request), form.cleaned_data["reason"], form.facts()
        if change:
            update_special(by=by, special=obj, photos=form.cleaned_data["photos"], reason=reason, **facts)
        else:
            made = add_special(by=by, station=form.cleaned_data["station"], reason=reason, **facts)
            obj.__dict__.update(made.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The photos are saved by the action."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_special(by=person(request), special=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for special in queryset:
            remove_special(by=person(request), special=special)
