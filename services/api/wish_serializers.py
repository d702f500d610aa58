"""What programs of the back office send and read about wishes. What is said of a family is sent, and never answered."""

from typing import Any

from rest_framework import serializers

from services.api.serializers import KeyedSerializer
from services.models.families import MAX_SITUATION
from services.models.wishes import MAX_TEXT, MAX_TITLE
from services.wish_choices import ClaimBy, ConfirmedBy, WishKind, WishState


class OwnWishSerializer(serializers.Serializer[Any]):
    """A wish as staff read it, without the family, its code, and who told of it."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(WishKind.choices)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(source="unit.code", help_text="code of the unit that looks after it")
    division = serializers.CharField(source="division_id", allow_null=True, help_text="GB/T 2260")
    needed_by = serializers.DateField()
    budget = serializers.FloatField(allow_null=True, help_text="yuan")
    cost = serializers.FloatField(allow_null=True, help_text="yuan")
    state = serializers.ChoiceField(WishState.choices)
    reason = serializers.CharField(allow_blank=True)
    nominated_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)
    taken_by = serializers.SerializerMethodField(help_text="person, partner or unit, or null")
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    proof = serializers.CharField(allow_blank=True, help_text="what was done")
    confirmed_how = serializers.ChoiceField(ConfirmedBy.choices, allow_blank=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    thanks = serializers.CharField(allow_blank=True)

    def get_taken_by(self, row: Any) -> str | None:
        return next((ClaimBy(claim.kind).value for claim in row.taken), None)


class SaidSerializer(serializers.Serializer[Any]):
    """What everybody will read, and what staff need besides."""

    kind = serializers.ChoiceField(WishKind.choices)
    title = serializers.CharField(max_length=MAX_TITLE)
    text = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True, default="")
    needed_by = serializers.DateField(help_text="a day to come")
    budget = serializers.DecimalField(
        max_digits=8, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )
    community = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class FamilySerializer(serializers.Serializer[Any]):
    """Whose wish it is: sealed at once, and told by no address of the API."""

    name = serializers.CharField(max_length=60)
    phone = serializers.CharField(max_length=40)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    situation = serializers.CharField(max_length=MAX_SITUATION, required=False, allow_blank=True, default="")
    agreed = serializers.BooleanField(help_text="without the family's consent nothing is stored about it")


class NominationSerializer(KeyedSerializer, SaidSerializer):
    unit = serializers.CharField(max_length=40, help_text="code of the unit that nominates it")
    family = FamilySerializer()


class NeededBySerializer(serializers.Serializer[Any]):
    needed_by = serializers.DateField(help_text="a day to come")


class TakerSerializer(serializers.Serializer[Any]):
    """One of them."""

    partner = serializers.CharField(max_length=8, required=False, allow_null=True, default=None, help_text="code")
    unit = serializers.CharField(max_length=40, required=False, allow_null=True, default=None, help_text="code")


class DoneSerializer(serializers.Serializer[Any]):
    proof = serializers.CharField(max_length=MAX_TEXT, help_text="what was done; everybody reads it")
    cost = serializers.DecimalField(
        max_digits=8, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )


class ThanksSerializer(serializers.Serializer[Any]):
    thanks = serializers.CharField(max_length=MAX_TEXT)
