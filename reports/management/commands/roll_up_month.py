"""`manage.py roll_up_month 2026-10`: bring the figures of a month up to date."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from harbor_portal.lib.months import Month
from reports.rollups.adding_up import AlreadyRunning, roll_up


def month_argument(text: str) -> Month:
    """For argparse, which shows the message."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


class Command(BaseCommand):
    help = "Add up the visit ledger of a month by posting, group and method."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", type=month_argument, help="YYYY-MM")
        parser.add_argument("--full", action="store_true", help="compute every station, not only the changed ones")

    def handle(self, *args: Any, month: Month, full: bool, **options: Any) -> None:
        try:
            run = roll_up(month, full=full)
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{month}: {run.stations} stations, {run.rows} rows, {run.seconds:.1f} s (run {run.pk})")
        if run.unposted_days:
            self.stderr.write(f"{run.unposted_days} station-days ({run.unposted_visits} visits) have no posting.")
        if run.failed_stations:
            raise CommandError(f"Stations that could not be added up: {', '.join(map(str, run.failed_stations))}")
