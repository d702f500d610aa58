"""The `partners` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from partners import facets as own
        from partners.actions.agreement_lists import AGREEMENTS
        from partners.actions.logos import logo_keys
        from partners.actions.obligation_lists import OBLIGATIONS
        from partners.actions.stage_lists import STAGES
        from partners.imports.of_contacts import CONTACTS
        from partners.imports.of_partners import MEMBERS, PARTNERS
        from partners.imports.of_plates import PLATES, SPECIALS
        from partners.imports.of_programmes import PROGRAMMES
        from partners.imports.on_stations import PlateRows
        from partners.merging import movers
        from partners.models import ObligationStanding
        from partners.personal import register_own as register_personal
        from stations import facets, marks
        from stations.imports.columns import register_rows
        from stations.imports.kinds import register_kind
        from stations.imports.undoing import register_derived
        from stations.merging import register_mover
        from stations.pictures import register_pictures

        facets.register_fact("plates", own.plates)
        marks.register_mark(marks.SPECIAL, own.themes)
        facets.register_catalogue("programmes", own.programmes)
        register_rows(PlateRows())
        for kind in (PROGRAMMES, STAGES, PARTNERS, CONTACTS, MEMBERS, PLATES, SPECIALS, AGREEMENTS, OBLIGATIONS):
            register_kind(kind)
        register_derived(ObligationStanding)
        register_personal()
        register_pictures(logo_keys)
        register_mover(*movers())
