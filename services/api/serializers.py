"""What is sent about a station's day, and how the day is answered."""

from typing import Any

from rest_framework import serializers

from services.choices import Method, WorkerGroup
from services.models.wishes import MAX_REASON


class KeyedSerializer(serializers.Serializer[Any]):
    """Whatever is sent again under the same key is done once."""

    client_key = serializers.UUIDField(help_text="made by the sender, a new one for everything that is new")


class WhySerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=MAX_REASON)


class MomentSerializer(KeyedSerializer):
    """Something that was done at the door."""

    at = serializers.DateTimeField(required=False, help_text="when it was done; now, if it is not said")


class VisitsSerializer(KeyedSerializer):
    """A figure, or so many more."""

    group = serializers.ChoiceField(WorkerGroup.choices)
    method = serializers.ChoiceField(Method.choices, help_text="how it was counted")
    hour = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=23, help_text="empty: of the whole day"
    )
    kind = serializers.ChoiceField(["add", "set"], help_text="add: so many more, or fewer. set: the figure that stands")
    count = serializers.IntegerField()
    seen = serializers.IntegerField(
        required=False, allow_null=True, help_text="with set: refused (409) unless this figure stands there still"
    )


class BucketSerializer(serializers.Serializer[object]):
    """A figure as it stands."""

    group = serializers.ChoiceField(WorkerGroup.choices)
    method = serializers.ChoiceField(Method.choices)
    hour = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class DaySerializer(serializers.Serializer[object]):
    """A station's day."""

    station = serializers.CharField()
    date = serializers.DateField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    is_nil = serializers.BooleanField(help_text="open, and nobody came")
    counted_by = serializers.ChoiceField(Method.choices, allow_blank=True, help_text="what makes the day's total")
    total = serializers.IntegerField()
    visits = BucketSerializer(many=True)
    locked = serializers.CharField(allow_null=True, help_text="why nobody can write this day, or null")
