"""What programs of the back office send about activities and supplies."""

from typing import Any

from rest_framework import serializers

from services.activity_choices import ActivityKind
from services.api.public_serializers import ActivitySerializer
from services.api.serializers import KeyedSerializer
from services.choices import BY_HAND, SupplyMove, WorkerGroup


class PlanSerializer(serializers.Serializer[Any]):
    """What is said beforehand. The same organiser, title and beginning are the same activity, however often sent."""

    kind = serializers.ChoiceField(ActivityKind.choices)
    title = serializers.CharField(max_length=100)
    organiser = serializers.CharField(max_length=40, help_text="code of a unit")
    stations = serializers.ListField(
        child=serializers.CharField(max_length=8), required=False, default=list, max_length=200, help_text="codes"
    )
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    is_public = serializers.BooleanField(required=False, default=True)


class ReportSerializer(serializers.Serializer[Any]):
    """How it was. Sent again, it replaces what was reported before."""

    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0), help_text="people by group; if nobody came, a 0"
    )
    summary = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    cost = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True, min_value=0)


class NoticeSerializer(serializers.Serializer[Any]):
    """Why it is called off, and what instead."""

    notice = serializers.CharField(max_length=300)


class OwnActivitySerializer(ActivitySerializer):
    """As staff read it."""

    is_public = serializers.BooleanField()
    cost = serializers.FloatField(allow_null=True)
    counts = serializers.SerializerMethodField()

    def get_counts(self, row: Any) -> dict[str, int]:
        """People by group, as the method that counts has them."""
        return {one.group: one.count for one in row.attendance.all() if one.method == row.counted_by}

    def to_representation(self, row: Any) -> Any:
        return super().to_representation(row) | {"participant_count": row.participant_count}


class MovementSerializer(KeyedSerializer):
    """Something came in, was given out, or was thrown away."""

    item = serializers.CharField(max_length=40, help_text="code of the supply")
    kind = serializers.ChoiceField([(kind, SupplyMove(kind).label) for kind in BY_HAND])
    quantity = serializers.IntegerField(min_value=1)
    expires_date = serializers.DateField(required=False, allow_null=True, help_text="of what comes in")
    group = serializers.ChoiceField(WorkerGroup.choices, required=False, allow_null=True, help_text="to whom")


class StockSerializer(serializers.Serializer[Any]):
    """What is left of one supply."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    quantity = serializers.IntegerField()
    expires_date = serializers.DateField(allow_null=True, help_text="of what expires first")


class StocksSerializer(serializers.Serializer[Any]):
    results = StockSerializer(many=True)
