"""Rows of one kind for programs: told page by page or one by one, added, changed, removed, taken a step on.

A kind is an `Own`: it says which rows somebody sees, and how one is told. Each of its views says what is sent to it,
and makes one call of an action.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Serializer

from harbor_portal.lib.errors import Invalid, StaleState
from stations.api.lists import choice
from stations.api.office import REFUSED, OfficeView, checked, person
from stations.api.serializers import LONGEST_CODE
from stations.models import User

PAGE_SIZE = 100
LONGEST_NUMBER = 18
"""Digits of what the database counts rows by."""
AFTER = OpenApiParameter("after", str, description="`next` of the page before")
REMOVED = OpenApiResponse(description="it is gone; its history stays")

Named = Callable[[Any, User, str], Any]
"""The row, or rows, that a code or codes name, of those that the person sees; raises `Invalid` for the field."""
Do = Callable[[Any, dict[str, Any], User], Any]
"""The row, what was sent, and the person."""
V = TypeVar("V", bound="Own")


class NothingSerializer(serializers.Serializer[Any]):
    """The address says it all."""


class Own(OfficeView):
    """What the views of one kind share."""

    model: ClassVar[type[Model]]
    joined: ClassVar[Sequence[str]] = ()
    """What is told of other rows, and so read together with each."""
    noun: ClassVar[str]
    """One of them, in the names of operations."""
    serializer: ClassVar[type[Serializer[Any]]]
    full: ClassVar[type[Serializer[Any]] | None] = None
    """How one is told, where that is more than a line of the list."""
    missing: ClassVar[str | Promise]
    """Answers an address with the `code` or `number` of none of them."""
    code: ClassVar[str] = "code"
    """The field by which an address names one, unless that gives its number."""
    takes: ClassVar[type[Serializer[Any]]] = NothingSerializer
    """What is sent to the view."""
    named: ClassVar[Mapping[str, Named]] = {}
    """What is sent as the code of another row, by field."""

    def seen(self, by: User) -> QuerySet[Any]:
        """All that the person sees."""
        rows: Any = self.model._default_manager.all()
        shown: QuerySet[Any] = rows.visible_to(by)
        return shown.select_related(*self.joined) if self.joined else shown

    def whole(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what only `full` tells."""
        return rows

    def spelt(self, code: str) -> str:
        """A code as it is kept, however somebody typed it."""
        return code.upper()

    def find(self, by: User, *, pk: int | None = None, code: str = "") -> Any:
        """The row that an address names, if the person sees it."""
        return self._one(self.seen(by), pk, code)

    @classmethod
    def of_code(cls, code: str, by: User, field: str) -> Any:
        """The same, named in a field of what was sent: a `Named`."""
        try:
            return cls().find(by, code=code)
        except NotFound as error:
            raise Invalid(field, str(error.detail)) from error

    @classmethod
    def of_number(cls, number: int | str, by: User, field: str) -> Any:
        """The same of what is known by its number."""
        text = str(number)
        is_one = text.isdecimal() and len(text) <= LONGEST_NUMBER
        found = cls().seen(by).filter(pk=int(text)).first() if is_one else None
        if found is None:
            raise Invalid(field, cls.missing % {"number": text[:20]})
        return found

    def told(self, row: Any, by: User) -> Response:
        """As it stands now."""
        return Response(self._full()(self._one(self.whole(self.seen(by)), row.pk)).data)

    def given(self, request: Request) -> dict[str, Any]:
        """What was sent, with the rows that codes name."""
        given = checked(self.takes, request)
        for name, find in self.named.items():
            if given.get(name):
                given[name] = find(given[name], person(request), name)
        return given

    @classmethod
    def described_as(cls, method: str) -> dict[str, Any]:
        """What a method takes and answers, for the description of the API."""
        if method == "delete":
            return {"responses": {204: REMOVED} | REFUSED}
        takes = {} if method == "get" else {"request": cls.takes}
        return takes | {"responses": {200: cls._full()} | REFUSED}

    @classmethod
    def _full(cls) -> type[Serializer[Any]]:
        return cls.full or cls.serializer

    def _one(self, rows: QuerySet[Any], pk: int | None, code: str = "") -> Any:
        which = {self.code: self.spelt(code.replace("\0", ""))} if pk is None else {"pk": pk}
        row = rows.filter(**which).first()
        if row is None:
            raise NotFound(self.missing % {"code": code[:40], "number": pk})
        return row


class OwnList(Own):
    order: ClassVar[str] = "pk"
    """A field that tells any two rows apart; `after` is its value in the last row of the page before."""
    narrowed_by: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Fields, each with all its values, by which one may ask for some of them."""
    asked_by: ClassVar[Mapping[str, Named]] = {}
    """The same, with how the code of another row names it."""

    def get(self, request: Request) -> Response:
        """Rows of one's scope, page by page."""
        rows = self._asked_for(request).order_by(self.order)
        if after := request.query_params.get("after", ""):
            rows = rows.filter(**{f"{self.order}__gt": self._read(after)})
        found = list(rows[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        following = str(getattr(shown[-1], self.order)) if len(found) > PAGE_SIZE else None
        return Response({"next": following, "results": self.serializer(shown, many=True).data})

    @classmethod
    def described_as(cls, method: str) -> dict[str, Any]:
        if method != "get":
            return super().described_as(method)
        narrowed = [OpenApiParameter(name, str, enum=list(values)) for name, values in cls.narrowed_by.items()]
        asked = [OpenApiParameter(name, str, description="its code, or number") for name in cls.asked_by]
        answers = {200: own_page_of(cls.serializer)} | REFUSED
        return {"parameters": [*narrowed, *asked, AFTER], "responses": answers}

    def _asked_for(self, request: Request) -> QuerySet[Any]:
        by, query = person(request), request.query_params
        rows = self.seen(by)
        for name, values in self.narrowed_by.items():
            if value := choice(query, name, values):
                rows = rows.filter(**{name: value})
        for name, find in self.asked_by.items():
            if code := query.get(name):
                rows = rows.filter(**{name: find(code, by, name)})
        return rows

    def _read(self, text: str) -> Any:
        is_number = self.order == "pk"
        most = LONGEST_NUMBER if is_number else LONGEST_CODE
        if "\0" in text or len(text) > most or (is_number and not (text.isascii() and text.isdecimal())):
            raise Invalid("after", _("after is taken from `next` of the page before."))
        return int(text) if is_number else text


class Adding(Own):
    def add(self, given: dict[str, Any], by: User) -> Any:
        """The new row, or the one that was sent before."""
        raise NotImplementedError

    @transaction.atomic
    def post(self, request: Request) -> Response:
        by = person(request)
        return self.told(self.add(self.given(request), by), by)


class OwnItem(Own):
    def get(self, request: Request, **address: Any) -> Response:
        by = person(request)
        return self.told(self.find(by, **address), by)


class Changing(Own):
    def change(self, row: Any, given: dict[str, Any], by: User) -> Any:
        raise NotImplementedError

    @transaction.atomic
    def patch(self, request: Request, **address: Any) -> Response:
        """What is left out stays."""
        by = person(request)
        row = self.find(by, **address)
        self.change(row, self.given(request), by)
        return self.told(row, by)


class Removing(Own):
    def remove(self, row: Any, by: User) -> Any:
        raise NotImplementedError

    def delete(self, request: Request, **address: Any) -> Response:
        by = person(request)
        self.remove(self.find(by, **address), by)
        return Response(status=204)


class StepView(Own):
    do: ClassVar[Do]

    def post(self, request: Request, **address: Any) -> Response:
        """What was done already is answered with 409."""
        by = person(request)
        row = self.find(by, **address)
        type(self).do(row, self.given(request), by)
        return self.told(row, by)


def step(kind: type[Own], name: str, summary: str, takes: type[Serializer[Any]], do: Do) -> type[StepView]:
    """The view of one step of rows that go from state to state: an address of its own, and one action behind it."""
    title = f"{name.title().replace('-', '')}{kind.noun.title()}View"
    view = type(title, (kind, StepView), {"takes": takes, "do": staticmethod(do)})
    return described(post=(f"office_{kind.noun}_{name.replace('-', '_')}", summary))(view)


def described(**methods: tuple[str, str]) -> Callable[[type[V]], type[V]]:
    """Names the operation of each method in the description of the API, and says what it does."""

    def describe(view: type[V]) -> type[V]:
        told = {
            method: extend_schema(operation_id=operation, summary=summary, **view.described_as(method))
            for method, (operation, summary) in methods.items()
        }
        return extend_schema_view(**told)(view)

    return describe


def once(holder: Model, known: QuerySet[Any], make: Callable[[], Any], **said: Any) -> Any:
    """The row that is known, else the one that is made. One that is known, but not as it is `said`, is refused.

    Two that are sent at the same moment would not see each other, so each waits for the holder's row.
    """
    # A person may come as Django's lazy user, of whose type there are no rows.
    holder.__class__._default_manager.select_for_update(no_key=True).get(pk=holder.pk)
    found = known.first()
    if found and any(getattr(found, name) != value for name, value in said.items()):
        raise StaleState(_("This stands here already, with other facts; change those."))
    return found or make()


def own_page_of(serializer: type[Serializer[Any]]) -> type[Serializer[Any]]:
    """A page of such rows, for the description of the API."""
    name = serializer.__name__.removesuffix("Serializer")
    following = CharField(allow_null=True, help_text="to give as `after` for the page that follows")
    return type(f"{name}PageSerializer", (Serializer,), {"next": following, "results": serializer(many=True)})
