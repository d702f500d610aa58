"""The addresses of the API of days and visits."""

from django.urls import path

from services.api.views import WRITES, DayView, UndoView, VisitsView

DAY = "office/stations/<str:code>/days/<str:day>/"

urlpatterns = [
    path(DAY, DayView.as_view(), name="office-day"),
    path(f"{DAY}visits/", VisitsView.as_view(), name="office-visits"),
    path(f"{DAY}visits/<uuid:key>/undo/", UndoView.as_view(), name="office-visits-undo"),
    *(path(f"{DAY}{name}/", view.as_view(), name=f"office-day-{name}") for name, view in WRITES.items()),
]
