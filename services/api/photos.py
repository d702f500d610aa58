"""Photos of stations, activities and stories for programs: sent, told of, removed.

How a photo of a story looks is seen on its page only: the story takes it along when it is withdrawn.
"""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from harbor_portal.lib.images import clean_pictures
from services.actions.activity_files import add_activity_photo, remove_activity_photo
from services.actions.stories import add_story_photo, remove_story_photo
from services.activity_policies import refuse_unless_may_organise
from services.api import photo_serializers as serializers
from services.api.activities import Activities
from services.api.sending import Sending
from services.api.stories import Stories
from services.limits import LONGEST_SIDE
from services.models import ActivityPhoto, Story, StoryPhoto
from stations.actions.showing import add_photo, read_photo, remove_photo, update_photo
from stations.api.office import station_named
from stations.api.own import Changing, Named, Own, OwnItem, OwnList, Removing, described
from stations.models import Photo, User
from stations.policies import refuse_unless_may_edit, refuse_unless_may_lead


class Photos(Own):
    """Photos of stations; everybody sees those of stations on the map."""

    model, joined = Photo, ("station",)
    noun, serializer = "photo", serializers.OwnPhotoSerializer
    missing = gettext_lazy("None of the photos that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"station": station_named}


@described(
    get=("office_photos", "Photos of the stations in one's scope, page by page"),
    post=("office_photos_add", "Add a photo of a station"),
)
class OwnPhotosView(Photos, Sending, OwnList):
    takes = serializers.NewPhotoSerializer
    asked_by: ClassVar[dict[str, Named]] = {"station": station_named}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_edit(by, given["station"])

    def keep(self, given: dict[str, Any], by: User) -> Photo:
        return add_photo(by=by, pictures=read_photo(given.pop("photo")), **given)


@described(
    get=("office_photo", "A photo of a station"),
    patch=("office_photo_change", "Change what is said of it"),
    delete=("office_photo_remove", "Remove it with its files"),
)
class OwnPhotoView(Photos, Changing, Removing, OwnItem):
    takes = serializers.PhotoFactsSerializer

    def change(self, row: Photo, given: dict[str, Any], by: User) -> Any:
        return update_photo(by=by, photo=row, **given)

    def remove(self, row: Photo, by: User) -> None:
        remove_photo(by=by, photo=row)


class ActivityPhotos(Own):
    """Photos of activities; everybody sees them with the report."""

    model, joined = ActivityPhoto, ("activity",)
    noun, serializer = "activity_photo", serializers.OwnActivityPhotoSerializer
    missing = gettext_lazy("None of the photos that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"activity": Activities.of_code}


@described(
    get=("office_activity_photos", "Photos of the activities in one's scope, page by page"),
    post=("office_activity_photos_add", "Add a photo of an activity"),
)
class OwnActivityPhotosView(ActivityPhotos, Sending, OwnList):
    takes = serializers.NewActivityPhotoSerializer
    asked_by: ClassVar[dict[str, Named]] = {"activity": Activities.of_code}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_organise(by, given["activity"].organiser)

    def keep(self, given: dict[str, Any], by: User) -> ActivityPhoto:
        return add_activity_photo(by=by, pictures=read_photo(given.pop("photo")), **given)


@described(
    get=("office_activity_photo", "A photo of an activity"),
    delete=("office_activity_photo_remove", "Remove it with its files"),
)
class OwnActivityPhotoView(ActivityPhotos, Removing, OwnItem):
    def remove(self, row: ActivityPhoto, by: User) -> None:
        remove_activity_photo(photo=row, by=by)


class StoryPhotos(Own):
    """Photos of stories."""

    noun, serializer = "story_photo", serializers.OwnStoryPhotoSerializer
    missing = gettext_lazy("None of the photos that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"story": Stories.of_code}

    def seen(self, by: User) -> QuerySet[Any]:
        stories: Any = Story.objects.all()
        told = stories.with_may_be_told(timezone.localdate()).select_related("unit")
        mine = stories.visible_to(by).order_by().values("pk")
        return StoryPhoto.objects.filter(story__in=mine).prefetch_related(Prefetch("story", told))


@described(
    get=("office_story_photos", "Photos of the stories of one's units, page by page"),
    post=("office_story_photos_add", "Add a photo to a draft"),
)
class OwnStoryPhotosView(StoryPhotos, Sending, OwnList):
    takes = serializers.NewStoryPhotoSerializer
    asked_by: ClassVar[dict[str, Named]] = {"story": Stories.of_code}

    def refuse(self, given: dict[str, Any], by: User) -> None:
        refuse_unless_may_lead(by, given["story"].unit)

    def keep(self, given: dict[str, Any], by: User) -> StoryPhoto:
        picture = clean_pictures(given.pop("photo"), longest_sides=[LONGEST_SIDE])[0]
        return add_story_photo(by=by, picture=picture, **given)


@described(
    get=("office_story_photo", "A photo of a story"),
    delete=("office_story_photo_remove", "Remove it from a draft"),
)
class OwnStoryPhotoView(StoryPhotos, Removing, OwnItem):
    def remove(self, row: StoryPhoto, by: User) -> None:
        remove_story_photo(photo=row, by=by)
