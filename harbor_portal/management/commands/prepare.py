"""`manage.py prepare`: database, catalogues, demo data, static files and map, as far as they are not up to date."""

import json
import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from harbor_portal import statics
from stations.models import Station
from stations.publishing.run import FORMAT_VERSION


class Command(BaseCommand):
    help = "Bring database and files up to date; every step finds nothing to do when nothing changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with settings.EMBEDDED.use():
            for title, step in (
                ("database", lambda: call_command("migrate", interactive=False, verbosity=0)),
                ("catalogues", lambda: call_command("seed_catalogues", stdout=StringIO())),
                ("demo data", _seed_demo_when_empty),
                ("static files", statics.collect_when_changed),
                ("map", _publish_when_unpublished),
            ):
                began = time.monotonic()
                self.stdout.write(f"{title} … ", ending="")
                self.stdout.flush()
                step()
                self.stdout.write(f"{time.monotonic() - began:.1f} s")
                self.stdout.flush()


def _seed_demo_when_empty() -> None:
    if settings.DEMO and not Station.objects.exists():
        call_command("seed_demo", stdout=StringIO(), stderr=StringIO())


def _publish_when_unpublished() -> None:
    """The first time, and when an upgrade reads another form of files: else the worker publishes what changes."""
    index = settings.PUBLISH_ROOT / "index.json"
    if not index.exists() or json.loads(index.read_bytes())["version"] != FORMAT_VERSION:
        call_command("publish_map", stdout=StringIO())
