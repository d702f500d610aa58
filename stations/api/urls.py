"""Where the API of stations answers, below /api/v1/."""

from django.urls import path

from stations.api.honours import OwnHonoursView, OwnHonourView
from stations.api.notices import EndNoticeView, NoticeListView, OwnNoticesView, OwnNoticeView
from stations.api.office_views import AmenityHealthView, MeView, OwnStationsView
from stations.api.views import NearestView, StationListView, StationView

app_name = "api"
urlpatterns = [
    path("stations/", StationListView.as_view(), name="stations"),
    path("stations/nearest/", NearestView.as_view(), name="nearest"),
    path("stations/<str:code>/", StationView.as_view(), name="station"),
    path("notices/", NoticeListView.as_view(), name="notices"),
    path("office/me/", MeView.as_view(), name="office-me"),
    path("office/stations/", OwnStationsView.as_view(), name="office-stations"),
    path(
        "office/stations/<str:code>/amenities/<slug:amenity>/",
        AmenityHealthView.as_view(),
        name="office-amenity",
    ),
    path("office/honours/", OwnHonoursView.as_view(), name="office-honours"),
    path("office/honours/<int:pk>/", OwnHonourView.as_view(), name="office-honour"),
    path("office/notices/", OwnNoticesView.as_view(), name="office-notices"),
    path("office/notices/<int:pk>/", OwnNoticeView.as_view(), name="office-notice"),
    path("office/notices/<int:pk>/end/", EndNoticeView.as_view(), name="office-notice-end"),
]
