"""Seal everything anew under the first of PERSONAL_DATA_KEYS, so that an older key can be thrown away."""

from typing import Any

from django.core.management.base import BaseCommand

from harbor_portal.privacy.reseal import reseal_everything


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        count = reseal_everything()
        self.stdout.write(f"{count} values are sealed with the first key now; the other keys are not needed any more.")
