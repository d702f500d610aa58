"""What programs of the back office send and read about contests, field by field."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from harbor_portal.lib.months import Month
from reports.metrics import fair_metrics
from reports.models.contests import MAX_TERMS
from stations.choices import HonourLevel


@extend_schema_field(str)
class MonthField(serializers.Field[date, str, str, Any]):
    """A month such as 2026-10; kept as its first day."""

    def to_internal_value(self, data: Any) -> date:
        try:
            return Month.parse(str(data)).first
        except ValueError as error:
            raise serializers.ValidationError(_("A month is written like 2026-10.")) from error

    def to_representation(self, value: date) -> str:
        return str(Month.of(value))


class OwnContestSerializer(serializers.Serializer[Any]):
    """The units right below one, compared over some months."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    unit = serializers.CharField(source="unit.code", help_text="code of the unit that holds it")
    metric = serializers.CharField(help_text="by which they are compared")
    first = MonthField(help_text="2026-10")
    last = MonthField(help_text="2026-12")
    terms = serializers.CharField(allow_blank=True)
    award = serializers.CharField(help_text="the honour for the best")
    level = serializers.ChoiceField(HonourLevel.choices)
    winners = serializers.IntegerField(help_text="how many are honoured")
    frozen_at = serializers.DateTimeField(allow_null=True, help_text="null: the ranking follows the figures")
    honoured_at = serializers.DateTimeField(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """One unit's place; equal values share one."""

    unit = serializers.CharField(help_text="code")
    name = serializers.CharField()
    rank = serializers.IntegerField(allow_null=True, help_text="null where there is nothing to compare it by")
    value = serializers.SerializerMethodField(help_text="a number, or null")
    part = serializers.IntegerField(help_text="what was done")
    whole = serializers.IntegerField(help_text="among how much")

    def get_value(self, row: Any) -> float | None:
        return float(row.value) if row.value else None


class FullContestSerializer(OwnContestSerializer):
    ranking = PlaceSerializer(many=True, help_text="the best first")


class ContestFactsSerializer(serializers.Serializer[Any]):
    """What a contest is; what is left out stays."""

    title = serializers.CharField(max_length=100, required=False)
    unit = serializers.CharField(max_length=40, required=False, help_text="code of the unit that holds it")
    metric = serializers.ChoiceField(
        [metric.code for metric in fair_metrics()], required=False, help_text="puts large and small on an equal footing"
    )
    first = MonthField(required=False, help_text="2026-10")
    last = MonthField(required=False, help_text="2026-12")
    terms = serializers.CharField(max_length=MAX_TERMS, required=False, allow_blank=True)
    award = serializers.CharField(max_length=100, required=False)
    level = serializers.ChoiceField(HonourLevel.choices, required=False)
    winners = serializers.IntegerField(min_value=1, max_value=100, required=False)


class NewContestSerializer(ContestFactsSerializer):
    """A new one. The same unit, title and first month are the same contest, however often sent."""

    title = serializers.CharField(max_length=100)
    unit = serializers.CharField(max_length=40, help_text="code of the unit that holds it")
    metric = serializers.ChoiceField([metric.code for metric in fair_metrics()])
    first = MonthField(help_text="2026-10")
    last = MonthField(help_text="2026-12")
    award = serializers.CharField(max_length=100)
    level = serializers.ChoiceField(HonourLevel.choices)
