"""The addresses of the public API of partners."""

from django.urls import path

from partners.api.views import (
    PartnerListView,
    PartnerView,
    ProgrammeListView,
    ProgrammeView,
    SpecialStationListView,
)

urlpatterns = [
    path("partners/", PartnerListView.as_view(), name="partners"),
    path("partners/<str:code>/", PartnerView.as_view(), name="partner"),
    path("programmes/", ProgrammeListView.as_view(), name="programmes"),
    path("programmes/<str:code>/", ProgrammeView.as_view(), name="programme"),
    path("special-stations/", SpecialStationListView.as_view(), name="special-stations"),
]
