"""Programmes for programs: entered by administrators; their owners write rules, and the stages of their roll-out."""

from functools import partial
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from partners.actions.programmes import create_programme, save_stages, update_programme
from partners.api import programme_serializers as serializers
from partners.models import Programme, ProgrammeStage
from partners.policies import refuse_unless_may_keep_programme, refuse_unless_may_keep_programmes
from stations.api.office import person, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, described, once
from stations.models import User


class Programmes(Own):
    """Brands under which stations are opened."""

    noun, serializer, full = "programme", serializers.OwnProgrammeSerializer, serializers.FullProgrammeSerializer
    missing = gettext_lazy("There is no programme “%(code)s”.")
    named: ClassVar[dict[str, Named]] = {"owner": unit_named}

    def seen(self, by: User) -> QuerySet[Any]:  # noqa: ARG002  # everybody in the back office reads them all
        return Programme.objects.select_related("owner")

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        stages = ProgrammeStage.objects.select_related("within").order_by("first", "pk")
        return rows.prefetch_related(Prefetch("stages", stages))

    def spelt(self, code: str) -> str:
        return code


programme_named = Programmes.of_code


@described(
    get=("office_programmes", "Programmes, page by page"),
    post=("office_programmes_add", "Enter a programme"),
)
class OwnProgrammesView(Programmes, Adding, OwnList):
    order, takes = "code", serializers.NewProgrammeSerializer

    def add(self, given: dict[str, Any], by: User) -> Any:
        refuse_unless_may_keep_programmes(by)
        reason, known = given.pop("reason"), Programme.objects.filter(code=given["code"])
        return once(by, known, lambda: create_programme(by=by, reason=reason, **given), **given)


@described(
    get=("office_programme", "A programme with its stages"),
    patch=("office_programme_change", "Change what is said of it"),
)
class OwnProgrammeView(Programmes, Changing, OwnItem):
    takes = serializers.ProgrammeFactsSerializer

    def change(self, row: Programme, given: dict[str, Any], by: User) -> Any:
        return update_programme(by=by, programme=row, **given)


@described(post=("office_programme_stage_add", "Set a goal: so many stations by a day"))
class StagesView(Programmes):
    takes = serializers.NewStageSerializer
    named: ClassVar[dict[str, Named]] = {"within": unit_named}

    @transaction.atomic
    def post(self, request: Request, code: str) -> Response:
        by = person(request)
        programme, given = self.find(by, code=code), self.given(request)
        refuse_unless_may_keep_programme(by, programme)
        reason = given.pop("reason")
        same = {"kind": given["kind"], "within": given.get("within"), "first": given["first"]}
        stage = ProgrammeStage(**given)
        known = ProgrammeStage.objects.filter(programme=programme, **same)
        add = partial(save_stages, by=by, programme=programme, stages=[stage], reason=reason)
        once(programme, known, add, **given)
        return self.told(programme, by)


@described(
    patch=("office_programme_stage_change", "Change a stage"),
    delete=("office_programme_stage_remove", "Take a stage back"),
)
class StageView(Programmes):
    takes = serializers.StageFactsSerializer
    named: ClassVar[dict[str, Named]] = {"within": unit_named}

    @transaction.atomic
    def patch(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        programme, given = self.find(by, code=code), self.given(request)
        refuse_unless_may_keep_programme(by, programme)
        stage, reason = _stage(programme, pk), given.pop("reason")
        for name, value in given.items():
            setattr(stage, name, value)
        save_stages(by=by, programme=programme, stages=[stage], reason=reason)
        return self.told(programme, by)

    def delete(self, request: Request, code: str, pk: int) -> Response:
        by = person(request)
        programme = self.find(by, code=code)
        save_stages(by=by, programme=programme, stages=[], removed=[_stage(programme, pk)])
        return Response(status=204)


def _stage(programme: Programme, pk: int) -> ProgrammeStage:
    found = programme.stages.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This programme has no stage with the number “%(number)s”.") % {"number": pk})
    return found
