"""The pages of `services` inside the back office."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from services.views import day_sheet, door_code, figures, my_station, my_station_desk, my_station_writes

DAY = "my-station/<slug:code>/<str:day>/"


def office_urls(protect: Callable[..., Any]) -> list[URLPattern]:
    """`protect` lets only people of the back office in; it is the admin site's `admin_view`."""
    pages = [
        path("my-station/", protect(my_station.choose), name="my_station"),
        path("my-station/<slug:code>/", protect(my_station.today), name="my_station"),
        path(DAY, protect(my_station.on_day), name="my_station_day"),
        path("day-sheet/", protect(day_sheet.choose), name="day_sheets"),
        path("day-sheet/<slug:code>/<str:month>/", protect(day_sheet.sheet), name="day_sheet"),
        path("hand-over/<slug:code>/", protect(my_station_desk.hand_over), name="hand_over"),
        path("fault-photo/<int:pk>/", protect(my_station_desk.fault_photo), name="fault_photo"),
        path("figures/", protect(figures.figures), name="figures"),
        path("door-code/<slug:code>/", protect(door_code.door_code), name="door_code"),
    ]
    writes = [
        path(f"{DAY}{name.replace('_', '-')}/", protect(view), name=f"my_station_{name}")
        for name, view in my_station_writes.WRITES.items()
    ]
    return pages + writes
