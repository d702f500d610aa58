"""What the API answers, field by field, for its documentation; the records themselves are kept ready as cards."""

from rest_framework import serializers

from stations.actions.records import MAX_REASON
from stations.choices import Access, CalendarPolicy, EntryMode, Health, HonourLevel, HostKind, OpenReason

LONGEST_CODE = 40
"""Of a unit, a programme, a supply."""
_STATES = ("open", "closed", "unknown")


class ReasonField(serializers.CharField):
    """Why something is written as it is now."""

    def __init__(self) -> None:
        super().__init__(
            max_length=MAX_REASON, required=False, allow_blank=True, default="", help_text="stands in the history"
        )


class AmenitySerializer(serializers.Serializer[object]):
    """What is known of one amenity. A code that is absent is unknown; `none` says that there is none."""

    code = serializers.CharField()
    access = serializers.ChoiceField(Access.choices)
    health = serializers.ChoiceField(Health.choices)


class PlateSerializer(serializers.Serializer[object]):
    """A programme whose plate hangs at the station."""

    programme = serializers.CharField()
    number = serializers.CharField(allow_blank=True)


class MarkSerializer(serializers.Serializer[object]):
    """What makes it stand out: the level of its highest honour, or its theme."""

    mark = serializers.CharField()
    text = serializers.CharField()


class StationSerializer(serializers.Serializer[object]):
    """A station as in lists."""

    code = serializers.CharField()
    name = serializers.CharField()
    longitude = serializers.FloatField(help_text="WGS-84")
    latitude = serializers.FloatField(help_text="WGS-84")
    address = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    host_kind = serializers.ChoiceField(HostKind.choices)
    entry_mode = serializers.ChoiceField(EntryMode.choices)
    opening_hours = serializers.CharField(allow_null=True, help_text="in the grammar of OpenStreetMap")
    calendar_policy = serializers.ChoiceField(CalendarPolicy.choices, allow_null=True)
    amenities = AmenitySerializer(many=True)
    plates = PlateSerializer(many=True)
    marks = MarkSerializer(many=True)
    division = serializers.CharField(allow_null=True, help_text="GB/T 2260")
    status = serializers.ChoiceField(["published", "suspended"])
    suspended_from = serializers.DateField(allow_null=True, help_text="the first day, which may be still to come")
    suspended_until = serializers.DateField(allow_null=True, help_text="the last day")
    verified_at = serializers.DateTimeField(allow_null=True)
    open_state = serializers.ChoiceField(_STATES)
    open_until = serializers.DateTimeField(allow_null=True, help_text="when open_state changes; null if not known")


class NearStationSerializer(StationSerializer):
    """A station with its distance."""

    distance_m = serializers.IntegerField(help_text="metres by great circle")


class PhotoSerializer(serializers.Serializer[object]):
    """A WebP file at most 1280 pixels wide and high; the small one at most 480. An address keeps its picture."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    small_url = serializers.URLField()
    caption = serializers.CharField(allow_blank=True)
    taken_date = serializers.DateField(allow_null=True)


class HonourSerializer(serializers.Serializer[object]):
    """A title that the station holds today."""

    title = serializers.CharField()
    level = serializers.ChoiceField(HonourLevel.choices)
    year = serializers.IntegerField()
    expires_date = serializers.DateField(allow_null=True, help_text="the last day on which it holds")


class HoursExceptionSerializer(serializers.Serializer[object]):
    """Days on which other hours hold than usual."""

    first = serializers.DateField()
    last = serializers.DateField(help_text="included")
    opening_hours = serializers.CharField(help_text="in the grammar of OpenStreetMap; off: closed")
    reason = serializers.CharField()


class FullStationSerializer(StationSerializer):
    """Everything public about a station."""

    open_reason = serializers.ChoiceField(OpenReason.choices)
    open_note = serializers.CharField(allow_blank=True, help_text="the words of today's exception")
    exceptions = HoursExceptionSerializer(many=True)
    opened_at = serializers.DateTimeField(allow_null=True, help_text="when its keeper opened it today")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="when its keeper closed it today")
    seen_at = serializers.DateTimeField(allow_null=True, help_text="the last visit counted live today")
    reported_closed_at = serializers.DateTimeField(
        allow_null=True, help_text="when somebody last found it closed today, if that is still being checked"
    )
    supplies = serializers.DictField(
        child=serializers.DateTimeField(), help_text="what it gives out today, and when that was last seen there"
    )
    suspended_reason = serializers.CharField(allow_blank=True)
    area_m2 = serializers.FloatField(allow_null=True)
    seats = serializers.IntegerField(allow_null=True)
    is_smart = serializers.BooleanField()
    opened_date = serializers.DateField(allow_null=True)
    photos = PhotoSerializer(many=True)
    honours = HonourSerializer(many=True)


class NearestSerializer(serializers.Serializer[object]):
    results = NearStationSerializer(many=True)


class PageSerializer(serializers.Serializer[object]):
    next = serializers.URLField(allow_null=True)
    results = StationSerializer(many=True)


class ErrorBodySerializer(serializers.Serializer[object]):
    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment]  # the error's own key, as agreed
        child=serializers.ListField(child=serializers.CharField()), help_text="sentences by parameter"
    )


class ErrorSerializer(serializers.Serializer[object]):
    """The one shape of every refusal."""

    error = ErrorBodySerializer()
