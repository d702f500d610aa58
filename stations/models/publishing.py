"""The published state of the stations: what the public sees, and which stations have changed since."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models.functions import Now

from harbor_portal.lib.fields import WrittenJSONField
from stations.card_querysets import StationCardManager, mercator_point
from stations.models.schedules import Timetable
from stations.models.stations import Station


class StationCard(models.Model):
    """A station as last published: the read model behind the map's leaves, the lists and the API.

    `tile` is the quadkey of the station's place (base 4, one digit a zoom level), so that a leaf of the quadtree is
    the set of cards whose `tile` begins with the leaf's own quadkey. `amenities` holds the ids of the amenities that
    can be used now, `lacking` of those known to be missing or broken (of the rest nobody knows), `programmes` the codes
    of those whose plates hang, `marks` the words by which it stands out (stations/marks.py), `record` the public facts
    as in the API. The moments are today's live state as of the last publishing: opened and closed by the keeper, last
    visit, last report of "arrived but closed" that nobody has settled; and `supplies`, what is given out there today,
    each with the moment when it was last seen.
    """

    station = models.OneToOneField(Station, models.CASCADE, primary_key=True, related_name="card")
    code = models.CharField(max_length=8, unique=True, db_collation="C")
    longitude = models.FloatField()
    latitude = models.FloatField()
    tile = models.CharField(max_length=16)
    division_code = models.CharField(max_length=9, blank=True, db_collation="C")
    timetable = models.ForeignKey(Timetable, models.PROTECT, null=True, related_name="+")
    host_kind = models.CharField(max_length=20, blank=True)
    entry_mode = models.CharField(max_length=20, blank=True)
    amenities = ArrayField(models.IntegerField(), default=list)
    lacking = ArrayField(models.IntegerField(), default=list)
    programmes = ArrayField(models.CharField(max_length=40), default=list)
    marks = ArrayField(models.CharField(max_length=10), default=list)
    suspended_from = models.DateField(null=True, help_text="its first day, which may be still to come")
    suspended_through = models.DateField(null=True, help_text="its last day; the end of time: until further notice")
    pinyin = models.CharField(max_length=100, blank=True)
    record = WrittenJSONField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    reported_closed_at = models.DateTimeField(null=True)
    supplies = models.JSONField(null=True, help_text="what it gives out today: code and when it was last seen")
    changed_at = models.DateTimeField(db_default=Now(), help_text="when its public facts last changed")

    objects: ClassVar[StationCardManager] = StationCardManager()

    class Meta:
        indexes = [
            GistIndex(mercator_point(), name="station_card_place"),
            models.Index(fields=["tile"], name="station_card_tile", opclasses=["varchar_pattern_ops"]),
            # Both are in the order of their bytes, so that one index finds what begins with some digits and gives lists
            # their order.
            models.Index(fields=["division_code", "code"], name="station_card_division"),
            # For amenities that few stations have: there the nearest-first walk would visit the whole country.
            GinIndex(fields=["amenities"], name="station_card_amenities"),
            GinIndex(fields=["programmes"], name="station_card_programmes"),
            GinIndex(fields=["marks"], name="station_card_marks"),
        ]

    def __str__(self) -> str:
        return self.code


class MapLeaf(models.Model):
    """A leaf of the published quadtree, as the index names it; see docs/publishing.md."""

    quadkey = models.CharField(max_length=16, primary_key=True)
    count = models.PositiveIntegerField()
    hash = models.CharField(max_length=12)
    longitude = models.FloatField()
    latitude = models.FloatField()

    def __str__(self) -> str:
        return self.quadkey or "r"


class MapChange(models.Model):
    """A note that a station's public facts changed. Append-only, deleted by the publisher that has taken it up.

    Without a station it says that everything is to be published anew: the calendar changed, or too many to name.
    """

    station = models.ForeignKey(Station, models.CASCADE, null=True, db_index=False)
    is_live_only = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.station_id or 'all'} {self.at}"
