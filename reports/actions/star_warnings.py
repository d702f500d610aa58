"""Warning the officers of stations before a star falls: on the desk all the time, and once by mail."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from reports.models import Assessment
from stations.models import Posting, User
from stations.responsible import officers_to_tell

logger = logging.getLogger(__name__)


def warn_of_falling(*, at: datetime) -> int:
    """One mail for each officer whose stations have stars about to fall of which nobody was told; how many went out.

    A star is taken before the mail is sent: whatever dies in between, nobody is told twice. For what no mail went out
    the next night tries again. Without a mail server the desk says it, and nothing is taken.
    """
    if not settings.SENDS_MAIL:
        return 0
    stars = _take(at)
    told: set[int] = set()
    sent = 0
    for officer, own in _by_officer(stars).items():
        if _send(officer, own):
            sent += 1
            told.update(own)
    Assessment.objects.filter(pk__in=stars.keys() - told).update(warned_at=None)
    return sent


@transaction.atomic
def _take(at: datetime) -> dict[int, int]:
    """Stars about to fall of which nobody was told yet, with their stations; nobody else takes them."""
    rows = Assessment.objects.all().falling(timezone.localdate(at)).filter(warned_at=None)
    found = dict(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk").values_list("pk", "station"))
    Assessment.objects.filter(pk__in=found).update(warned_at=at)
    return found


def _by_officer(stars: Mapping[int, int]) -> dict[User, list[int]]:
    """Whose stars these are: of each line of a station the officers of its unit, or else of the nearest above."""
    lines: dict[int, list[str]] = defaultdict(list)
    held = Posting.objects.filter(station__in=set(stars.values()), until=None)
    for station, *paths in held.values_list("station", "operator__path", "supervisor__path"):
        lines[station] += filter(None, paths)
    officers = officers_to_tell({path for paths in lines.values() for path in paths})
    found: dict[User, list[int]] = defaultdict(list)
    for star, station in stars.items():
        # Both lines may lead to one person.
        for officer in dict.fromkeys(one for path in lines[station] for one in officers[path]):
            found[officer].append(star)
    return found


def _send(officer: User, stars: list[int]) -> bool:
    address = f"{settings.PUBLIC_URL}{reverse('admin:reports_assessment_changelist')}?work=falling"
    try:
        with translation.override(settings.LANGUAGE_CODE):
            subject = ngettext("%(count)d star is about to fall", "%(count)d stars are about to fall", len(stars))
            text = render_to_string(
                "admin/reports/star/warning.txt", {"officer": officer, "count": len(stars), "address": address}
            )
            send_mail(subject % {"count": len(stars)}, text, None, [officer.email])
    except (OSError, SMTPException) as error:
        logger.warning("officer %d could not be warned of %d stars: %s", officer.pk, len(stars), type(error).__name__)
        return False
    return True
