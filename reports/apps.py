"""The `reports` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports.locks import lock_of, lock_of_span  # models are ready only now
        from reports.models import StationMonth, StationMonthVisits
        from services.policies import register_lock
        from stations.imports.undoing import register_derived
        from stations.policies import register_span_lock

        register_derived(StationMonth, StationMonthVisits)
        register_lock(lock_of)
        register_span_lock(lock_of_span)
