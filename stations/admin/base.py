"""The ground of every list and form in the back office: rows, choices and rights follow the person's scope."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from harbor_portal.lib.errors import PortalError, Refused
from stations.admin.lists import ScopedChangeList, chosen_columns, columns_of, views_of
from stations.admin.paging import CappedPaginator, KeysetChangeList
from stations.choices import Role
from stations.forms import NAMES, LabelledSelect
from stations.imports.kinds import KINDS, ListKind
from stations.models import User
from stations.scope import Scope, scope_of

T = TypeVar("T")
M = TypeVar("M", bound=Model)


def once(request: HttpRequest, key: object, ask: Callable[[], T]) -> T:
    """The answer to a question that the admin asks many times in one request."""
    answers: dict[object, Any] = request.__dict__.setdefault("_answers", {})
    if key not in answers:
        answers[key] = ask()
    return answers[key]  # type: ignore[no-any-return]  # the key names the question


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def scope(request: HttpRequest) -> Scope:
    return once(request, "scope", lambda: scope_of(person(request)))


def is_officer(request: HttpRequest) -> bool:
    return scope(request).everything or bool(scope(request).paths_as(Role.OFFICER))


def in_scope(model: type[M], request: HttpRequest) -> QuerySet[M]:
    """The rows of the model that the person sees; a catalogue, which belongs to nobody, is seen by all."""
    rows: QuerySet[M] = model._default_manager.all()
    return rows.visible_to(person(request)) if hasattr(rows, "visible_to") else rows


def kind_of(model: type[Model]) -> ListKind | None:
    """In which lists such rows come and go, if in any."""
    return next((kind for kind in KINDS.values() if kind.model is model), None)


def may_send(kind: ListKind, by: User) -> bool:
    try:
        kind.refuse(by)
    except Refused:
        return False
    return True


@contextmanager
def saying_why(why: Callable[[], str]) -> Iterator[None]:
    """Django's own refusals have no words."""
    try:
        yield
    except PermissionDenied as refusal:
        raise PermissionDenied(*(refusal.args or [why()])) from refusal


def field_is_loaded(row: Model, name: str) -> bool:
    """Whether the related row is in hand, so that reading it asks the database nothing."""
    related: Any = row._meta.get_field(name)
    return bool(related.is_cached(row))


class ScopedForm(forms.ModelForm):  # type: ignore[type-arg]  # one form for every model
    """Offers choices in scope, and lets what the row already holds stay although it is out of scope.

    A page says what it showed, so that only what the person changed is written: what somebody else wrote since then
    stays, although the page still shows what was before.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = not isinstance(field, forms.FileField)
            if isinstance(field, forms.ModelChoiceField):
                self._keep(name, field)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            own = {one.name for one in self.instance._meta.fields}
            untouched = own & values.keys() - set(self.changed_data)
            values |= {name: getattr(self.instance, name) for name in untouched}
        return values

    def _keep(self, name: str, field: Any) -> None:
        if name not in {one.name for one in self.instance._meta.fields}:
            return
        held = getattr(self.instance, self.instance._meta.get_field(name).attname)
        if held is None or field.queryset is None:
            return
        if field.queryset.query.where:
            offered = Q(pk__in=field.queryset.values("pk")) | Q(pk=held)
            field.queryset = field.queryset.model._default_manager.filter(offered)
        if field_is_loaded(self.instance, name) and isinstance(row := getattr(self.instance, name), Model):
            widget = field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
            if isinstance(widget, LabelledSelect):
                widget.known = {str(held): field.label_from_instance(row)}


class RefusedForm(forms.ModelForm):  # type: ignore[type-arg]  # one form for every model
    """A form that an action has just refused: shown again as it was typed, with the reason."""

    refusal: PortalError

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            field = getattr(self.refusal, "field", None)
            self.add_error(field if field in self.fields else None, str(self.refusal))


class ScopedChoices(admin.options.BaseModelAdmin):  # type: ignore[type-arg]  # for admins and inlines of every model
    """Foreign keys offer, and accept from a form post, only rows in scope."""

    form: type[forms.ModelForm] = ScopedForm  # type: ignore[type-arg]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self.choices_of(db_field, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", LabelledSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        return in_scope(db_field.remote_field.model, request)


class ScopedAdmin(ScopedChoices, admin.ModelAdmin):  # type: ignore[type-arg]  # the base of every model's admin
    """Everybody in the back office may look at the rows in their scope; `may_write` and `may_delete` say who may more.

    Django's own permissions are not asked: authority is a place in the unit tree.
    """

    by_keyset = False
    """Whether the list is too long to be counted; then `ordering` must be descending, and tell any two rows apart."""
    more_columns: list[str] = []
    """Columns that are shown only to who asks for them."""
    read_only_reason: str | Promise = _("Administrators keep this list. If something in it is wrong, tell yours.")
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 50
    view_on_site = False

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change this row, or add one when there is none; by default the administrator's alone."""
        return scope(request).everything

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        # Filters hand on to the database whatever they are asked for, and PostgreSQL knows no zero byte.
        if any("\0" in value for value in request.GET.values()):
            raise Http404
        shown = self.get_list_display(request)
        kind = kind_of(self.model)
        around = {
            "list_kind": kind,
            "may_import": kind is not None and may_send(kind, person(request)),
            "columns": columns_of(self.model, self, [*self.list_display, *self.more_columns], shown),
            "saved_views": views_of(person(request), self.model),
            "why_read_only": "" if self.has_add_permission(request) else self.why_read_only(request),
        }
        with saying_why(lambda: self.why_read_only(request)):
            return super().changelist_view(request, around | (extra_context or {}))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        with saying_why(lambda: self.why_read_only(request)):
            return super().add_view(request, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        def why() -> str:
            row = self.get_object(request, unquote(object_id))
            if row is not None and self.has_change_permission(request, row):
                return gettext("It is kept, so that what refers to it stays whole.")
            return self.why_read_only(request, row)

        with saying_why(why):
            return super().delete_view(request, object_id, extra_context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """What no column and no filter shows cannot be found out letter by letter by asking for it either."""
        filters = self.get_list_filter(request)
        asked = {getattr(one, "parameter_name", one) for one in filters}
        shown = {"id", *self.list_display, *self.more_columns, *(str(one).partition("__")[0] for one in asked)}
        hidden = {one.name for one in self.opts.get_fields()} - shown
        allowed: bool = super().lookup_allowed(lookup, value, request)
        return allowed and (lookup in asked or lookup.partition("__")[0] not in hidden)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetChangeList if self.by_keyset else ScopedChangeList

    def get_list_display(self, request: HttpRequest) -> Any:
        return chosen_columns(request, list(self.list_display), self.more_columns)

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        """Why the person cannot change this row, or add any, and who can."""
        return str(self.read_only_reason)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A refusal says why, like the page of who may only read."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        is_read = not (self.has_change_permission(request, row) if row else self.has_add_permission(request))
        why = self.why_read_only(request, row) if is_read else ""
        with saying_why(lambda: why):
            return super().changeform_view(request, object_id, form_url, {"why_read_only": why} | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request)) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete(request, obj)


class ScopedHistoryAdmin(ScopedAdmin, SimpleHistoryAdmin):  # type: ignore[misc]  # simple_history is untyped
    """With the history of each row: who, when, before, after, why. Versions are read, not brought back."""

    object_history_list_template = "admin/_history_list.html"

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What an action refuses is said at its field, beside all that was typed; nothing of the save remains."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except PortalError as error:
            request.__dict__["_refusal"] = error
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        refusal = request.__dict__.get("_refusal")
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        # simple_history would show what it remembers of a row that the person cannot see.
        if self.get_object(request, unquote(object_id)) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def set_history_delta_changes(self, *_args: Any, **_kwargs: Any) -> None:
        """Not simple_history's: the template says it in words."""

    def history_form_view(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        raise Http404


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that are written elsewhere: by an action or by a seed."""

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OwnPageAdmin(ReadOnlyAdmin):
    """Each row has a page of its own instead of a form of fields: what it says, and what can be done about it."""

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            raise PermissionDenied(self.why_read_only(request))
        return self.row_page(request, row)


class QueueFilter(admin.SimpleListFilter):
    """Of a list of work: begins with what is still to be done, which `begins_with` names."""

    title = _("state")
    parameter_name = "state"
    begins_with: str | Promise

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": self.begins_with}, *others]


class LabelledFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """Each input of a table says what it is, since the column's header is no label to a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))
            if isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget.widget.attrs.setdefault("aria-label", str(field.label or ""))


class ScopedInline(ScopedChoices, admin.TabularInline):  # type: ignore[type-arg]  # the base of every inline
    """Rows of a parent: written by whoever may write the parent."""

    extra = 0
    show_change_link = False
    formset = LabelledFormSet

    @property
    def media(self) -> forms.Media:
        return super().media + NAMES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(person(request)) if hasattr(rows, "visible_to") else rows  # type: ignore[no-any-return]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return parent.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)
