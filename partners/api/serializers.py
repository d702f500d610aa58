"""What everybody may read of partners, field by field. Contacts, and what is not public, have no field here."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from partners.choices import PartnerKind


class WithPicture(serializers.Serializer[Any]):
    """A logo or a sign; the address keeps its picture."""

    logo = serializers.SerializerMethodField()

    def get_logo(self, row: Any) -> str | None:
        return settings.PUBLIC_URL + row.logo_url if row.logo_url else None


class PartnerSerializer(WithPicture):
    """An organisation with which stations are built, run or supplied."""

    code = serializers.CharField()
    name = serializers.CharField()
    short_name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(PartnerKind.choices)
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260")
    brings = serializers.CharField(allow_blank=True)
    website = serializers.CharField(source="url", allow_blank=True)
    member_count = serializers.IntegerField(allow_null=True, help_text="of an association, as it says itself")


class FullPartnerSerializer(PartnerSerializer):
    """With the stations whose theme it brings."""

    special_stations = serializers.SerializerMethodField(help_text="codes of stations whose theme it brings today")

    def get_special_stations(self, row: Any) -> list[str]:
        return [special.station.code for special in row.specials_now]


class ProgrammeSerializer(WithPicture):
    """A brand under which stations are opened; the stations that bear it: `stations/?programme=<code>`."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True)
    colour = serializers.CharField()
    website = serializers.CharField(source="url", allow_blank=True)
    rules = serializers.CharField(allow_blank=True)


class SpecialStationSerializer(serializers.Serializer[Any]):
    """A station with a theme of its own."""

    station = serializers.CharField(source="station.code")
    theme = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    partner = serializers.SerializerMethodField(help_text="code of a public partner, or null")
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="the last day")

    def get_partner(self, row: Any) -> str | None:
        partner = row.partner
        return partner.code if partner and partner.is_public and not partner.merged_into_id else None
