"""Stations with everything that belongs to them on one page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Prefetch, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stations.actions.facts import record_checks
from stations.actions.postings import save_postings
from stations.actions.records import delete_with_history, save_with_history
from stations.admin import bulk_hours, facts, placing
from stations.admin.base import ScopedHistoryAdmin, ScopedInline, in_scope, is_officer, once, person, scope
from stations.admin.exceptions import ExceptionInline, save_exceptions
from stations.admin.queues import OpenFilter, UnitFilter, WorkFilter
from stations.admin.registry import ACTIONS, FILTERS, INLINES
from stations.admin.showing import SAVED_BY_ACTIONS, HonourInline, PhotoInline
from stations.admin.station_forms import ChangeStationForm, NewStationForm
from stations.changes import mark_changed
from stations.choices import HowChecked
from stations.exceptions import OFF, exceptions_of_units
from stations.facts import amenity_fact
from stations.freshness import checked_at, due_date
from stations.models import HoursException, Keeper, Posting, Station, StationAmenity, User
from stations.moved import kept_of
from stations.policies import may_edit
from stations.responsible import who_edits
from stations.searching import station_query


class AmenityInline(ScopedInline):
    model = StationAmenity
    fields = ["amenity", "access", "health", "note", "out_since", "due_back"]
    autocomplete_fields = ["amenity"]
    ordering = ["amenity__order", "amenity__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("amenity")


class PostingInline(ScopedInline):
    """Who runs the station, by date. The past stays: a posting is ended, not deleted."""

    model = Posting
    fields = ["operator", "supervisor", "division", "since", "until"]
    autocomplete_fields = ["operator", "supervisor", "division"]
    ordering = ["-since"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station", "operator", "supervisor", "division")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeeperOfStationInline(ScopedInline):
    model = Keeper
    fields = ["user"]
    autocomplete_fields = ["user"]
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "station")


FACTS = {
    "fields": [
        "name",
        ("host_kind", "entry_mode"),
        "phone",
        ("opened_date", "area_m2", "seats"),
        "is_smart",
        "counts_by_hour",
    ]
}
PLACE = {"fields": ["address", ("longitude", "latitude")]}
HOURS = {"fields": ["opening_hours", "calendar_policy"]}
LINE = {"fields": ["operator", "supervisor", "division"]}
LIFE = {"fields": ["status", ("suspended_from", "suspended_until"), "suspended_reason"]}
PHOTOS = {"fields": ["new_photos"]}
SOURCE = {"fields": ["code", "datum_given", "reason"]}


def _save_rows(by: User, formset: Any, reason: str) -> None:
    """One after the other, since what one row gives up another may take; each is checked against what stands then."""
    for row in formset.deleted_objects:
        delete_with_history(row, by=by, reason=reason)
    for row in [*(row for row, _changed in formset.changed_objects), *formset.new_objects]:
        save_with_history(row, by=by, reason=reason)


def _save_amenities(by: User, formset: Any, reason: str) -> None:
    """Whoever writes what there is has looked at it."""
    _save_rows(by, formset, reason)
    written = [*(row for row, _changed in formset.changed_objects), *formset.new_objects]
    facts = [amenity_fact(row.amenity.code) for row in written]
    record_checks(station=formset.instance, what=facts, how=HowChecked.STAFF, by=by)


def _save_postings(by: User, formset: Any, reason: str) -> None:
    changed = [*formset.new_objects, *(row for row, _changed in formset.changed_objects)]
    if changed:
        save_postings(by=by, station=formset.instance, postings=changed, reason=reason)


SAVES = SAVED_BY_ACTIONS | {
    HoursException: save_exceptions,
    Posting: _save_postings,
    StationAmenity: _save_amenities,
}


def _told_exception(row: HoursException) -> tuple[str, ...]:
    days = " – ".join(dict.fromkeys(date_format(day) for day in (row.first, row.last)))
    return days, gettext("closed") if row.hours == OFF else row.hours, row.reason, str(row.unit)


@admin.register(Station)
class StationAdmin(ScopedHistoryAdmin):
    """Officers keep the stations of their units right; everybody else reads those in their scope."""

    inlines = [AmenityInline, ExceptionInline, PhotoInline, HonourInline, PostingInline, KeeperOfStationInline]
    list_display = ["name", "code", "address", "operator", "host_kind", "status"]
    more_columns = ["phone", "entry_mode", "area_m2", "seats", "opened_date", "suspended_until", "checked", "check_due"]
    search_fields = ["name", "address", "code", "pinyin"]
    ordering = ["code"]
    actions = ACTIONS
    read_only_reason = _("Officers add stations and keep those of their units right.")
    readonly_fields = ["code", "datum_given", "merged", "inherited"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = ChangeStationForm if obj else NewStationForm
        form = super().get_form(request, obj, change, **kwargs)
        for name in ("operator", "supervisor"):
            field = form.base_fields.get(name)
            if isinstance(field, ModelChoiceField) and field.queryset is not None:
                field.queryset = in_scope(field.queryset.model, request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        titles: list[Any] = [(None, FACTS), (_("Place"), PLACE)]
        if obj is None:
            return [*titles, (_("Opening hours"), HOURS), (_("Who runs it"), LINE)]
        titles.append((_("Opening hours"), {"fields": [*HOURS["fields"], "inherited"]}))
        if obj.merged_into_id:
            titles.insert(0, (_("Merged"), {"fields": ["merged"]}))
        if self.has_change_permission(request, obj):
            titles.append((_("Photos"), PHOTOS))
        return [*titles, (_("State"), LIFE), (_("Record"), SOURCE)]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [WorkFilter, "status", OpenFilter, "host_kind", UnitFilter, *FILTERS]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [*self.inlines, *INLINES] if obj else []

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("place/", self.admin_site.admin_view(placing.next_one), name="stations_station_place_next"),
            path("hours/", self.admin_site.admin_view(bulk_hours.hours), name="stations_station_hours"),
            path("<int:pk>/place/", self.admin_site.admin_view(placing.place), name="stations_station_place"),
        ]
        return [*pages, *facts.urls(self.admin_site.admin_view), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        current = Posting.objects.on(timezone.localdate()).select_related("operator")
        rows = super().get_queryset(request).select_related("schedule", "freshness")
        return rows.prefetch_related(Prefetch("postings", queryset=current, to_attr="current"))

    @admin.display(description=_("checked on"), ordering="freshness__checked_at")
    def checked(self, station: Station) -> date | None:
        """Since when staff have looked at each of its core facts."""
        moment = checked_at(station)
        return timezone.localdate(moment) if moment else None

    @admin.display(description=_("check due"), ordering="freshness__due_date")
    def check_due(self, station: Station) -> date | None:
        return due_date(station)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """With what is told, and when somebody last looked at it, below the form."""
        station = None if request.method == "POST" else self.get_object(request, unquote(object_id))
        about: dict[str, Any] = {"facts": facts.facts_context(request, station)} if station else {}
        about["reads_changes"] = scope(request).everything or bool(scope(request).roles)
        return super().change_view(request, object_id, form_url, about | (extra_context or {}))

    @admin.display(description=_("merged into"))
    def merged(self, station: Any) -> SafeString:
        kept = kept_of(station)
        address = reverse("admin:stations_station_change", args=[kept.pk])
        return format_html('<a href="{}">{} ({})</a>', address, kept.name, kept.code)

    @admin.display(description=_("exceptions of its units"))
    def inherited(self, station: Any) -> str:
        """From today on; the station's own, below, beat them on the days that both name."""
        found = exceptions_of_units(station, timezone.localdate())
        return format_html_join(mark_safe("<br>"), "{} · {} · {} ({})", map(_told_exception, found)) or "—"

    @admin.display(description=_("operator"))
    def operator(self, station: Any) -> str:
        return ", ".join(str(posting.operator) for posting in station.current if posting.operator)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word is a code, or stands in name, address or pinyin initials; the trigram indexes serve all three."""
        for word in term.split():
            queryset = queryset.filter(station_query(word))
        return queryset, False

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return once(request, ("edit", obj.pk), lambda: may_edit(person(request), obj))

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        return who_edits(obj) if obj else super().why_read_only(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            form.update(person(request))
        else:
            obj.__dict__.update(form.create(person(request)).__dict__)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        save = SAVES.get(formset.model, _save_rows)
        save(person(request), formset, form.cleaned_data["reason"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.add_photos(person(request))
        mark_changed([form.instance.pk])

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Amenities, plates and keepers follow on the next page."""
        super().response_add(request, obj, post_url_continue)
        return redirect("admin:stations_station_change", obj.pk)
