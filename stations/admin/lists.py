"""Lists as people like to see them: which columns, and views that they saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.utils.text import capfirst

from stations.models import SavedView, User

COLUMNS = "columns"
"""In the address of a list: the columns to show, each once."""


class ScopedChangeList(ChangeList):
    """Bears the name of its rows, knows that the columns are no filter, and hands them on as one value."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.title = capfirst(str(self.opts.verbose_name_plural))
        if names := asked_columns(request):
            self.params[COLUMNS] = ",".join(names)
            self.filter_params[COLUMNS] = [self.params[COLUMNS]]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_filters_params(params)
        asked.pop(COLUMNS, None)
        return asked


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    is_shown: bool
    is_fixed: bool
    """The first one leads to the row, so it stays."""


def asked_columns(request: HttpRequest) -> list[str]:
    return [name for value in request.GET.getlist(COLUMNS) for name in value.split(",") if name]


def chosen_columns(request: HttpRequest, usual: list[Any], more: list[str]) -> list[str]:
    """What the address asks for of the `usual` ones and `more`, in their order; the usual ones if it asks for none."""
    chosen = set(asked_columns(request))
    if not chosen:
        return usual
    return [name for number, name in enumerate([*usual, *more]) if number == 0 or name in chosen]


def columns_of(model: type[Model], model_admin: Any, offered: list[str], shown: list[str]) -> list[Column]:
    return [
        Column(name, str(label_for_field(name, model, model_admin)), name in shown, number == 0)
        for number, name in enumerate(offered)
    ]


def views_of(user: User, model: type[Model]) -> list[SavedView]:
    return list(SavedView.objects.filter(user=user, table=model._meta.label_lower).order_by("name"))
