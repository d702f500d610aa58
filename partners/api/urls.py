"""The addresses of the API of partners: for everybody, and for programs of the back office."""

from django.urls import path

from partners.api import agreements, logos, members, partners, plates, programmes, specials
from partners.api.views import (
    PartnerListView,
    PartnerView,
    ProgrammeListView,
    ProgrammeView,
    SpecialStationListView,
)

AGREEMENT = "office/agreements/<int:pk>/"
PROGRAMME = "office/programmes/<str:code>/"

urlpatterns = [
    path("partners/", PartnerListView.as_view(), name="partners"),
    path("partners/<str:code>/", PartnerView.as_view(), name="partner"),
    path("programmes/", ProgrammeListView.as_view(), name="programmes"),
    path("programmes/<str:code>/", ProgrammeView.as_view(), name="programme"),
    path("special-stations/", SpecialStationListView.as_view(), name="special-stations"),
    path("office/partners/", partners.OwnPartnersView.as_view(), name="office-partners"),
    path("office/partners/<str:code>/", partners.OwnPartnerView.as_view(), name="office-partner"),
    path("office/partners/<str:code>/logo/", logos.PartnerLogoView.as_view(), name="office-partner-logo"),
    path("office/members/", members.OwnMembersView.as_view(), name="office-members"),
    path("office/members/<int:pk>/", members.OwnMemberView.as_view(), name="office-member"),
    path("office/agreements/", agreements.OwnAgreementsView.as_view(), name="office-agreements"),
    path(AGREEMENT, agreements.OwnAgreementView.as_view(), name="office-agreement"),
    path(f"{AGREEMENT}sign/", agreements.SignView.as_view(), name="office-agreement-sign"),
    path(f"{AGREEMENT}end/", agreements.EndView.as_view(), name="office-agreement-end"),
    path(f"{AGREEMENT}renew/", agreements.RenewView.as_view(), name="office-agreement-renew"),
    path(f"{AGREEMENT}stations/<str:code>/", agreements.NamedStationView.as_view(), name="office-agreement-station"),
    path(f"{AGREEMENT}obligations/", agreements.PromiseView.as_view(), name="office-agreement-promise"),
    path(
        f"{AGREEMENT}obligations/<int:number>/", agreements.ObligationView.as_view(), name="office-agreement-obligation"
    ),
    path("office/programmes/", programmes.OwnProgrammesView.as_view(), name="office-programmes"),
    path(PROGRAMME, programmes.OwnProgrammeView.as_view(), name="office-programme"),
    path(f"{PROGRAMME}sign/", logos.ProgrammeSignView.as_view(), name="office-programme-sign"),
    path(f"{PROGRAMME}stages/", programmes.StagesView.as_view(), name="office-programme-stages"),
    path(f"{PROGRAMME}stages/<int:pk>/", programmes.StageView.as_view(), name="office-programme-stage"),
    path("office/plates/", plates.OwnPlatesView.as_view(), name="office-plates"),
    path("office/plates/<int:pk>/", plates.OwnPlateView.as_view(), name="office-plate"),
    path("office/plates/<int:pk>/withdraw/", plates.WithdrawView.as_view(), name="office-plate-withdraw"),
    path("office/special-stations/", specials.OwnSpecialsView.as_view(), name="office-specials"),
    path("office/special-stations/<int:pk>/", specials.OwnSpecialView.as_view(), name="office-special"),
]
