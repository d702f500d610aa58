"""Notices: announced by officials, for divisions where their union is."""

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stations.actions.alerts import change_alert, end_alert, start_alert
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, once, person
from stations.models import Division, WeatherAlert
from stations.policies import alert_prefixes

FACTS = ["kind", "division", "first", "last", "title", "message", "publish_at"]


class AlertForm(ScopedForm):
    end_now = forms.BooleanField(
        label=_("end it now"), required=False, help_text=_("Ticked, the alert disappears from all pages at once.")
    )

    publish_now = forms.BooleanField(
        label=_("publish at once"),
        required=False,
        help_text=_("Ticked, the public reads it from now on, also before its first day."),
    )

    class Meta:
        model = WeatherAlert
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial.setdefault("first", timezone.localdate())

    def _get_validation_exclusions(self) -> set[str]:
        """The constraint against overlaps asks whether the alert has ended, which is no field of the form."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # not in the stubs
        return excluded - {"ended_at"}


@admin.register(WeatherAlert)
class WeatherAlertAdmin(ScopedHistoryAdmin):
    form = AlertForm
    list_display = ["division", "kind", "first", "last", "state", "title", "message", "by"]
    list_display_links = ["division"]
    list_filter = ["kind"]
    read_only_reason = _(
        "Notices are announced by officials of the union, where it is theirs, and kept until they are over."
    )
    list_select_related = ["division", "by"]
    search_fields = ["division__name", "division__code__startswith"]
    ordering = ["-last", "-pk"]
    autocomplete_fields = ["division"]

    @admin.display(description=_("state"))
    def state(self, alert: WeatherAlert) -> str:
        today = timezone.localdate()
        if alert.ended_at:
            return gettext("ended early")
        if alert.last < today:
            return gettext("over")
        if alert.first <= today:
            return gettext("running")
        is_read = alert.publish_at is not None and alert.publish_at <= timezone.now()
        return gettext("to come, and announced") if is_read else gettext("to come")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [*FACTS, "publish_now"]
        return [*FACTS, "end_now", "by"] if self.may_write(request, obj) else [*FACTS, "by", "ended_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What was announced where and from when stays; another alert says otherwise."""
        return ["kind", "division", "first", "title", "publish_at", "by", "ended_at"] if obj else []

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        prefixes = self._prefixes(request)
        if obj is None:
            return bool(prefixes)
        is_over = obj.ended_at or obj.last < timezone.localdate()
        return not is_over and obj.division.prefix.startswith(prefixes)

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "division":
            return super().choices_of(db_field, request)
        inside = [Q(code__startswith=prefix) for prefix in self._prefixes(request)]
        return Division.objects.filter(reduce(or_, inside, Q(pk__in=[])))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, facts = person(request), form.cleaned_data
        if not change:
            given = {name: facts[name] for name in FACTS}
            if facts["publish_now"]:
                given["publish_at"] = timezone.now()
            alert = start_alert(by=by, **given)
            obj.__dict__.update(alert.__dict__)
        elif facts["end_now"]:
            end_alert(alert=obj, by=by)
        else:
            change_alert(alert=obj, last=facts["last"], message=facts["message"], by=by)

    def _prefixes(self, request: HttpRequest) -> tuple[str, ...]:
        return once(request, "alert_prefixes", lambda: alert_prefixes(person(request)))
