"""What programs of the back office send and read about money for stations, field by field."""

from typing import Any

from rest_framework import serializers

from services.api.serializers import KeyedSerializer
from services.grant_choices import GrantKind, GrantState
from services.models.grants import MAX_WORDS


def _money(**kwargs: Any) -> Any:
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, **kwargs)


class OwnBatchSerializer(serializers.Serializer[Any]):
    """Money that a unit gives in a year for one kind of thing."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    kind = serializers.ChoiceField(GrantKind.choices)
    unit = serializers.CharField(source="unit.code", help_text="code of the unit that gives")
    year = serializers.IntegerField()
    budget = serializers.FloatField(help_text="yuan")
    until = serializers.DateField(allow_null=True, help_text="the last day on which one applies")
    terms = serializers.CharField(allow_blank=True)


class BatchFactsSerializer(serializers.Serializer[Any]):
    """What may be said anew of a batch; what is left out stays."""

    title = serializers.CharField(max_length=100, required=False)
    budget = _money(required=False, help_text="yuan; never less than what was granted already")
    until = serializers.DateField(required=False, allow_null=True, help_text="the last day on which one applies")
    terms = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True)


class NewBatchSerializer(BatchFactsSerializer):
    """A new one. The same unit, year and title are the same batch, and refused when sent with other facts."""

    title = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(GrantKind.choices)
    unit = serializers.CharField(max_length=40, help_text="code of the unit that gives")
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    budget = _money(help_text="yuan")


class OwnGrantSerializer(serializers.Serializer[Any]):
    """One station's share of a batch, in yuan."""

    id = serializers.IntegerField(source="pk")
    batch = serializers.IntegerField(source="batch_id")
    station = serializers.CharField(source="station.code")
    state = serializers.ChoiceField(GrantState.choices)
    star = serializers.IntegerField(allow_null=True)
    amount_asked = serializers.FloatField()
    purpose = serializers.CharField()
    applied_at = serializers.DateTimeField()
    amount = serializers.FloatField(allow_null=True, help_text="what was approved")
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    paid_date = serializers.DateField(allow_null=True)
    amount_spent = serializers.FloatField(allow_null=True)
    account = serializers.CharField(allow_blank=True)


class ApplicationSerializer(KeyedSerializer):
    """An application for a station."""

    batch = serializers.IntegerField(min_value=1, help_text="id of the batch")
    station = serializers.CharField(max_length=8, help_text="code")
    amount = _money(help_text="yuan")
    purpose = serializers.CharField(max_length=MAX_WORDS)
    star = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True, default=None, help_text="of a reward by star"
    )


class ApprovalSerializer(serializers.Serializer[Any]):
    """All or part of what was asked."""

    amount = _money(help_text="yuan")
    reason = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True, default="")


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=MAX_WORDS)


class PaymentSerializer(serializers.Serializer[Any]):
    """It was paid, elsewhere."""

    day = serializers.DateField(help_text="after it was approved, and not in the future")


class AccountSerializer(serializers.Serializer[Any]):
    """What it was spent on."""

    spent = _money(help_text="yuan; what is left goes back")
    account = serializers.CharField(max_length=MAX_WORDS)
