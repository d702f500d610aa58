"""Activities for programs: planned, changed, reported, called off, by the same actions as the pages."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from partners.api.partners import partners_named
from services.actions.activities import (
    cancel_activity,
    change_activity,
    copy_activity,
    plan_activity,
    report_activity,
    series_of,
)
from services.activity_choices import ActivityKind, ActivityStatus
from services.activity_policies import refuse_unless_may_organise
from services.api import activity_serializers as serializers
from services.choices import WorkerGroup
from services.models import Activity
from stations.api.office import division_named, person, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, described, once, step
from stations.models import Station, User


def _stations_named(codes: list[str], by: User, field: str) -> list[Station]:
    seen: QuerySet[Station] = Station.objects.visible_to(by)
    known = {station.code: station for station in seen.filter(code__in=[code.upper() for code in codes])}
    for code in codes:
        if code.upper() not in known:
            raise Invalid(field, _("None of your stations has the code “%(code)s”.") % {"code": code})
    return [known[code.upper()] for code in codes]


class Activities(Own):
    """What is held at stations, or elsewhere."""

    model, joined = Activity, ("organiser", "series")
    noun, serializer = "activity", serializers.OwnActivitySerializer
    missing = gettext_lazy("None of your activities has the code “%(code)s”.")

    named: ClassVar[dict[str, Named]] = {
        "organiser": unit_named,
        "stations": _stations_named,
        "partners": partners_named,
        "division": division_named,
    }

    def seen(self, by: User) -> QuerySet[Any]:
        return super().seen(by).prefetch_related("stations", "partners", "attendance")


@described(
    get=("office_activities", "Activities in one's scope, page by page"),
    post=("office_activities_plan", "Plan an activity"),
)
class OwnActivitiesView(Activities, Adding, OwnList):
    order, takes = "code", serializers.PlanSerializer
    narrowed_by: ClassVar = {"status": ActivityStatus.values, "kind": ActivityKind.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        organiser, moments = given["organiser"], (given.pop("starts_at"), given.pop("ends_at"))
        refuse_unless_may_organise(by, organiser)
        known = Activity.objects.filter(organiser=organiser, title=given["title"], starts_at=moments[0])
        return once(organiser, known, lambda: plan_activity(by=by, dates=[moments], **given)[0])


@described(
    get=("office_activity", "An activity in one's scope"),
    patch=("office_activity_change", "Change what is said beforehand, until it was reported or cancelled"),
)
class OwnActivityView(Activities, Changing, OwnItem):
    takes = serializers.ActivityFactsSerializer

    def change(self, row: Activity, given: dict[str, Any], by: User) -> Any:
        return change_activity(activity=row, by=by, **given)


@described(put=("office_activity_report", "Report how an activity was"))
class ReportView(Activities):
    takes = serializers.ReportSerializer

    def put(self, request: Request, code: str) -> Response:
        by = person(request)
        activity, given = self.find(by, code=code), self.given(request)
        counts = {_group(name): count for name, count in given["counts"].items()}
        report_activity(activity=activity, by=by, summary=given["summary"], counts=counts, cost=given.get("cost"))
        return self.told(activity, by)


@described(post=("office_activity_repeat", "The same once more, as the next date of its series"))
class RepeatView(Activities):
    takes = serializers.RepeatSerializer

    @transaction.atomic
    def post(self, request: Request, code: str) -> Response:
        """The same series and beginning are the same date, which is answered as it stands."""
        by = person(request)
        activity, starts_at = self.find(by, code=code), self.given(request)["starts_at"]
        refuse_unless_may_organise(by, activity.organiser)
        known = series_of(activity).filter(starts_at=starts_at)
        made = once(
            activity.series or activity, known, lambda: copy_activity(activity=activity, starts_at=starts_at, by=by)
        )
        return self.told(made, by)


CancelView = step(
    Activities, "cancel", "Call an activity off", serializers.NoticeSerializer,
    lambda activity, given, by: cancel_activity(activity=activity, by=by, notice=given["notice"]),
)  # fmt: skip


def _group(name: str) -> WorkerGroup:
    try:
        return WorkerGroup(name)
    except ValueError as error:
        raise Invalid("counts", _("There is no group “%(name)s”.") % {"name": name[:40]}) from error
