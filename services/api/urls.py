"""The addresses of the API: days and visits for programs, activities and wishes for everybody."""

from django.urls import path

from services.api.public import ActivityListView, ActivityView, WishListView, WishView
from services.api.views import WRITES, DayView, UndoView, VisitsView

DAY = "office/stations/<str:code>/days/<str:day>/"

urlpatterns = [
    path("activities/", ActivityListView.as_view(), name="activities"),
    path("activities/<str:code>/", ActivityView.as_view(), name="activity"),
    path("wishes/", WishListView.as_view(), name="wishes"),
    path("wishes/<str:code>/", WishView.as_view(), name="wish"),
    path(DAY, DayView.as_view(), name="office-day"),
    path(f"{DAY}visits/", VisitsView.as_view(), name="office-visits"),
    path(f"{DAY}visits/<uuid:key>/undo/", UndoView.as_view(), name="office-visits-undo"),
    *(path(f"{DAY}{name}/", view.as_view(), name=f"office-day-{name}") for name, view in WRITES.items()),
]
