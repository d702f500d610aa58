"""`manage.py write_open_data`: what happens every night, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from harbor_portal.open_data.files import Busy, folder, write_open_data


class Command(BaseCommand):
    help = "Write the open data (csv, GeoJSON, HSDS) anew."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = write_open_data()
        except Busy as busy:
            raise CommandError(_("Another process is writing the open data.")) from busy
        self.stdout.write(
            _("%(count)d stations in %(folder)s.") % {"count": manifest.stations, "folder": folder() / "current"}
        )
