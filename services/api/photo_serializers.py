"""What programs of the back office send and read about photos. A picture is sent as a form, and told by its address."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from services.api.serializers import KeyedSerializer
from services.api.story_serializers import ToldField

MAX_CAPTION = 100


class NewPictureSerializer(KeyedSerializer):
    """A JPEG, PNG or WebP; nothing but its pixels is kept."""

    photo = serializers.FileField()


class PictureSerializer(serializers.Serializer[Any]):
    """A WebP file at most 1280 pixels wide and high; the small one at most 480. An address keeps its picture."""

    id = serializers.IntegerField(source="pk")
    url = serializers.SerializerMethodField()
    small_url = serializers.SerializerMethodField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    caption = serializers.CharField(allow_blank=True)

    def get_url(self, row: Any) -> str:
        return str(settings.PUBLIC_URL + row.url)

    def get_small_url(self, row: Any) -> str:
        return str(settings.PUBLIC_URL + row.small_url)


class OwnPhotoSerializer(PictureSerializer):
    station = serializers.CharField(source="station.code")
    taken_date = serializers.DateField(allow_null=True)
    order = serializers.IntegerField(help_text="the first is the one by which the station is known")


class PhotoFactsSerializer(serializers.Serializer[Any]):
    """What is said of a photo; what is left out stays. Another picture is another photo."""

    caption = serializers.CharField(max_length=MAX_CAPTION, required=False, allow_blank=True)
    taken_date = serializers.DateField(required=False, allow_null=True)
    order = serializers.IntegerField(min_value=0, max_value=2**15 - 1, required=False)


class NewPhotoSerializer(NewPictureSerializer, PhotoFactsSerializer):
    station = serializers.CharField(max_length=8, help_text="code")


class OwnActivityPhotoSerializer(PictureSerializer):
    activity = serializers.CharField(source="activity.code")


class NewActivityPhotoSerializer(NewPictureSerializer):
    activity = serializers.CharField(max_length=8, help_text="code")
    caption = serializers.CharField(max_length=MAX_CAPTION, required=False, allow_blank=True, default="")


class CaptionField(ToldField):
    """What a photo shows, said as long as its story is told."""

    def get_attribute(self, instance: Any) -> str:
        return str(instance.caption) if instance.story.may_be_told else ""


class OwnStoryPhotoSerializer(serializers.Serializer[Any]):
    """A photo of a story; the picture itself is on the page of the story."""

    id = serializers.IntegerField(source="pk")
    story = serializers.CharField(source="story.slug", help_text="code")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    caption = CaptionField()


class NewStoryPhotoSerializer(NewPictureSerializer):
    story = serializers.CharField(max_length=40, help_text="code of a draft")
    caption = serializers.CharField(max_length=MAX_CAPTION, help_text="what it shows")
