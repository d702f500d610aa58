"""What programs of the back office send and read about partners and their members. Contacts have no field here."""

from typing import Any

from rest_framework import serializers

from partners.api.serializers import WithPicture
from partners.choices import PartnerKind
from stations.api.serializers import LONGEST_CODE


class OwnPartnerSerializer(WithPicture):
    """A partner as staff read it."""

    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(PartnerKind.choices)
    kept_by = serializers.CharField(source="kept_by.code", help_text="code of the unit whose officers write it")
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True, help_text="code: it is that unit")
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260")
    brings = serializers.CharField(allow_blank=True)
    website = serializers.CharField(source="url", allow_blank=True)
    member_count = serializers.IntegerField(allow_null=True)
    is_public = serializers.BooleanField()


class PartnerFactsSerializer(serializers.Serializer[Any]):
    """What may be said of a partner; what is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    short_name = serializers.CharField(max_length=40, required=False, allow_blank=True)
    kind = serializers.ChoiceField(PartnerKind.choices, required=False)
    kept_by = serializers.CharField(max_length=LONGEST_CODE, required=False, help_text="code of a unit")
    unit = serializers.CharField(max_length=LONGEST_CODE, required=False, allow_null=True, help_text="code of a unit")
    division = serializers.CharField(max_length=9, required=False, allow_null=True, help_text="GB/T 2260")
    brings = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    website = serializers.URLField(source="url", required=False, allow_blank=True)
    member_count = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)
    is_public = serializers.BooleanField(required=False)


class NewPartnerSerializer(PartnerFactsSerializer):
    """A new one. The same name, kept by the same unit, is the same partner, however often sent."""

    name = serializers.CharField(max_length=100)
    kind = serializers.ChoiceField(PartnerKind.choices)
    kept_by = serializers.CharField(max_length=LONGEST_CODE, help_text="code of a unit")


class OwnMemberSerializer(serializers.Serializer[Any]):
    """Who belongs to an association: a partner, or a unit of the portal."""

    id = serializers.IntegerField(source="pk")
    association = serializers.CharField(source="association.code", help_text="code of a partner")
    member_partner = serializers.CharField(source="member_partner.code", default=None, allow_null=True)
    member_unit = serializers.CharField(source="member_unit.code", default=None, allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True, help_text="the last day")


class MemberFactsSerializer(serializers.Serializer[Any]):
    """Since when, and until when; what is left out stays."""

    since = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)


class NewMemberSerializer(MemberFactsSerializer):
    """A new one. The same association and member are the same one, and refused when sent with other days."""

    association = serializers.CharField(max_length=8, help_text="code of a partner")
    member_partner = serializers.CharField(max_length=8, required=False, help_text="code")
    member_unit = serializers.CharField(max_length=LONGEST_CODE, required=False, help_text="code")
