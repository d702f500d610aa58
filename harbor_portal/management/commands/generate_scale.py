"""`manage.py generate_scale`: a country full of fictional stations, for measuring."""

from argparse import ArgumentParser
from random import Random
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.demo.loading import analyze, refuse_in_production
from harbor_portal.demo.scale_stations import make_stations
from harbor_portal.demo.scale_visits import make_visits
from harbor_portal.lib.months import Month
from partners.models import Plate
from partners.seeds import seed_programmes
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.models import Posting, Schedule, Station, StationAmenity, Unit
from stations.seeds import seed_amenities, seed_calendar, seed_divisions

MOST_A_STATION_AND_MONTH = 350
"""Visit buckets, counted for all stations: about 17 a day for those that record."""
TABLES = (Unit, Schedule, Station, Posting, StationAmenity, Plate, StationDay, Visit, VisitEntry, LedgerChange)


class Command(BaseCommand):
    help = "Fill an empty database with fictional stations and visits of the last whole months, for benchmarks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stations", type=int, default=200_000)
        parser.add_argument("--months", type=int, default=1, help="how many whole months before this one")
        parser.add_argument("--visits", type=int, default=5_000_000, help="rows of the visit ledger, over all months")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--force", action="store_true", help="although there are stations already")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_in_production()
        stations, months, visits, seed = (options[name] for name in ("stations", "months", "visits", "seed"))
        if min(stations, months) < 1 or not 0 <= visits <= stations * months * MOST_A_STATION_AND_MONTH:
            raise CommandError(_("At least one station and one month, and at most 350 visit rows a station and month."))
        if Station.objects.exists() and not options["force"]:
            raise CommandError(_("This database holds stations already; --force adds to them."))
        self._started = monotonic()
        for seed_catalogue in (seed_divisions, seed_amenities, seed_programmes, seed_calendar):
            seed_catalogue()
        make_stations(stations, Random(seed), timezone.localdate())  # noqa: S311  # repeatable, no secret
        analyze(TABLES)
        self._say(_("%(count)d stations") % {"count": stations})
        this_month = Month.of(timezone.localdate())
        for number in range(months):
            month = this_month.plus(number - months)
            count = visits * (number + 1) // months - visits * number // months
            make_visits(month, count, seed)
            self._say(_("%(month)s: %(count)d visit rows") % {"month": month, "count": count})
        analyze(TABLES)
        self._say(_("Done. Publish the map and roll up the months when you need them."))

    def _say(self, text: str) -> None:
        self.stdout.write(f"{monotonic() - self._started:6.1f} s  {text}")
