"""What programs of the back office send and read about agreements, field by field."""

from typing import Any

from rest_framework import serializers

from partners.agreement_choices import AgreementKind, AgreementState, Period
from stations.api.serializers import LONGEST_CODE


class CodesField(serializers.ListField):
    """The codes of several rows."""

    child = serializers.CharField()

    def get_attribute(self, instance: Any) -> list[str]:
        rows: Any = super().get_attribute(instance)
        return [row.code for row in rows.all()]


class NamedStationSerializer(serializers.Serializer[Any]):
    """A station that an agreement names."""

    station = serializers.CharField(source="station.code")
    since = serializers.DateField(allow_null=True, help_text="null: from the first day of the agreement")
    until = serializers.DateField(allow_null=True, help_text="null: to its last day")


class OwnObligationSerializer(serializers.Serializer[Any]):
    """What was promised, and how it stood when it was last added up."""

    id = serializers.IntegerField(source="pk")
    what = serializers.CharField()
    metric = serializers.CharField(allow_blank=True, help_text="where the evidence comes from")
    detail = serializers.CharField(allow_blank=True, help_text="of what in particular")
    quantity = serializers.IntegerField()
    period = serializers.ChoiceField(Period.choices)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    stations = CodesField(help_text="codes")
    as_of = serializers.DateField(source="standing.day", default=None, allow_null=True)
    done = serializers.IntegerField(source="standing.done", default=None, allow_null=True)
    expected = serializers.IntegerField(source="standing.expected", default=None, allow_null=True)
    is_behind = serializers.BooleanField(source="standing.is_behind", default=None, allow_null=True)


class OwnAgreementSerializer(serializers.Serializer[Any]):
    """An agreement, without its papers and the remarks of staff."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(AgreementKind.choices)
    title = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(source="unit.code", help_text="code of the unit that signs")
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    more_partners = CodesField(help_text="codes")
    programme = serializers.CharField(source="programme.code", default=None, allow_null=True)
    own_programme = serializers.CharField(source="own_programme.code", default=None, allow_null=True)
    covered_unit = serializers.CharField(source="covered_unit.code", default=None, allow_null=True)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="null: until further notice")
    summary = serializers.CharField(allow_blank=True)
    signed_date = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(AgreementState.choices)


class FullAgreementSerializer(OwnAgreementSerializer):
    stations = NamedStationSerializer(many=True, help_text="empty where it covers a unit")
    obligations = OwnObligationSerializer(many=True)


class AgreementFactsSerializer(serializers.Serializer[Any]):
    """What an agreement says; what is left out stays. Partners and programmes are named by their codes."""

    kind = serializers.ChoiceField(AgreementKind.choices, required=False)
    title = serializers.CharField(max_length=100, required=False)
    number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    unit = serializers.CharField(max_length=LONGEST_CODE, required=False, help_text="code of the unit that signs")
    partner = serializers.CharField(max_length=8, required=False, allow_null=True)
    more_partners = serializers.ListField(child=serializers.CharField(max_length=8), required=False, max_length=50)
    programme = serializers.CharField(max_length=40, required=False, allow_null=True)
    own_programme = serializers.CharField(max_length=40, required=False, allow_null=True)
    covered_unit = serializers.CharField(max_length=LONGEST_CODE, required=False, allow_null=True)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False, allow_null=True)
    summary = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class NewAgreementSerializer(AgreementFactsSerializer):
    """A draft. The same unit, title and first day are the same agreement, however often sent."""

    kind = serializers.ChoiceField(AgreementKind.choices)
    title = serializers.CharField(max_length=100)
    unit = serializers.CharField(max_length=LONGEST_CODE, help_text="code of the unit that signs")
    since = serializers.DateField()


class SignatureSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="today or before")


class EndSerializer(serializers.Serializer[Any]):
    last = serializers.DateField(help_text="the last day: yesterday or later")
    reason = serializers.CharField(max_length=200)


class SpanOfStationSerializer(serializers.Serializer[Any]):
    """Said twice, it is so once."""

    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class RenewalSerializer(serializers.Serializer[Any]):
    until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="the last day; null: until further notice"
    )


class PromiseFactsSerializer(serializers.Serializer[Any]):
    """What is promised; what is left out stays."""

    what = serializers.CharField(max_length=120, required=False)
    metric = serializers.CharField(max_length=40, required=False, allow_blank=True)
    detail = serializers.CharField(max_length=60, required=False, allow_blank=True)
    quantity = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    period = serializers.ChoiceField(Period.choices, required=False)
    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    stations = serializers.ListField(
        child=serializers.CharField(max_length=8), required=False, max_length=200, help_text="codes"
    )


class PromiseSerializer(serializers.Serializer[Any]):
    """An obligation. The same words, evidence and first day are the same obligation, however often sent."""

    what = serializers.CharField(max_length=120)
    metric = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    detail = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    quantity = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    period = serializers.ChoiceField(Period.choices)
    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    stations = serializers.ListField(
        child=serializers.CharField(max_length=8), required=False, default=list, max_length=200, help_text="codes"
    )
