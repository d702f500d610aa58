"""The public pages."""

from django.urls import path

from harbor_portal.portal.views.home import home
from harbor_portal.portal.views.language import set_language
from harbor_portal.portal.views.search import search
from harbor_portal.portal.views.station import station
from harbor_portal.portal.views.stations import station_list

urlpatterns = [
    path("", home, name="home"),
    path("stations/", station_list, name="stations"),
    path("s/<slug:code>/", station, name="station"),
    path("search/", search, name="search"),
    path("language/<slug:code>/", set_language, name="language"),
]
