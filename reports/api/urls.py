"""Where the API of reports answers, below /api/v1/."""

from django.urls import path

from reports.api.views import MonthReportView

urlpatterns = [path("office/month-report/", MonthReportView.as_view(), name="office-month-report")]
