"""The addresses of the API: days and visits for programs, activities and wishes for everybody."""

from django.urls import path

from services.api import activities, grants, online, papers, photos, stories, supplies, wishes
from services.api.public import (
    ActivityListView,
    ActivityView,
    OnlineServiceListView,
    StoryListView,
    WishListView,
    WishView,
)
from services.api.views import WRITES, DayView, UndoView, VisitsView

ACTIVITY = "office/activities/<str:code>/"
GRANT = "office/grants/<int:pk>/"
STORY = "office/stories/<str:code>/"
WISH = "office/wishes/<str:code>/"
DAY = "office/stations/<str:code>/days/<str:day>/"

urlpatterns = [
    path("activities/", ActivityListView.as_view(), name="activities"),
    path("activities/<str:code>/", ActivityView.as_view(), name="activity"),
    path("online-services/", OnlineServiceListView.as_view(), name="online-services"),
    path("stories/", StoryListView.as_view(), name="stories"),
    path("wishes/", WishListView.as_view(), name="wishes"),
    path("wishes/<str:code>/", WishView.as_view(), name="wish"),
    path("office/activities/", activities.OwnActivitiesView.as_view(), name="office-activities"),
    path(ACTIVITY, activities.OwnActivityView.as_view(), name="office-activity"),
    path(f"{ACTIVITY}report/", activities.ReportView.as_view(), name="office-activity-report"),
    path(f"{ACTIVITY}repeat/", activities.RepeatView.as_view(), name="office-activity-repeat"),
    path(f"{ACTIVITY}cancel/", activities.CancelView.as_view(), name="office-activity-cancel"),
    path("office/batches/", grants.OwnBatchesView.as_view(), name="office-batches"),
    path("office/batches/<int:pk>/", grants.OwnBatchView.as_view(), name="office-batch"),
    path("office/grants/", grants.OwnGrantsView.as_view(), name="office-grants"),
    path(GRANT, grants.OwnGrantView.as_view(), name="office-grant"),
    *(path(f"{GRANT}{name}/", view.as_view(), name=f"office-grant-{name}") for name, view in grants.STEPS.items()),
    path("office/online-services/", online.OwnOnlineServicesView.as_view(), name="office-online-services"),
    path("office/online-services/<str:code>/", online.OwnOnlineServiceView.as_view(), name="office-online-service"),
    path("office/photos/", photos.OwnPhotosView.as_view(), name="office-photos"),
    path("office/photos/<int:pk>/", photos.OwnPhotoView.as_view(), name="office-photo"),
    path("office/activity-photos/", photos.OwnActivityPhotosView.as_view(), name="office-activity-photos"),
    path("office/activity-photos/<int:pk>/", photos.OwnActivityPhotoView.as_view(), name="office-activity-photo"),
    path("office/story-photos/", photos.OwnStoryPhotosView.as_view(), name="office-story-photos"),
    path("office/story-photos/<int:pk>/", photos.OwnStoryPhotoView.as_view(), name="office-story-photo"),
    path("office/documents/", papers.OwnDocumentsView.as_view(), name="office-documents"),
    path("office/documents/<int:pk>/", papers.OwnDocumentView.as_view(), name="office-document"),
    path("office/activity-files/", papers.OwnActivityFilesView.as_view(), name="office-activity-files"),
    path("office/activity-files/<int:pk>/", papers.OwnActivityFileView.as_view(), name="office-activity-file"),
    path("office/grant-files/", papers.OwnGrantFilesView.as_view(), name="office-grant-files"),
    path("office/grant-files/<int:pk>/", papers.OwnGrantFileView.as_view(), name="office-grant-file"),
    path("office/stories/", stories.OwnStoriesView.as_view(), name="office-stories"),
    path(STORY, stories.OwnStoryView.as_view(), name="office-story"),
    path(f"{STORY}consents/", stories.AgreeView.as_view(), name="office-story-agree"),
    path(f"{STORY}consents/<int:pk>/take-back/", stories.TakeBackView.as_view(), name="office-story-take-back"),
    path(f"{STORY}consents/<int:pk>/renew/", stories.RenewView.as_view(), name="office-story-renew"),
    *(path(f"{STORY}{name}/", view.as_view(), name=f"office-story-{name}") for name, view in stories.STEPS.items()),
    path("office/wishes/", wishes.OwnWishesView.as_view(), name="office-wishes"),
    path(WISH, wishes.OwnWishView.as_view(), name="office-wish"),
    *(path(f"{WISH}{name}/", view.as_view(), name=f"office-wish-{name}") for name, view in wishes.STEPS.items()),
    path("office/stations/<str:code>/supplies/", supplies.StocksView.as_view(), name="office-supplies"),
    *(
        path(f"{DAY}supplies/{end}", view.as_view(), name=f"office-supplies-{end.strip('/') or 'move'}")
        for end, view in supplies.WRITES.items()
    ),
    path("office/transfers/", supplies.TransfersView.as_view(), name="office-transfers"),
    path(DAY, DayView.as_view(), name="office-day"),
    path(f"{DAY}visits/", VisitsView.as_view(), name="office-visits"),
    path(f"{DAY}visits/<uuid:key>/undo/", UndoView.as_view(), name="office-visits-undo"),
    *(path(f"{DAY}{name}/", view.as_view(), name=f"office-day-{name}") for name, view in WRITES.items()),
]
