"""Forms of the pages about people: who comes and who leaves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.utils.translation import gettext_lazy as _

from stations.choices import Role
from stations.models import Keeper, Membership, Station, Unit, User
from stations.scope import scope_of


class InvitationForm(forms.Form):
    """Who is invited, and to which stations; the administrator may give a role in a unit instead."""

    name = forms.CharField(label=_("Name of the person"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        help_text=_("With it the person logs in. Left empty, it is the phone number."),
    )
    stations = forms.ModelMultipleChoiceField(Station.objects.none(), label=_("Keeps these stations"), required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("or has a role in this unit"), required=False)
    role = forms.ChoiceField(choices=[("", "—"), *Role.choices], label=_("namely"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(by)
        stations: Any = self.fields["stations"]
        mine = Station.objects.in_units(scope.paths_as(Role.OFFICER))
        stations.queryset = Station.objects.all() if scope.everything else mine
        stations.widget = AutocompleteSelectMultiple(Keeper._meta.get_field("station"), admin.site)
        stations.widget.choices = stations.choices
        if scope.everything:
            unit: Any = self.fields["unit"]
            unit.queryset = Unit.objects.all()
            unit.widget = AutocompleteSelect(Membership._meta.get_field("unit"), admin.site)
            unit.widget.choices = unit.choices
        else:
            del self.fields["unit"], self.fields["role"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(values.get("unit")) != bool(values.get("role")):
            self.add_error("role", _("A role needs its unit, and a unit a role."))
        if values.get("unit") and values.get("stations"):
            self.add_error("stations", _("Give either stations or a role; the other can follow."))
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
        successor: Any = self.fields["successor"]
        others = User.objects.visible_to(by).filter(is_active=True).exclude(pk=person.pk)
        successor.queryset = others.order_by("name", "username")
        successor.widget = AutocompleteSelect(Keeper._meta.get_field("user"), admin.site)
        successor.widget.choices = successor.choices
