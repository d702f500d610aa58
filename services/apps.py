"""The `services` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Services")

    def ready(self) -> None:
        from partners.metrics import register_metric
        from services.actions.movement_lists import MOVEMENTS
        from services.actions.moving import movers
        from services.actions.moving_grants import GRANTS as MOVING_GRANTS
        from services.actions.wish_lists import WISHES
        from services.evidence import METRICS
        from services.facets import reported_closed, supplies_shown, supplies_today, today
        from services.figures import activities, agreements, feedback, grants, marks, stories, supplies, wishes
        from services.figures.counting import register_section
        from services.imports.of_activities import ACTIVITIES
        from services.imports.of_grants import BATCHES, GRANTS
        from services.imports.of_online import ONLINE
        from services.imports.of_stories import STORIES
        from services.imports.of_supplies import SUPPLIES
        from services.imports.of_visits import VISITS
        from services.models import Activity, ActivityPhoto, Attendance, LedgerChange
        from services.personal import register_own as register_personal_of_all
        from services.personal_activities import register_own as register_personal_of_activities
        from services.personal_papers import register_own as register_personal_of_papers
        from services.personal_supplies import register_own as register_personal_of_supplies
        from services.queues import register_own
        from stations.facets import register_catalogue, register_live
        from stations.imports.kinds import register_kind
        from stations.imports.undoing import register_derived
        from stations.merging import register_mover
        from stations.pictures import register_pictures

        register_live("day", today)
        register_live("reports", reported_closed)
        register_live("supplies", supplies_today)
        register_catalogue("supplies", supplies_shown)
        register_derived(Attendance, LedgerChange, Activity.partners.through)
        for kind in (VISITS, ACTIVITIES, BATCHES, GRANTS, ONLINE, SUPPLIES, MOVEMENTS, WISHES, STORIES):
            register_kind(kind)
        register_own()
        register_personal_of_all()
        register_personal_of_activities()
        register_personal_of_papers()
        register_personal_of_supplies()
        register_pictures(lambda: ActivityPhoto.objects.values_list("key", flat=True))
        register_metric(*METRICS)
        register_section(feedback.SECTION)
        register_section(activities.SECTION)
        register_section(supplies.SECTION)
        register_section(grants.SECTION)
        register_section(wishes.SECTION)
        register_section(stories.SECTION)
        register_section(marks.SECTION)
        register_section(agreements.SECTION)
        register_mover(*movers(), MOVING_GRANTS)
