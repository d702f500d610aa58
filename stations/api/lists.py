"""Public lists beside that of stations: page by page by a key that tells rows apart, and one row by its code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from stations.api.params import Query
from stations.api.serializers import ErrorSerializer
from stations.api.views import PublicView

PAGE_SIZE = 50
BETWEEN = "~"
LONGEST = 200
AFTER = OpenApiParameter("after", str, description="where the page before ended, as in `next`")
LIST_REFUSED = {400: ErrorSerializer}
ITEM_REFUSED = {404: ErrorSerializer}


class PublicList(PublicView):
    """No page costs more than the first, and no row is missed or told twice while others come and go."""

    serializer: ClassVar[type[serializers.Serializer[Any]]]
    order: ClassVar[Sequence[str]]
    """Ascending, and together unlike for any two rows; paths are allowed."""

    def rows(self, query: Query) -> QuerySet[Any]:
        """All that answers to the parameters; raises `Invalid`."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        rows = self.rows(request.query_params)
        if after := request.query_params.get("after", ""):
            rows = rows.filter(behind(self.order, _read(rows.model, self.order, after)))
        found = list(rows.order_by(*self.order)[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        following = self._address(request, shown[-1]) if len(found) > PAGE_SIZE else None
        return Response({"next": following, "results": self.serializer(shown, many=True).data})

    def _address(self, request: Request, last: Any) -> str:
        query = request.query_params.copy()
        query["after"] = BETWEEN.join(_spelt(last, path) for path in self.order)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class PublicItem(PublicView):
    serializer: ClassVar[type[serializers.Serializer[Any]]]

    def rows(self) -> QuerySet[Any]:
        """Those that everybody may read."""
        raise NotImplementedError

    def get(self, _request: Request, code: str) -> Response:
        row = self.rows().filter(code=code).first() if "\0" not in code else None
        if row is None:
            raise NotFound(_("There is nothing public with the code “%(code)s”.") % {"code": code[:40]})
        return Response(self.serializer(row).data)


def page_of(serializer: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """A page of such rows, for the description of the API."""
    name = serializer.__name__.removesuffix("Serializer")
    fields = {"next": serializers.URLField(allow_null=True), "results": serializer(many=True)}
    return type(f"{name}PageSerializer", (serializers.Serializer,), fields)


def behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows after these values, as an index in this order finds them."""
    first, value = order[0], values[0]
    if len(order) == 1:
        return Q(**{f"{first}__gt": value})
    rest = behind(order[1:], values[1:])
    return Q(**{f"{first}__gte": value}) & (Q(**{f"{first}__gt": value}) | rest)


def choice(query: Query, name: str, known: Sequence[str]) -> str:
    """One of a closed list, or ""."""
    given = query.get(name, "")
    if given and given not in known:
        raise Invalid(name, _("%(name)s is one of: %(known)s.") % {"name": name, "known": ", ".join(known)})
    return given


def _spelt(row: Any, path: str) -> str:
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if hasattr(row, "isoformat") else str(row)


def _read(model: Any, order: Sequence[str], text: str) -> list[Any]:
    # Nothing is no value of any kind: an empty part would be read as none.
    parts = text.split(BETWEEN) if len(text) <= LONGEST and "\0" not in text and all(text.split(BETWEEN)) else []
    try:
        return [_value(_field(model, path), part) for path, part in zip(order, parts, strict=True)]
    except (ValueError, ValidationError, OverflowError) as error:
        raise Invalid("after", _("after is taken from `next` of the page before.")) from error


def _value(field: "Field[Any, Any]", text: str) -> Any:
    value = field.to_python(text)
    if isinstance(value, datetime) and timezone.is_naive(value):
        # `_spelt` never writes one, and which moment it means nobody has said.
        raise ValueError(text)
    return value


def _field(model: Any, path: str) -> "Field[Any, Any]":
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        model = field.related_model
    if not isinstance(field, Field):
        raise FieldDoesNotExist(path)
    return field
