"""Special stations for programs: given a theme, changed, ended by its last day."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Invalid
from partners.actions.special import add_special, remove_special, update_special
from partners.api import plate_serializers as serializers
from partners.api.partners import partner_named
from partners.models import SpecialStation
from stations.api.office import station_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, Removing, described, once
from stations.models import Photo, User
from stations.policies import refuse_unless_may_edit


def _photos_named(numbers: list[int], by: User, field: str) -> list[Photo]:
    found = Photo.objects.all().visible_to(by).in_bulk(numbers)
    for number in numbers:
        if number not in found:
            raise Invalid(field, _("None of the photos that you see has the number “%(number)s”.") % {"number": number})
    return [found[number] for number in numbers]


class Specials(Own):
    """Themes of stations, each from a day on."""

    model, joined = SpecialStation, ("station", "partner")
    noun, serializer = "special", serializers.OwnSpecialSerializer
    missing = gettext_lazy("None of the themes that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {
        "station": station_named,
        "partner": partner_named,
        "photos": _photos_named,
    }

    def seen(self, by: User) -> QuerySet[Any]:
        return super().seen(by).prefetch_related("photos")


@described(
    get=("office_specials", "Themes of the stations in one's scope, page by page"),
    post=("office_specials_add", "Make a station special"),
)
class OwnSpecialsView(Specials, Adding, OwnList):
    takes = serializers.NewSpecialSerializer
    asked_by: ClassVar = {"station": station_named}

    def add(self, given: dict[str, Any], by: User) -> Any:
        station, beside = given.pop("station"), {"reason": given.pop("reason"), "photos": given.pop("photos", ())}
        refuse_unless_may_edit(by, station)
        known = SpecialStation.objects.filter(station=station, theme=given["theme"], since=given["since"])
        return once(station, known, lambda: add_special(by=by, station=station, **beside, **given), **given)


@described(
    get=("office_special", "A theme of a station"),
    patch=("office_special_change", "Change it, or end it by its last day"),
    delete=("office_special_remove", "Take back what was entered by mistake"),
)
class OwnSpecialView(Specials, Changing, Removing, OwnItem):
    takes = serializers.SpecialFactsSerializer

    def change(self, row: SpecialStation, given: dict[str, Any], by: User) -> Any:
        return update_special(by=by, special=row, **given)

    def remove(self, row: SpecialStation, by: User) -> None:
        remove_special(by=by, special=row)
