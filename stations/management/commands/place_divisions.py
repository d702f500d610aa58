"""Enter points of reference of divisions, from which walks are measured."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from stations.actions.divisions import place_divisions

COLUMNS = ("code", "longitude", "latitude")


class Command(BaseCommand):
    help = "Enter the points of a csv file with the columns code, longitude and latitude (WGS-84), all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(_("%(path)s cannot be read: %(error)s") % {"path": path, "error": error}) from error
        if missing := [name for name in COLUMNS if not rows or name not in rows[0]]:
            raise CommandError(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
        try:
            count = place_divisions(points=[tuple(str(row[name]).strip() for name in COLUMNS) for row in rows])  # type: ignore[misc]  # three of them
        except Invalid as error:
            raise CommandError(_("%(error)s Nothing was entered.") % {"error": error}) from error
        self.stdout.write(_("%(count)d divisions have a point now.") % {"count": count})
