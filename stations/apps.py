"""The `stations` app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationsConfig(AppConfig):
    name = "stations"
    verbose_name = _("Stations")

    def ready(self) -> None:
        from stations.imports.amenities import AmenityRows
        from stations.imports.columns import register_rows

        register_rows(AmenityRows())
