"""Holding a contest: announced, frozen once its months are over, and honours given from what was frozen."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from reports.contests import live_standings, standings
from reports.metrics import fair_metrics
from reports.models import Contest
from reports.policies import refuse_unless_may_hold
from reports.rollups.adding_up import is_closed
from stations.actions.records import save_with_history
from stations.models import Honour, Unit, User


@transaction.atomic
def save_contest(*, contest: Contest, by: User) -> Contest:
    """Announce it, or change it while it is not frozen."""
    refuse_unless_may_hold(by, contest.unit)
    if contest.pk:
        held = _held(contest, by)
        if held.frozen_at:
            raise Refused(_("The result is frozen: this contest stays as it is."))
    if contest.metric not in {metric.code for metric in fair_metrics()}:
        raise Invalid("metric", _("Choose from the list."))
    save_with_history(contest, by=by, reason="changed" if contest.pk else "announced")
    return contest


@transaction.atomic
def freeze_contest(*, contest: Contest, by: User, today: date) -> Contest:
    """Keep the ranking as the figures are now, once the last month is over."""
    found = _held(contest, by)
    if found.frozen_at:
        raise StaleState(_("The result is frozen already."))
    last = found.months[1].last
    if today <= last:
        raise Refused(_("It runs until %(day)s; the result is frozen afterwards.") % {"day": date_format(last)})
    if not is_closed(found.months[1]):
        sentence = _("The figures of %(month)s are added up in the night after its last day: come back tomorrow.")
        raise Refused(sentence % {"month": found.months[1]})
    found.result = [line.as_row() for line in live_standings(found)]
    found.frozen_at, found.frozen_by = timezone.now(), by
    save_with_history(found, by=by, reason="frozen")
    return found


@transaction.atomic
def honour_winners(*, contest: Contest, by: User) -> list[Honour]:
    """Give the honour to the best of the frozen result, once; those who share the last place have it, too."""
    found = _held(contest, by)
    if not found.frozen_at:
        raise Refused(_("Freeze the result first: honours are given from what stands."))
    if found.honoured_at:
        raise StaleState(_("The honours were given already."))
    best = [line.unit for line in standings(found) if line.rank and line.rank <= found.winners]
    year = found.months[1].year
    given = []
    for unit in Unit.objects.filter(code__in=best).order_by("path"):
        if not Honour.objects.filter(unit=unit, title=found.award, level=found.level, year=year).exists():
            honour = Honour(unit=unit, title=found.award, level=found.level, year=year)
            save_with_history(honour, by=by, reason=found.title)
            given.append(honour)
    found.honoured_at = timezone.now()
    save_with_history(found, by=by, reason="honours given")
    return given


def _held(contest: Contest, by: User) -> Contest:
    found: Contest = Contest.objects.select_for_update(of=("self",)).select_related("unit").get(pk=contest.pk)
    refuse_unless_may_hold(by, found.unit)
    return found
