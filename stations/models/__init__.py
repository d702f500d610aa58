"""Who we are and where: units, people, stations, amenities, hours."""

from stations.models.alerts import WeatherAlert
from stations.models.amenities import Amenity, StationAmenity
from stations.models.change_requests import ChangeRequest, ProposedFact
from stations.models.divisions import Division
from stations.models.duplicates import PossibleDuplicate
from stations.models.exceptions import HoursException
from stations.models.facts import FactCheck, Freshness
from stations.models.people import Keeper, Membership, User
from stations.models.publishing import MapChange, MapLeaf, StationCard
from stations.models.saved_views import SavedView
from stations.models.schedules import CalendarDay, Schedule, Timetable
from stations.models.showing import Honour, Photo
from stations.models.stations import Posting, Station
from stations.models.tokens import ApiToken
from stations.models.trail import Download, Session
from stations.models.units import Unit, UnitMove
from stations.models.uploads import Upload

__all__ = [
    "Amenity",
    "ApiToken",
    "CalendarDay",
    "ChangeRequest",
    "Division",
    "Download",
    "FactCheck",
    "Freshness",
    "Honour",
    "HoursException",
    "Keeper",
    "MapChange",
    "MapLeaf",
    "Membership",
    "Photo",
    "PossibleDuplicate",
    "Posting",
    "ProposedFact",
    "SavedView",
    "Schedule",
    "Session",
    "Station",
    "StationAmenity",
    "StationCard",
    "Timetable",
    "Unit",
    "UnitMove",
    "Upload",
    "User",
    "WeatherAlert",
]
