"""Contests for programs: announced, changed until they are frozen, read, frozen, and the best honoured."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from reports.actions.contests import freeze_contest, honour_winners, save_contest
from reports.api import contest_serializers as serializers
from reports.contests import standings
from reports.models import Contest
from reports.policies import refuse_unless_may_hold
from services.api.steps import NothingSerializer
from stations.api.office import AFTER, REFUSED, OfficeView, OwnList, checked, own_page_of, person, unit_named
from stations.models import Unit, User

CONTEST: dict[int, Any] = {200: serializers.FullContestSerializer} | REFUSED


class OwnContestsView(OwnList):
    serializer = serializers.OwnContestSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        return _contests(person(request))

    @extend_schema(
        operation_id="office_contests",
        summary="Contests of one's units, and of those above them, page by page",
        parameters=[AFTER],
        responses={200: own_page_of(serializers.OwnContestSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_contests_announce",
        summary="Announce a contest of the units right below one's own",
        request=serializers.NewContestSerializer,
        responses=CONTEST,
    )
    @transaction.atomic
    def post(self, request: Request) -> Response:
        by = person(request)
        given = _facts(checked(serializers.NewContestSerializer, request), by)
        refuse_unless_may_hold(by, given["unit"])
        # Two that are sent at the same moment would not see each other.
        Unit.objects.select_for_update(no_key=True).get(pk=given["unit"].pk)
        same = {name: given[name] for name in ("unit", "title", "first")}
        found = Contest.objects.filter(**same).first()
        return _told(found or save_contest(contest=Contest(**given), by=by), by)


class OwnContestView(OfficeView):
    @extend_schema(operation_id="office_contest", summary="A contest with its ranking", responses=CONTEST)
    def get(self, request: Request, pk: int) -> Response:
        by = person(request)
        return _told(_contest(pk, by), by)

    @extend_schema(
        operation_id="office_contest_change",
        summary="Change it, until it is frozen",
        request=serializers.ContestFactsSerializer,
        responses=CONTEST,
    )
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        by = person(request)
        given = _facts(checked(serializers.ContestFactsSerializer, request), by)
        contest = Contest.objects.select_for_update(of=("self",)).get(pk=_contest(pk, by).pk)
        for name, value in given.items():
            setattr(contest, name, value)
        return _told(save_contest(contest=contest, by=by), by)


class FreezeView(OfficeView):
    @extend_schema(
        operation_id="office_contest_freeze",
        summary="Keep the ranking as it is, once the last month is over and added up",
        request=NothingSerializer,
        responses=CONTEST,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        return _told(freeze_contest(contest=_contest(pk, by), by=by, today=timezone.localdate()), by)


class HonourView(OfficeView):
    @extend_schema(
        operation_id="office_contest_honour",
        summary="Give the honour to the best of the frozen result",
        request=NothingSerializer,
        responses=CONTEST,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        contest = _contest(pk, by)
        honour_winners(contest=contest, by=by)
        return _told(contest, by)


def _contests(by: User) -> QuerySet[Any]:
    rows: Any = Contest.objects.all()
    return rows.visible_to(by).select_related("unit")  # type: ignore[no-any-return]  # any queryset


def _contest(pk: int, by: User) -> Contest:
    found: Contest | None = _contests(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("None of the contests that you see has the number “%(number)s”.") % {"number": pk})
    return found


def _told(contest: Contest, by: User) -> Response:
    found: Any = _contest(contest.pk, by)
    found.ranking = standings(found)
    return Response(serializers.FullContestSerializer(found).data)


def _facts(given: dict[str, Any], by: User) -> dict[str, Any]:
    """With the unit that the code names."""
    if "unit" in given:
        given["unit"] = unit_named(given["unit"], by, "unit")
    return given
