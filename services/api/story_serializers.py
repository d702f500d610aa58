"""What programs of the back office send and read about stories. Who agreed is sent, and never answered."""

from typing import Any

from rest_framework import serializers

from services.api.serializers import KeyedSerializer
from services.models.stories import MAX_BODY, MAX_LEAD, MAX_TITLE
from services.story_choices import ConsentHow, StoryState

NOT_TOLD = "empty while somebody whom it shows does not agree, and once it is withdrawn"


class ToldField(serializers.CharField):
    """Words that may name a person: said as long as everybody whom the story shows agrees."""

    def __init__(self) -> None:
        super().__init__(allow_blank=True, read_only=True, help_text=NOT_TOLD)

    def get_attribute(self, instance: Any) -> str:
        return str(super().get_attribute(instance)) if instance.may_be_told else ""


class OwnStorySerializer(serializers.Serializer[Any]):
    """A story as programs read it."""

    code = serializers.CharField(source="slug")
    title = ToldField()
    lead = ToldField()
    body = ToldField()
    is_told = serializers.BooleanField(source="may_be_told", help_text="everybody whom it shows agrees today")
    unit = serializers.CharField(source="unit.code", help_text="code of the unit that tells it")
    station = serializers.CharField(source="station.code", default=None, allow_null=True)
    partner = serializers.CharField(source="partner.code", default=None, allow_null=True)
    shows_person = serializers.BooleanField()
    state = serializers.ChoiceField(StoryState.choices)
    reason = ToldField()
    written_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class OwnConsentSerializer(serializers.Serializer[Any]):
    """That somebody agreed; who it is, is sealed."""

    id = serializers.IntegerField(source="pk")
    how = serializers.ChoiceField(ConsentHow.choices)
    given = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="the last day; null: until they say otherwise")
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    renews = serializers.IntegerField(source="renews_id", allow_null=True, help_text="id of the one before")


class FullStorySerializer(OwnStorySerializer):
    consents = OwnConsentSerializer(many=True, source="noted")


class TellingSerializer(serializers.Serializer[Any]):
    """What everybody will read; what is left out stays."""

    title = serializers.CharField(max_length=MAX_TITLE, required=False)
    lead = serializers.CharField(max_length=MAX_LEAD, required=False, allow_blank=True)
    body = serializers.CharField(
        max_length=MAX_BODY, required=False, allow_blank=True, help_text="plain text with a few signs"
    )
    station = serializers.CharField(max_length=8, required=False, allow_null=True, help_text="code")
    partner = serializers.CharField(max_length=8, required=False, allow_null=True, help_text="code")
    shows_person = serializers.BooleanField(
        required=False, help_text="shows or names a person: then everybody whom it shows agrees first"
    )


class DraftSerializer(KeyedSerializer, TellingSerializer):
    """Unless it is said otherwise, it shows a person."""

    title = serializers.CharField(max_length=MAX_TITLE)
    unit = serializers.CharField(max_length=40, help_text="code of the unit that tells it")


class AgainSerializer(serializers.Serializer[Any]):
    """Somebody agrees once more."""

    how = serializers.ChoiceField(ConsentHow.choices)
    given = serializers.DateField(help_text="today or before")
    until = serializers.DateField(required=False, allow_null=True, default=None)


class ConsentSerializer(KeyedSerializer, AgainSerializer):
    """Who agrees: sealed at once, and told by no address of the API."""

    name = serializers.CharField(max_length=60)
    contact = serializers.CharField(max_length=100, help_text="how to reach them")
