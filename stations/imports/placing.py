"""Where the station of a row stands: the coordinates converted, and compared with what is possible."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from harbor_portal.lib.datum import to_wgs84
from stations.choices import Datum
from stations.imports.known import Known
from stations.imports.sheets import Row
from stations.models import Station
from stations.places import Place
from stations.plausible import in_china, look_swapped

DECIMALS = 7
"""Of degrees, about a centimetre."""
PRECISION = 1e-7


@dataclass(frozen=True)
class Position:
    """WGS-84 degrees, and the datum of the source."""

    longitude: float
    latitude: float
    datum: str

    def is_that_of(self, station: Station) -> bool:
        if station.longitude is None or station.latitude is None:
            return False
        off = max(abs(station.longitude - self.longitude), abs(station.latitude - self.latitude))
        return off < PRECISION


def read_position(row: Row, known: Known, division: Place | None, station: Station | None) -> Position | None:
    """The place that the row gives; None when it gives none, a wrong one, or that at which the station stands already.

    What stands is not judged anew: somebody has placed it there.
    """
    given = [key for key in ("longitude", "latitude") if key in row.cells]
    if len(given) == 1:
        row.error(given[0], _("Longitude and latitude go together: fill in both, or neither."))
    if not {"longitude", "latitude"} <= row.values.keys():
        return None
    longitude, latitude = row.values["longitude"], row.values["latitude"]
    datum = row.values.get("datum", Datum.WGS84.value)
    if datum == Datum.WGS84 and station and Position(longitude, latitude, datum).is_that_of(station):
        return None
    if sentence := _impossible(longitude, latitude):
        row.error("longitude", sentence)
        return None
    longitude, latitude = (round(degrees, DECIMALS) for degrees in to_wgs84(longitude, latitude, datum))
    position = Position(longitude, latitude, datum)
    if station and position.is_that_of(station):
        return None
    _judge_distance(row, known, division, longitude, latitude)
    return position


def _impossible(longitude: float, latitude: float) -> str:
    if look_swapped(longitude, latitude):
        return _("These look swapped: %(longitude)s is a longitude and %(latitude)s a latitude of China.") % {
            "longitude": f"{latitude:g}",
            "latitude": f"{longitude:g}",
        }
    if not in_china(longitude, latitude):
        return _("This place (%(longitude)s, %(latitude)s) is not in China: longitude 73 to 136, latitude 3 to 54.") % {
            "longitude": f"{longitude:g}",
            "latitude": f"{latitude:g}",
        }
    return ""


def _judge_distance(row: Row, known: Known, division: Place | None, longitude: float, latitude: float) -> None:
    """A place far from the centre of its division is an error; without a division the nearest one is asked."""
    place = division or known.reaches.nearest(longitude, latitude)
    if place is None:
        return
    distance = known.reaches.judge(place, longitude, latitude)
    if distance.verdict == "fine":
        return
    values = {"km": round(distance.metres / 1000), "division": known.gazetteer.path(place)}
    if distance.verdict == "far":
        row.warn("longitude", _("This place lies %(km)s km from the centre of %(division)s. Is that right?") % values)
    elif division:
        row.error(
            "longitude",
            _(
                "This place lies %(km)s km from the centre of %(division)s, in the sea or elsewhere. Correct the"
                " coordinates or the division."
            )
            % values,
        )
    else:
        row.error(
            "longitude",
            _("This place lies in the sea or abroad: the nearest district, %(division)s, is %(km)s km away.") % values,
        )
