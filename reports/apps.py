"""The `reports` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports.contest_metrics import register_own
        from reports.locks import lock_of, lock_of_span  # models are ready only now
        from reports.models import Anomaly, StationMonth, StationMonthVisits
        from reports.tasks import look_after_list
        from services.imports.enter import register_after_list
        from services.policies import register_lock
        from stations.imports.undoing import register_derived
        from stations.merging import Stays, register_mover
        from stations.policies import register_span_lock

        register_derived(Anomaly, StationMonth, StationMonthVisits)
        register_mover(Stays((Anomaly,)))
        register_after_list(look_after_list)
        register_own()
        register_lock(lock_of)
        register_span_lock(lock_of_span)
