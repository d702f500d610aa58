"""What is stored about persons: what the next night would erase, or the table of docs/privacy.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from harbor_portal.lib.personal import ERASURES, table_lines
from harbor_portal.privacy.erasing import erase_everything


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--table", action="store_true", help="write the table of docs/privacy.md")
        parser.add_argument("--erase", action="store_true", help="erase now what is due, instead of tonight")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["table"]:
            self.stdout.write("\n".join(table_lines()))
            return
        now = timezone.now()
        counts = (
            erase_everything(at=now)
            if options["erase"]
            else {code: erasure.count(now) for code, erasure in ERASURES.items()}
        )
        for code, count in counts.items():
            self.stdout.write(f"{code}: {count}")
