"""Write the empty list of stations to fill in."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from stations.imports.of_stations import STATIONS
from stations.imports.template import write_list


class Command(BaseCommand):
    help = "Write the xlsx template for import_stations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, choices=languages)

    def handle(self, *args: Any, **options: Any) -> None:
        with override(options["language"]):
            write_list(options["file"], STATIONS)
        self.stdout.write(_("Written to %(path)s.") % {"path": options["file"]})
