"""Money for stations for programs: applied for, approved or refused, noted as paid. No payment is made here.

What was paid is accounted for on the page of the grant, since an account needs its papers.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from services.actions.grants import apply_for_grant, approve_grant, note_payment, refuse_grant
from services.actions.sent import make_once
from services.api import grant_serializers as serializers
from services.grant_choices import GrantState
from services.models import Grant, GrantBatch
from stations.api.lists import choice
from stations.api.office import AFTER, REFUSED, OfficeView, OwnList, checked, own_page_of, person, station_named
from stations.models import User

GRANT: dict[int, Any] = {200: serializers.OwnGrantSerializer} | REFUSED


class OwnBatchesView(OwnList):
    serializer = serializers.OwnBatchSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        return _batches(person(request))

    @extend_schema(
        operation_id="office_batches",
        summary="Money that one's units give or may apply for, page by page",
        parameters=[AFTER],
        responses={200: own_page_of(serializers.OwnBatchSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)


class OwnGrantsView(OwnList):
    serializer = serializers.OwnGrantSerializer

    def rows(self, request: Request) -> QuerySet[Any]:
        rows = _grants(person(request))
        state = choice(request.query_params, "state", GrantState.values)
        return rows.filter(state=state) if state else rows

    @extend_schema(
        operation_id="office_grants",
        summary="Grants of one's stations, and out of one's batches, page by page",
        parameters=[OpenApiParameter("state", str, enum=GrantState.values), AFTER],
        responses={200: own_page_of(serializers.OwnGrantSerializer)} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        return self.page(request)

    @extend_schema(
        operation_id="office_grants_apply",
        summary="Apply for a station",
        request=serializers.ApplicationSerializer,
        responses=GRANT,
    )
    def post(self, request: Request) -> Response:
        by, given = person(request), checked(serializers.ApplicationSerializer, request)
        key = given.pop("client_key")

        def apply() -> str:
            batch, station = _batch(given["batch"], by), station_named(given["station"], by, "station")
            said = {name: given[name] for name in ("amount", "purpose", "star")}
            return str(apply_for_grant(batch=batch, station=station, by=by, **said).pk)

        made = make_once(what="apply", client_key=key, by=by, about=given, make=apply)
        return _told(_grant(int(made), by), by)


class OwnGrantView(OfficeView):
    @extend_schema(operation_id="office_grant", summary="A grant", responses=GRANT)
    def get(self, request: Request, pk: int) -> Response:
        return _told(_grant(pk, person(request)), person(request))


class ApproveView(OfficeView):
    @extend_schema(
        operation_id="office_grant_approve",
        summary="Grant all or part of what was asked",
        request=serializers.ApprovalSerializer,
        responses=GRANT,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _grant(pk, by), checked(serializers.ApprovalSerializer, request)
        return _told(approve_grant(grant=found, amount=given["amount"], reason=given["reason"], by=by), by)


class RefuseView(OfficeView):
    @extend_schema(
        operation_id="office_grant_refuse",
        summary="Refuse it, with the reason",
        request=serializers.ReasonSerializer,
        responses=GRANT,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _grant(pk, by), checked(serializers.ReasonSerializer, request)
        return _told(refuse_grant(grant=found, reason=given["reason"], by=by), by)


class PaidView(OfficeView):
    @extend_schema(
        operation_id="office_grant_paid",
        summary="Note that it was paid, elsewhere",
        request=serializers.PaymentSerializer,
        responses=GRANT,
    )
    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        found, given = _grant(pk, by), checked(serializers.PaymentSerializer, request)
        return _told(note_payment(grant=found, day=given["day"], by=by), by)


def _batches(by: User) -> QuerySet[Any]:
    rows: Any = GrantBatch.objects.all()
    return rows.visible_to(by).select_related("unit")  # type: ignore[no-any-return]  # any queryset


def _batch(pk: int, by: User) -> GrantBatch:
    found: GrantBatch | None = _batches(by).filter(pk=pk).first()
    if found is None:
        raise Invalid("batch", _("None of the batches that you see has the number “%(number)s”.") % {"number": pk})
    return found


def _grants(by: User) -> QuerySet[Any]:
    rows: Any = Grant.objects.all()
    return rows.visible_to(by).select_related("station", "batch__unit")  # type: ignore[no-any-return]  # any queryset


def _grant(pk: int, by: User) -> Grant:
    found: Grant | None = _grants(by).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("None of the grants that you see has the number “%(number)s”.") % {"number": pk})
    return found


def _told(grant: Grant, by: User) -> Response:
    return Response(serializers.OwnGrantSerializer(_grant(grant.pk, by)).data)
