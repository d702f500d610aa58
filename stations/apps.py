"""The `stations` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = _("Stations")

    def ready(self) -> None:
        from django.contrib.auth.models import update_last_login
        from django.contrib.auth.signals import user_logged_in

        from stations import facets, marks
        from stations.actions.moving import movers
        from stations.actions.people import note_login
        from stations.imports.amenities import AmenityRows
        from stations.imports.columns import register_rows
        from stations.imports.kinds import register_kind
        from stations.imports.of_honours import HONOURS
        from stations.imports.of_keepers import KEEPERS
        from stations.imports.of_notices import NOTICES
        from stations.imports.of_stations import STATIONS
        from stations.imports.of_units import UNITS
        from stations.imports.undoing import register_derived
        from stations.merging import register_mover
        from stations.models import FactCheck, Freshness, MapChange, PossibleDuplicate, Session, StationCard
        from stations.personal import register_own as register_personal
        from stations.queues import register_own

        register_rows(AmenityRows())
        for kind in (STATIONS, UNITS, KEEPERS, HONOURS, NOTICES):
            register_kind(kind)
        register_derived(FactCheck, Freshness, MapChange, Session, PossibleDuplicate, StationCard)
        register_own()
        register_personal()
        marks.register_mark(marks.HONOUR, marks.honours)
        facets.register_fact("marks", marks.marks_of)
        register_mover(*movers())
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
        user_logged_in.connect(note_login)
