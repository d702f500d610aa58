"""By which working days units hand in and are sealed, set by their officials; and who was reminded."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reports.actions.deadlines import remove_deadline, save_deadline
from reports.admin.months_of_rows import MonthFilter, TellsMonth
from reports.models import Deadline, Reminder
from reports.policies import may_set_deadline
from stations.admin.base import ReadOnlyAdmin, ScopedHistoryAdmin, person, scope
from stations.choices import Role
from stations.models import Unit


@admin.register(Deadline)
class DeadlineAdmin(ScopedHistoryAdmin):
    list_display = ["unit", "working_day", "sealing_day"]
    list_select_related = ["unit"]
    search_fields = ["unit__name", "unit__code"]
    ordering = ["unit__path"]
    autocomplete_fields = ["unit"]
    read_only_reason = _("Officials set the deadline of their unit; it holds for all units below that have none.")

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return scope(request).everything or bool(scope(request).paths_as(Role.REVIEWER))
        return may_set_deadline(person(request), obj.unit)

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def choices_of(self, db_field: Any, request: HttpRequest) -> Any:
        if scope(request).everything:
            return Unit.objects.all()
        return Unit.objects.below(scope(request).paths_as(Role.REVIEWER))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_deadline(deadline=obj, by=person(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_deadline(deadline=obj, by=person(request))


@admin.register(Reminder)
class ReminderAdmin(TellsMonth, ReadOnlyAdmin):
    """One's own; the operator sees whether all went out."""

    list_display = [
        *("of_month", "user", "kind", "days_before", "due_date", "stations", "days", "units", "to_approve", "to_seal"),
        *("state", "sent_at"),
    ]
    list_filter = ["kind", "state", "days_before", MonthFilter]
    list_select_related = ["user"]
    ordering = ["-made_at", "-pk"]
    read_only_reason = _(
        "Reminders are made by the clock, for those whose month misses something, or who have to judge it."
    )
