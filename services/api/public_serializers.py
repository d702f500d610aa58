"""What everybody may read of what happens, field by field: nothing of who signed up, or whose wish it is."""

from typing import Any

from rest_framework import serializers

from services.activity_choices import ActivityKind, ActivityStatus
from services.choices import WorkerGroup
from services.online_choices import OnlineKind
from services.wish_choices import ON_WALL, WishKind, WishState
from stations.choices import StationStatus

ON_MAP = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


class ActivitySerializer(serializers.Serializer[Any]):
    """Something that a unit organises, as in the public calendar."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(ActivityKind.choices)
    title = serializers.CharField()
    title_en = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    organiser = serializers.CharField(source="organiser.name")
    partners = serializers.SerializerMethodField(help_text="codes of public partners")
    stations = serializers.SerializerMethodField(help_text="codes of the stations where it is held")
    place = serializers.CharField(allow_blank=True, help_text="where it is elsewhere, or the room")
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    status = serializers.ChoiceField(ActivityStatus.choices)
    notice = serializers.CharField(allow_blank=True, help_text="why it was cancelled, and what instead")
    takes_sign_ups = serializers.BooleanField()
    sign_up_until = serializers.DateTimeField(allow_null=True)
    capacity = serializers.IntegerField(allow_null=True)
    participant_count = serializers.IntegerField(allow_null=True, help_text="once it was reported")
    summary = serializers.CharField(allow_blank=True)

    def get_stations(self, row: Any) -> list[str]:
        return [station.code for station in row.stations.all() if station.status in ON_MAP]

    def get_partners(self, row: Any) -> list[str]:
        return [one.code for one in row.partners.all() if one.is_public and not one.merged_into_id]

    def to_representation(self, row: Any) -> Any:
        """Until it was reported, how many came is nobody's business but the organiser's."""
        told = super().to_representation(row)
        if row.status != ActivityStatus.REPORTED:
            told["participant_count"] = None
        return told


class WishSerializer(serializers.Serializer[Any]):
    """A small wish on the wall. Whose it is is told nowhere."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(WishKind.choices)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    organiser = serializers.CharField(source="unit.name", help_text="the unit that looks after it")
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260")
    needed_by = serializers.DateField()
    budget = serializers.FloatField(allow_null=True, help_text="yuan")
    state = serializers.ChoiceField([(state, WishState(state).label) for state in ON_WALL])
    proof = serializers.CharField(allow_blank=True, help_text="what was done")
    thanks = serializers.CharField(allow_blank=True)


class StorySerializer(serializers.Serializer[Any]):
    """A warm story, as long as everybody whom it shows agrees."""

    code = serializers.CharField(source="slug")
    title = serializers.CharField()
    lead = serializers.CharField(allow_blank=True)
    body = serializers.CharField(allow_blank=True, help_text="plain text with a few signs, as it was written")
    organiser = serializers.CharField(source="unit.name", help_text="the unit that tells it")
    station = serializers.SerializerMethodField(help_text="code of a station on the map, or null")
    published_at = serializers.DateTimeField()

    def get_station(self, row: Any) -> str | None:
        return row.station.code if row.station and row.station.status in ON_MAP else None


class OnlineServiceSerializer(serializers.Serializer[Any]):
    """A link or a guide. What a partner sells is of the kind `product` and names the partner, if that is public."""

    code = serializers.CharField(help_text="stays when it is renamed")
    kind = serializers.ChoiceField(OnlineKind.choices)
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    guide = serializers.CharField(allow_blank=True)
    website = serializers.CharField(source="url", allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    division = serializers.CharField(source="division_id", allow_null=True, help_text="null: the whole country")
    groups = serializers.ListField(child=serializers.ChoiceField(WorkerGroup.choices), help_text="empty: everybody")
    first = serializers.DateField(allow_null=True)
    last = serializers.DateField(allow_null=True)
    day_of_month = serializers.IntegerField(allow_null=True)
    partner = serializers.SerializerMethodField(help_text="name of a public partner, or null")

    def get_partner(self, row: Any) -> str | None:
        return row.partner.name if row.partner and row.partner.is_public else None
