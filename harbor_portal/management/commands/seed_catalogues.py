"""`manage.py seed_catalogues`: divisions, amenities, programmes, supplies and more, as far as they are missing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.seeds import seed_programmes
from reports.seeds import seed_rubrics
from services.seeds import seed_inspection_forms, seed_sentences, seed_supplies
from stations.models import CalendarDay
from stations.seeds import seed_amenities, seed_calendar, seed_divisions

ANNOUNCED_IN = 11
"""The month in which the State Council usually announces the next year's holidays."""


class Command(BaseCommand):
    help = "Add rows of the catalogues, and calendar days, that were never there. Edited rows stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            made = {
                _("divisions"): seed_divisions(),
                _("amenities"): seed_amenities(),
                _("programmes"): seed_programmes(),
                _("supplies"): seed_supplies(),
                _("sentences for answers"): seed_sentences(),
                _("inspection forms"): seed_inspection_forms(),
                _("rubrics of stars"): seed_rubrics(),
                _("calendar days"): seed_calendar(),
            }
        for name, count in made.items():
            self.stdout.write(_("%(name)s: %(count)d added") % {"name": name, "count": count})
        for year in missing_calendar_years():
            self.stderr.write(
                _(
                    "The holidays of %(year)d are not known here. Update chinese-calendar once they are announced, "
                    "or enter them in the back office; until then that year's opening hours ignore holidays."
                )
                % {"year": year}
            )


def missing_calendar_years() -> list[int]:
    """Of this year and, from November on, the next: those in which the calendar has no day."""
    today = timezone.localdate()
    wanted = [today.year, today.year + 1] if today.month >= ANNOUNCED_IN else [today.year]
    return [year for year in wanted if not CalendarDay.objects.filter(date__year=year).exists()]
