"""Publish the whole map anew."""

from typing import Any

from django.core.management.base import BaseCommand

from stations.publishing.publisher import publish_everything


class Command(BaseCommand):
    help = "Write all files of the published map, whatever has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{publish_everything()} leaves published")
