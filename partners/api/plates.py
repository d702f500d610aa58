"""Plates for programs: hung at a station, changed, and taken down again."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid, StaleState
from partners.actions.plates import grant_plates, update_plate, withdraw_plates
from partners.api import plate_serializers as serializers
from partners.api.programmes import programme_named
from partners.models import Plate
from stations.api.office import person, station_named, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, described, once
from stations.models import Station, User
from stations.policies import refuse_unless_may_edit


class Plates(Own):
    """Plates of programmes at stations, each from a day on."""

    model, joined = Plate, ("station", "programme", "granted_by")
    noun, serializer = "plate", serializers.OwnPlateSerializer
    missing = gettext_lazy("None of the plates that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {
        "station": station_named,
        "programme": programme_named,
        "granted_by": unit_named,
    }


@described(
    get=("office_plates", "Plates at the stations in one's scope, page by page"),
    post=("office_plates_grant", "Hang a programme's plate at a station"),
)
class OwnPlatesView(Plates, Adding, OwnList):
    takes = serializers.NewPlateSerializer
    asked_by: ClassVar[dict[str, Named]] = {"station": station_named, "programme": programme_named}

    def add(self, given: dict[str, Any], by: User) -> Any:
        station = given.pop("station")
        refuse_unless_may_edit(by, station)
        same = {name: given[name] for name in ("programme", "since", "until", "number")}
        return once(station, Plate.objects.filter(station=station, **same), lambda: _hang(station, given, by))


@described(
    get=("office_plate", "A plate"),
    patch=("office_plate_change", "Change what it says; of what hangs under an agreement, its number"),
)
class OwnPlateView(Plates, Changing, OwnItem):
    takes = serializers.PlateFactsSerializer

    def change(self, row: Plate, given: dict[str, Any], by: User) -> Any:
        return update_plate(by=by, plate=row, **given)


@described(post=("office_plate_withdraw", "Take it down; what hangs under an agreement comes down with that"))
class WithdrawView(Plates):
    takes = serializers.LastDaySerializer

    def post(self, request: Request, pk: int) -> Response:
        by = person(request)
        plate, given = self.find(by, pk=pk), self.given(request)
        if not withdraw_plates(by=by, plates=[plate], **given):
            raise StaleState(_("By then this plate is down already."))
        return self.told(plate, by) if plate.since <= given["last"] else Response(status=204)

    @classmethod
    def described_as(cls, method: str) -> dict[str, Any]:
        said = super().described_as(method)
        gone = OpenApiResponse(description="it would have hung later, and is removed")
        return said | {"responses": said["responses"] | {204: gone}}


def _hang(station: Station, given: dict[str, Any], by: User) -> Plate:
    """One plate, or the sentence that says why the station gets none."""
    numbers = {station.pk: given.pop("number")}
    done = grant_plates(by=by, stations=[station], numbers=numbers, **given)
    if done.plan.closed:
        raise Invalid("station", _("%(station)s is closed for good.") % {"station": station})
    if done.plan.bore_it:
        raise Invalid("since", _("This station bears this programme's plate on one of these days already."))
    return done.plates[0]
