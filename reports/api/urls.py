"""Where the API of reports answers, below /api/v1/."""

from django.urls import path

from reports.api import contests
from reports.api.views import MonthReportView

CONTEST = "office/contests/<int:pk>/"

urlpatterns = [
    path("office/month-report/", MonthReportView.as_view(), name="office-month-report"),
    path("office/contests/", contests.OwnContestsView.as_view(), name="office-contests"),
    path(CONTEST, contests.OwnContestView.as_view(), name="office-contest"),
    *(
        path(f"{CONTEST}{name}/", view.as_view(), name=f"office-contest-{name}")
        for name, view in contests.STEPS.items()
    ),
]
