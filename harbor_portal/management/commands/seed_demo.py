"""`manage.py seed_demo`: a small world of real organisations with fictional stations, to look at."""

from time import monotonic
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.demo.demo_months import hand_in_months
from harbor_portal.demo.demo_people import PASSWORD
from harbor_portal.demo.demo_targets import give_stars, set_targets
from harbor_portal.demo.demo_visits import MONTHS
from harbor_portal.demo.loading import refuse_in_production
from harbor_portal.demo.world import make_world
from harbor_portal.lib.months import Month
from harbor_portal.open_data.files import write_open_data
from reports.actions.anomalies import find_anomalies, months_to_look_at
from reports.rollups.adding_up import roll_up
from stations.models import Station
from stations.publishing.publisher import publish_everything


class Command(BaseCommand):
    help = "Fill an empty database with fictional stations, people and visits, roll the months up and publish the map."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_in_production()
        if Station.objects.exists():
            self.stdout.write(_("There are stations already; nothing was added."))
            return
        started = monotonic()
        call_command("seed_catalogues", stdout=self.stdout, stderr=self.stderr)
        now = timezone.localtime()
        with transaction.atomic():  # a world without its figures would never get them
            logins = make_world(now)
            for number in range(MONTHS):
                roll_up(Month.of(now.date()).plus(number + 1 - MONTHS))
            for month in months_to_look_at(now.date()):
                find_anomalies(month=month, at=now)
            set_targets(now)
            give_stars(now)
            hand_in_months(now.date())
        publish_everything()
        write_open_data()
        count = Station.objects.count()
        seconds = round(monotonic() - started)
        self.stdout.write(_("%(count)d stations in %(seconds)d s.") % {"count": count, "seconds": seconds})
        for login in logins:
            self.stdout.write(f"  {login.username} / {PASSWORD}  {login.name} {login.what}".rstrip())
