"""Steps of rows that go from state to state: an address for each, and one action behind it."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from services.models.wishes import MAX_REASON
from stations.api.office import REFUSED, OfficeView, checked, person
from stations.models import User

Do = Callable[[Any, dict[str, Any], User], Any]
"""The row, what was sent, and the person."""


class NothingSerializer(serializers.Serializer[Any]):
    """The address says it all."""


class WhySerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=MAX_REASON)


class StepView(OfficeView):
    """What was done already is answered with 409."""

    noun: ClassVar[str]
    answer: ClassVar[type[Serializer[Any]]]
    takes: ClassVar[type[Serializer[Any]]]
    do: ClassVar[Do]

    def find(self, code: str, by: User) -> Any:
        """The row in the person's scope; raises `NotFound`."""
        raise NotImplementedError

    def told(self, code: str, by: User) -> Response:
        raise NotImplementedError

    def post(self, request: Request, code: str) -> Response:
        by = person(request)
        row, given = self.find(code, by), checked(self.takes, request)
        type(self).do(row, given, by)
        return self.told(code, by)


def step(base: type[StepView], name: str, summary: str, takes: type[Serializer[Any]], do: Do) -> type[StepView]:
    """The view of one step."""
    title = f"{name.title().replace('-', '')}{base.noun.title()}View"
    view = type(title, (base,), {"takes": takes, "do": staticmethod(do), "__doc__": base.__doc__})
    operation = f"office_{base.noun}_{name.replace('-', '_')}"
    described = extend_schema(
        operation_id=operation, summary=summary, request=takes, responses={200: base.answer} | REFUSED
    )
    return extend_schema_view(post=described)(view)
