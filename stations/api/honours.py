"""Honours for programs: of stations, units and people; entered, changed, taken back."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from harbor_portal.lib.errors import Invalid
from stations.actions.honours import add_honour, hold_honour, remove_honour, update_honour
from stations.api.office import station_named, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, Removing, described, once
from stations.api.serializers import ReasonField
from stations.choices import HonourLevel
from stations.models import Honour, User

HOLDERS = ("station", "unit", "person")


class OwnHonourSerializer(serializers.Serializer[Any]):
    """A title that was awarded to a station, a unit or a person."""

    id = serializers.IntegerField(source="pk")
    station = serializers.CharField(source="station.code", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    person = serializers.CharField(source="person.username", default=None, allow_null=True, help_text="login name")
    title = serializers.CharField()
    level = serializers.ChoiceField(HonourLevel.choices)
    year = serializers.IntegerField()
    expires_date = serializers.DateField(allow_null=True, help_text="the last day on which it holds")


class HonourFactsSerializer(serializers.Serializer[Any]):
    """What is said of an honour; what is left out stays. Who holds it stays: another one's is another honour."""

    title = serializers.CharField(max_length=100, required=False)
    level = serializers.ChoiceField(HonourLevel.choices, required=False)
    year = serializers.IntegerField(min_value=1990, max_value=2100, required=False)
    expires_date = serializers.DateField(required=False, allow_null=True)
    reason = ReasonField()


class NewHonourSerializer(HonourFactsSerializer):
    """A new one, of a station, a unit or a person. The same holder, title, level and year are the same honour."""

    station = serializers.CharField(max_length=8, required=False, help_text="code")
    unit = serializers.CharField(max_length=40, required=False, help_text="code")
    person = serializers.CharField(max_length=150, required=False, help_text="login name")
    title = serializers.CharField(max_length=100)
    level = serializers.ChoiceField(HonourLevel.choices)
    year = serializers.IntegerField(min_value=1990, max_value=2100)


def _person_named(username: str, by: User, field: str) -> User:
    found: User | None = User.objects.visible_to(by).filter(username=username.replace("\0", "")).first()
    if found is None:
        raise Invalid(field, _("You see nobody with the login name “%(name)s”.") % {"name": username})
    return found


class Honours(Own):
    """Titles of stations, units and people."""

    model, joined = Honour, HOLDERS
    noun, serializer = "honour", OwnHonourSerializer
    missing = gettext_lazy("None of the honours that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"station": station_named, "unit": unit_named, "person": _person_named}


@described(
    get=("office_honours", "Honours of the stations, units and people that one sees, page by page"),
    post=("office_honours_add", "Enter an honour of a station, a unit or a person"),
)
class OwnHonoursView(Honours, Adding, OwnList):
    takes = NewHonourSerializer
    narrowed_by: ClassVar = {"level": HonourLevel.values}
    asked_by: ClassVar[dict[str, Named]] = {"station": station_named, "unit": unit_named}

    def add(self, given: dict[str, Any], by: User) -> Any:
        held, reason = {name: given.pop(name) for name in HOLDERS if given.get(name)}, given.pop("reason")
        if len(held) != 1:
            raise Invalid("station", _("An honour belongs to a station, a unit or a person: to exactly one."))
        hold_honour(by, Honour(**held))
        given.setdefault("expires_date", None)
        known = Honour.objects.filter(**held, **{name: given[name] for name in ("title", "level", "year")})
        [holder] = held.values()
        return once(holder, known, lambda: add_honour(by=by, reason=reason, **held, **given), **given)


@described(
    get=("office_honour", "An honour"),
    patch=("office_honour_change", "Change it, or say when it ran out"),
    delete=("office_honour_remove", "Take back what was entered by mistake"),
)
class OwnHonourView(Honours, Changing, Removing, OwnItem):
    takes = HonourFactsSerializer

    def change(self, row: Honour, given: dict[str, Any], by: User) -> Any:
        return update_honour(by=by, honour=row, **given)

    def remove(self, row: Honour, by: User) -> None:
        remove_honour(by=by, honour=row)
