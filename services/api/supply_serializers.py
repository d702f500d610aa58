"""What programs of the back office send and read about supplies."""

from typing import Any

from rest_framework import serializers

from services.actions.supplies import LONGEST_WHY
from services.api.serializers import KeyedSerializer
from services.choices import BY_HAND, SupplyMove, TransferState, WorkerGroup


class MovementSerializer(KeyedSerializer):
    """Something came in, was given out, or was thrown away."""

    item = serializers.CharField(max_length=40, help_text="code of the supply")
    kind = serializers.ChoiceField([(kind, SupplyMove(kind).label) for kind in BY_HAND])
    quantity = serializers.IntegerField(min_value=1)
    expires_date = serializers.DateField(required=False, allow_null=True, help_text="of what comes in")
    group = serializers.ChoiceField(WorkerGroup.choices, required=False, allow_null=True, help_text="to whom")
    donor = serializers.CharField(
        max_length=8, required=False, allow_null=True, help_text="code of the partner who gave what comes in"
    )
    code = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        default="",
        help_text="code of the day on the phone of whoever gets one",
    )
    why = serializers.CharField(max_length=LONGEST_WHY, required=False, allow_blank=True, default="")


class StockSerializer(serializers.Serializer[Any]):
    """What is left of one supply."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    quantity = serializers.IntegerField()
    expires_date = serializers.DateField(allow_null=True, help_text="of what expires first")


class StocksSerializer(serializers.Serializer[Any]):
    results = StockSerializer(many=True)


class CountSerializer(KeyedSerializer):
    """So many are there."""

    item = serializers.CharField(max_length=40, help_text="code of the supply")
    counted = serializers.IntegerField(min_value=0)
    why = serializers.CharField(
        max_length=LONGEST_WHY, required=False, allow_blank=True, default="", help_text="where the book says otherwise"
    )


class SendSerializer(KeyedSerializer):
    """To another station: received at once where the person records there, too."""

    item = serializers.CharField(max_length=40, help_text="code of the supply")
    quantity = serializers.IntegerField(min_value=1)
    to = serializers.CharField(max_length=8, help_text="code of a station")


class TransferSerializer(KeyedSerializer):
    transfer = serializers.IntegerField(min_value=1, help_text="id")


class ReceiveSerializer(TransferSerializer):
    """So many arrived."""

    arrived = serializers.IntegerField(min_value=0)
    why = serializers.CharField(
        max_length=LONGEST_WHY,
        required=False,
        allow_blank=True,
        default="",
        help_text="where fewer arrived than were sent",
    )


class OwnTransferSerializer(serializers.Serializer[Any]):
    """What one station sent to another."""

    id = serializers.IntegerField(source="pk")
    item = serializers.CharField(source="item.code")
    quantity = serializers.IntegerField()
    origin = serializers.CharField(source="origin.code", help_text="code of a station")
    target = serializers.CharField(source="target.code", help_text="code of a station")
    state = serializers.ChoiceField(TransferState.choices)
    sent_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    arrived = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(allow_blank=True)
