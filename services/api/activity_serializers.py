"""What programs of the back office send and read about activities."""

from typing import Any

from rest_framework import serializers

from services.activity_choices import ActivityKind
from services.api.public_serializers import ActivitySerializer


class CodesField(serializers.ListField):
    child = serializers.CharField(max_length=8)

    def __init__(self, most: int) -> None:
        super().__init__(required=False, max_length=most, help_text="codes")


class ActivityFactsSerializer(serializers.Serializer[Any]):
    """What is said beforehand; what is left out stays."""

    kind = serializers.ChoiceField(ActivityKind.choices, required=False)
    title = serializers.CharField(max_length=100, required=False)
    title_en = serializers.CharField(max_length=100, required=False, allow_blank=True)
    organiser = serializers.CharField(max_length=40, required=False, help_text="code of a unit")
    partners = CodesField(most=50)
    stations = CodesField(most=200)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    division = serializers.CharField(max_length=9, required=False, allow_null=True, help_text="GB/T 2260")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    is_public = serializers.BooleanField(required=False)
    takes_sign_ups = serializers.BooleanField(required=False)
    sign_up_until = serializers.DateTimeField(required=False, allow_null=True)
    capacity = serializers.IntegerField(min_value=1, max_value=2**15 - 1, required=False, allow_null=True)


class PlanSerializer(ActivityFactsSerializer):
    """A new one. The same organiser, title and beginning are the same activity, however often sent."""

    kind = serializers.ChoiceField(ActivityKind.choices)
    title = serializers.CharField(max_length=100)
    organiser = serializers.CharField(max_length=40, help_text="code of a unit")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class ReportSerializer(serializers.Serializer[Any]):
    """How it was. Sent again, it replaces what was reported before."""

    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0), help_text="people by group; if nobody came, a 0"
    )
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    cost = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True, min_value=0)


class RepeatSerializer(serializers.Serializer[Any]):
    """When it is held once more; it lasts as long, and sign-up ends as long before."""

    starts_at = serializers.DateTimeField()


class NoticeSerializer(serializers.Serializer[Any]):
    """Why it is called off, and what instead."""

    notice = serializers.CharField(max_length=300)


class OwnActivitySerializer(ActivitySerializer):
    """As staff read it."""

    is_public = serializers.BooleanField()
    series = serializers.CharField(
        source="series.code", allow_null=True, default=None, help_text="code of the first of its series"
    )
    booked_count = serializers.IntegerField(help_text="people who have signed up and have a place")
    cost = serializers.FloatField(allow_null=True)
    counts = serializers.SerializerMethodField()

    def get_counts(self, row: Any) -> dict[str, int]:
        """People by group, as the method that counts has them."""
        return {one.group: one.count for one in row.attendance.all() if one.method == row.counted_by}

    def to_representation(self, row: Any) -> Any:
        return super().to_representation(row) | {"participant_count": row.participant_count}
