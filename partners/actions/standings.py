"""Adding up how obligations and stages stand, for the desk and lists; pages add up anew whenever they are opened."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from harbor_portal.lib.each import sum_of_each
from harbor_portal.lib.months import Month
from partners.agreement_choices import Verdict
from partners.models import Obligation, ObligationMonth, ObligationStanding, ProgrammeStage
from partners.progress import progress_of
from partners.standing import pace_of


def settle_standings(obligations: Iterable[Obligation], *, today: date) -> int:
    """Note how each stands; how many. What nothing counts, and what is a draft's, has no standing."""
    return sum(_settle(obligation, today) for obligation in obligations)


def settle_all_standings(*, today: date) -> int:
    """Of all in force, and of those that were when somebody last looked; how many. Fails as `sum_of_each`."""
    standing = Obligation.objects.filter(standing__isnull=False)
    rows = (Obligation.objects.all().in_force(today) | standing).distinct().select_related("agreement")
    return sum_of_each(rows.order_by("pk"), lambda obligation: _settle(obligation, today))


def settle_months(*, today: date) -> int:
    """Note how the running and the last month stand, as late evidence still comes; how many."""
    month = Month.of(today)
    return sum(settle_month(month=one, today=today) for one in (month.plus(-1), month))


def settle_month(*, month: Month, today: date) -> int:
    """Note how each obligation stood at the end of the month, or stands; how many. Fails as `sum_of_each`."""
    rows = Obligation.objects.all().during(month.first, month.end(today)).select_related("agreement__unit")
    rows = rows.select_related("agreement__covered_unit").prefetch_related("stations")
    ObligationMonth.objects.filter(month=month.first).exclude(obligation__in=rows.values("pk")).delete()
    return sum_of_each(rows.order_by("pk"), lambda obligation: _note(obligation, month, today))


def _note(obligation: Obligation, month: Month, today: date) -> int:
    pace = pace_of(obligation, month.end(today), is_closed=month.last < today)
    values: dict[str, Any] = {"verdict": Verdict.UNCOUNTED}
    if pace:
        values = {"done": pace.done, "expected": pace.expected, "verdict": pace.verdict}
    ObligationMonth.objects.update_or_create(
        obligation=obligation, month=month.first, defaults=values | {"at": timezone.now()}
    )
    return 1


def settle_stages(*, today: date) -> int:
    """Note which stages, of those that run, fall behind an even pace; how many do."""
    running = ProgrammeStage.objects.filter(first__lte=today, last__gte=today).order_by("pk")
    behind = [one.stage.pk for one in progress_of(running, today) if one.is_behind]
    ProgrammeStage.objects.filter(is_behind=True).exclude(pk__in=behind).update(is_behind=False)
    ProgrammeStage.objects.filter(pk__in=behind, is_behind=False).update(is_behind=True)
    return len(behind)


def _settle(obligation: Obligation, today: date) -> bool:
    pace = pace_of(obligation, today) if _is_in_force(obligation, today) else None
    if pace is None:
        ObligationStanding.objects.filter(obligation=obligation).delete()
        return False
    values = {"day": today, "done": pace.done, "expected": pace.expected, "is_behind": pace.is_behind}
    ObligationStanding.objects.update_or_create(obligation=obligation, defaults=values | {"at": timezone.now()})
    return True


def _is_in_force(obligation: Obligation, today: date) -> bool:
    return Obligation.objects.all().in_force(today).filter(pk=obligation.pk).exists()
