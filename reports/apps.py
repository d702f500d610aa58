"""The `reports` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports.flow.locks import lock_of, lock_of_span, opened_alone
        from reports.imports.of_contests import CONTESTS
        from reports.metrics import register_own
        from reports.models import (
            Anomaly,
            Assessment,
            MonthOpening,
            StationMonth,
            StationMonthTimes,
            StationMonthVisits,
        )
        from reports.personal import register_own as register_own_personal
        from reports.runs.clock import listen
        from reports.runs.tables import register_own as register_own_runs
        from reports.stars import inputs as star_inputs
        from reports.targets.metrics import register_targets
        from reports.tasks import look_after_list
        from services.imports.enter import register_after_list
        from services.policies import register_lock
        from stations.actions.saved_views import register_page
        from stations.imports.kinds import register_kind
        from stations.imports.undoing import register_derived
        from stations.merging import Stays, register_mover
        from stations.policies import register_span_lock

        register_derived(Anomaly, StationMonth, StationMonthTimes, StationMonthVisits)
        # A star was given to the place as it was, and stays with it.
        register_mover(Stays((Anomaly, Assessment, MonthOpening)))
        register_after_list(look_after_list)
        register_own()
        register_targets()
        star_inputs.register_own()
        listen()
        register_own_runs()
        register_own_personal()
        register_kind(CONTESTS)
        register_page("reports.figures", "admin:month_report")
        register_lock(lock_of, opened_alone)
        register_span_lock(lock_of_span)
