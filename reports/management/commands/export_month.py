"""`manage.py export_month --unit CODE --month 2026-10 --format xlsx -o FILE`: the month report as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from harbor_portal.lib.months import Month
from reports.exports import FORMATS, write_month
from reports.figures import month_figures
from reports.management.commands.roll_up_month import month_argument
from reports.sections import SECTIONS
from reports.subjects import Subject
from stations.models import Division, Unit


class Command(BaseCommand):
    help = "Write the report of a unit or division and a month to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        subject = parser.add_mutually_exclusive_group(required=True)
        subject.add_argument("--unit", metavar="CODE")
        subject.add_argument("--division", metavar="CODE")
        parser.add_argument("--month", type=month_argument, required=True, metavar="YYYY-MM")
        parser.add_argument("--format", choices=list(FORMATS), default="xlsx")
        parser.add_argument(
            "--section", choices=list(SECTIONS), default="station", help="of a csv, which has one table"
        )
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, month: Month, output: Path, **options: Any) -> None:
        figures = month_figures(_subject(options["unit"], options["division"]), month)
        try:
            with output.open("wb") as file:
                write_month(file, figures, options["format"], options["section"])
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}") from error
        stations = len(figures.of("station"))
        self.stdout.write(f"{output}: {figures.source['name']} {month}, {stations} stations")


def _subject(unit: str | None, division: str | None) -> Subject:
    if unit:
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise CommandError(f"There is no unit with the code {unit}.")
        return Subject(unit=found)
    place = Division.objects.filter(code=division).first()
    if place is None:
        raise CommandError(f"There is no division with the code {division}.")
    return Subject(division=place)
