"""Forms of the pages about people, who come and leave, and about units, which move.

And how forms of the back office offer a choice of rows.
"""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from stations.choices import Role
from stations.models import Keeper, Membership, Station, Unit, UnitMove, User
from stations.scope import scope_of

NAMES = forms.Media(js=[forms.Script("js/choices.js", type="module")])  # type: ignore[list-item]  # not in the stubs


class LabelledSelect(AutocompleteSelect):
    """Knows the label of the row's own choice, so that a form of fifty rows asks the database for none of them."""

    known: dict[str, str] = {}

    @property
    def media(self) -> forms.Media:
        return super().media + NAMES

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        """The placeholder is what a screen reader says of a choice that is not yet made."""
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": _("type to search")}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if not (chosen := [one for one in value if one]) or not set(chosen) <= self.known.keys():
            return super().optgroups(name, value, attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", selected=False, index=0)]
        options = [
            self.create_option(name, one, self.known[one], selected=True, index=index)
            for index, one in enumerate(chosen, len(blank))
        ]
        return [(None, blank + options, 0)]


class WhyField(forms.CharField):
    """A word on a change, for whoever reads the history."""

    def __init__(self) -> None:
        said = _("Stands beside the change in the history.")
        super().__init__(label=_("Why"), required=False, max_length=100, help_text=said)


class InvitationForm(forms.Form):
    """Who is invited, and to which station; the administrator may give a role in a unit instead."""

    name = forms.CharField(label=_("Name of the person"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        help_text=_("With it the person logs in. Left empty, it is the phone number."),
    )
    station = forms.ModelChoiceField(Station.objects.none(), label=_("Keeps this station"), required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("or has a role in this unit"), required=False)
    role = forms.ChoiceField(choices=[("", "—"), *Role.choices], label=_("namely"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(by)
        mine = Station.objects.in_units(scope.paths_as(Role.OFFICER))
        _offer(self, "station", Station.objects.all() if scope.everything else mine, of=Keeper)
        if scope.everything:
            _offer(self, "unit", Unit.objects.all(), of=Membership)
        else:
            del self.fields["unit"], self.fields["role"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(values.get("unit")) != bool(values.get("role")):
            self.add_error("role", _("A role needs its unit, and a unit a role."))
        if values.get("unit") and values.get("station"):
            self.add_error("station", _("Give either a station or a role; the other can follow."))
        return values


class FarewellForm(forms.Form):
    """Who takes over."""

    successor = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who keeps the stations from now on?"),
        empty_label=_("Nobody yet"),
        required=False,
    )

    def __init__(self, *args: Any, by: User, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.visible_to(by).filter(is_active=True).exclude(pk=person.pk)
        _offer(self, "successor", others, of=Keeper, by_name="user")


MONTHS_OFFERED = 24


class MoveForm(forms.Form):
    """Below which unit, and from which month on; the months that have come, the running one first."""

    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("New unit above it"))
    since = forms.TypedChoiceField(label=_("First month"), coerce=date.fromisoformat)
    reason = forms.CharField(
        label=_("Why"), max_length=100, help_text=_("Stands beside the move in the history of the unit.")
    )

    def __init__(self, *args: Any, by: User, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope, running = scope_of(by), Month.of(timezone.localdate())
        units = Unit.objects.filter(kind=unit.kind).exclude(path__startswith=unit.path)
        own = units if scope.everything else units.below(scope.paths_as(Role.OFFICER))
        _offer(self, "parent", own, of=UnitMove, by_name="new_parent")
        months = [running.plus(-number) for number in range(MONTHS_OFFERED)]
        since: Any = self.fields["since"]
        since.choices = [(str(month.first), str(month)) for month in months]


def _offer(form: forms.Form, name: str, rows: QuerySet[Any], *, of: type[Model], by_name: str = "") -> None:
    """Let the field take one of `rows`, found by typing as in the forms of the model that holds such a choice."""
    field: Any = form.fields[name]
    field.queryset = rows
    field.widget = LabelledSelect(of._meta.get_field(by_name or name), admin.site)
    field.widget.choices = field.choices
