"""What programs of the back office send and are answered, field by field."""

from typing import Any

from rest_framework import serializers

from stations.choices import Access, Health, Role, StationStatus


class RoleSerializer(serializers.Serializer[object]):
    """A role and the unit in which, and below which, it holds."""

    unit = serializers.CharField(help_text="code of the unit")
    role = serializers.ChoiceField(Role.choices)


class KeySerializer(serializers.Serializer[object]):
    """The key that was used."""

    name = serializers.CharField()
    expires_at = serializers.DateTimeField()


class PersonSerializer(serializers.Serializer[object]):
    """Whom the key acts for."""

    username = serializers.CharField()
    name = serializers.CharField()
    is_administrator = serializers.BooleanField()
    roles = RoleSerializer(many=True)
    keeps = serializers.ListField(child=serializers.CharField(), help_text="codes of stations")
    key = KeySerializer(allow_null=True)


class OwnStationSerializer(serializers.Serializer[object]):
    """A station in the person's scope, on the map or not."""

    code = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    status = serializers.ChoiceField(StationStatus.choices)


class OwnStationsSerializer(serializers.Serializer[object]):
    """A page of them."""

    next = serializers.CharField(allow_null=True, help_text="code to give as `after` for the page that follows")
    results = OwnStationSerializer(many=True)


class StateOfAmenitySerializer(serializers.Serializer[object]):
    """What is known of one amenity of a station."""

    code = serializers.CharField()
    access = serializers.ChoiceField(Access.choices)
    health = serializers.ChoiceField(Health.choices)
    note = serializers.CharField(allow_blank=True)
    out_since = serializers.DateField(allow_null=True)
    due_back = serializers.DateField(allow_null=True)


class NewHealthSerializer(serializers.Serializer[Any]):
    """Said twice, it is so once: no key of its own is needed."""

    health = serializers.ChoiceField(Health.choices)
    due_back = serializers.DateField(required=False, allow_null=True, help_text="when it should work again")
    note = serializers.CharField(required=False, allow_blank=True, max_length=100)
