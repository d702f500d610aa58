"""What programs of the back office send and read about programmes and the stages of their roll-out."""

from typing import Any

from rest_framework import serializers

from partners.api.serializers import WithPicture
from partners.choices import StageKind
from stations.api.serializers import LONGEST_CODE, ReasonField

LARGEST = 2**31 - 1


class OwnProgrammeSerializer(WithPicture):
    """A programme as staff read it."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    owner = serializers.CharField(source="owner.code", default=None, allow_null=True, help_text="code of a unit")
    colour = serializers.CharField()
    website = serializers.CharField(source="url", allow_blank=True)
    rules = serializers.CharField(allow_blank=True)
    order = serializers.IntegerField()


class OwnStageSerializer(serializers.Serializer[Any]):
    """A goal: so many stations by a day."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(StageKind.choices)
    within = serializers.CharField(
        source="within.code",
        default=None,
        allow_null=True,
        help_text="code of the unit whose stations count; null: all",
    )
    first = serializers.DateField()
    last = serializers.DateField(help_text="to be reached by this day")
    goal = serializers.IntegerField(help_text="stations")
    note = serializers.CharField(allow_blank=True)


class FullProgrammeSerializer(OwnProgrammeSerializer):
    stages = OwnStageSerializer(many=True)


class ProgrammeFactsSerializer(serializers.Serializer[Any]):
    """What is said of it; what is left out stays. Owners write names, web page and rules, administrators the rest."""

    code = serializers.SlugField(max_length=40, required=False)
    name = serializers.CharField(max_length=60, required=False)
    name_en = serializers.CharField(max_length=60, required=False)
    owner = serializers.CharField(max_length=LONGEST_CODE, required=False, allow_null=True, help_text="code of a unit")
    colour = serializers.CharField(max_length=7, required=False, help_text="#0b6e6e")
    website = serializers.URLField(source="url", required=False, allow_blank=True)
    rules = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    order = serializers.IntegerField(min_value=0, max_value=2**15 - 1, required=False)
    reason = ReasonField()


class NewProgrammeSerializer(ProgrammeFactsSerializer):
    """A new one. The same code is the same programme, and refused when sent with other facts."""

    code = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=60)


class StageFactsSerializer(serializers.Serializer[Any]):
    """A stage; what is left out stays."""

    kind = serializers.ChoiceField(StageKind.choices, required=False)
    within = serializers.CharField(max_length=LONGEST_CODE, required=False, allow_null=True, help_text="code of a unit")
    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)
    goal = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False, help_text="stations")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reason = ReasonField()


class NewStageSerializer(StageFactsSerializer):
    """A new one. The same kind, unit and first day are the same stage, and refused when sent with other facts."""

    kind = serializers.ChoiceField(StageKind.choices)
    first = serializers.DateField()
    last = serializers.DateField()
    goal = serializers.IntegerField(min_value=1, max_value=LARGEST, help_text="stations")
