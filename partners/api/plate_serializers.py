"""What programs of the back office send and read about plates and special stations, field by field."""

from typing import Any

from rest_framework import serializers

from stations.api.serializers import LONGEST_CODE, ReasonField


class OwnPlateSerializer(serializers.Serializer[Any]):
    """A programme's plate at a station."""

    id = serializers.IntegerField(source="pk")
    station = serializers.CharField(source="station.code")
    programme = serializers.CharField(source="programme.code")
    number = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="the last day; null: until further notice")
    granted_by = serializers.CharField(source="granted_by.code", default=None, allow_null=True, help_text="of a unit")
    agreement = serializers.IntegerField(
        source="agreement_id", allow_null=True, help_text="id of the agreement under which it hangs"
    )


class NewPlateSerializer(serializers.Serializer[Any]):
    """A plate to hang. The same station, programme, days and number are the same plate, however often sent."""

    station = serializers.CharField(max_length=8, help_text="code")
    programme = serializers.CharField(max_length=LONGEST_CODE, help_text="code")
    number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    since = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True, default=None)
    granted_by = serializers.CharField(
        max_length=LONGEST_CODE, required=False, allow_null=True, default=None, help_text="code of a unit"
    )
    reason = ReasonField()


class PlateFactsSerializer(serializers.Serializer[Any]):
    """What a plate says; what is left out stays."""

    programme = serializers.CharField(max_length=LONGEST_CODE, required=False, help_text="code")
    number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False, allow_null=True)
    granted_by = serializers.CharField(
        max_length=LONGEST_CODE, required=False, allow_null=True, help_text="code of a unit"
    )
    reason = ReasonField()


class LastDaySerializer(serializers.Serializer[Any]):
    last = serializers.DateField(help_text="the last day on which it hangs")
    reason = ReasonField()


class OwnSpecialSerializer(serializers.Serializer[Any]):
    """A theme of a station."""

    id = serializers.IntegerField(source="pk")
    station = serializers.CharField(source="station.code")
    theme = serializers.CharField()
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    description = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="the last day; null: until further notice")
    photos = serializers.SerializerMethodField(help_text="ids of the photos of the station that show the theme")

    def get_photos(self, row: Any) -> list[int]:
        return sorted(photo.pk for photo in row.photos.all())


class SpecialFactsSerializer(serializers.Serializer[Any]):
    """What makes a station special; what is left out stays. A theme that is over has its last day."""

    theme = serializers.CharField(max_length=40, required=False)
    partner = serializers.CharField(max_length=8, required=False, allow_null=True, help_text="code")
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False, allow_null=True)
    photos = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=50, help_text="ids"
    )
    reason = ReasonField()


class NewSpecialSerializer(SpecialFactsSerializer):
    """A new theme. The same station, theme and first day are the same one, and refused when sent with other facts."""

    station = serializers.CharField(max_length=8, help_text="code")
    theme = serializers.CharField(max_length=40)
    since = serializers.DateField()
