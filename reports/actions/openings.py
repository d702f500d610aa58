"""Days that a report holds are opened again: who, why, until when. And a sealed report is opened for a revision."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, StaleState
from harbor_portal.lib.months import Month
from reports.choices import ReportState
from reports.locks import hold_month
from reports.models import MonthOpening, MonthReport, ReportFile
from reports.policies import refuse_unless_may_judge
from stations.models import Posting, User
from stations.querysets import run_by

REASON_LENGTH = 200
LONGEST = timedelta(days=31)
"""Days stay open no longer than this; whoever needs more opens them once more."""


def open_for_revision(
    *, report: MonthReport, reason: str, until: date, by: User, stations: Iterable[int] | None = None
) -> MonthReport:
    """Open the days that a sealed report holds, all or those of these stations, through the day `until`.

    What is corrected becomes the next revision, a draft from now on; it is answered. The sealed one stays as it is, and
    in force until the next is sealed. Opened again, more days of the same draft are open, or for longer.
    """
    refuse_unless_may_judge(by, report)
    reason, ends_at = say_why(reason), _end_of(until)
    with transaction.atomic():
        hold_month(Month.of(report.month))
        draft = _draft_after(report, reason, by)
        reasons: dict[int | None, str] = {None: reason} if stations is None else dict.fromkeys(stations, reason)
        open_days(report=draft, reasons=reasons, by=by, ends_at=ends_at)
    return draft


def open_more(*, report: MonthReport, reasons: Mapping[int, str], by: User) -> MonthReport:
    """Of a report that was given back for some stations, the days of these too; until it is submitted."""
    refuse_unless_may_judge(by, report)
    with transaction.atomic():
        hold_month(Month.of(report.month))
        current = MonthReport.objects.light().select_related("unit").get(pk=report.pk)
        if not current.is_open_in_part:
            values = {"unit": current.unit, "state": current.get_state_display()}
            raise StaleState(_("The report of %(unit)s is %(state)s by now; nothing was changed.") % values)
        open_days(report=current, reasons={station: say_why(text) for station, text in reasons.items()}, by=by)
    return current


def _draft_after(report: MonthReport, reason: str, by: User) -> MonthReport:
    newest = MonthReport.objects.light().newest().in_month(Month.of(report.month)).get(unit=report.unit_id)
    if newest.state == ReportState.DRAFT and newest.revision > 1:
        return newest
    if newest.state != ReportState.SEALED or newest.pk != report.pk:
        values = {"unit": report.unit, "state": newest.get_state_display()}
        raise StaleState(_("The report of %(unit)s is %(state)s by now; nothing was changed.") % values)
    MonthReport.objects.filter(pk=newest.pk).update(holds_days=False)
    draft = MonthReport.objects.create(
        unit=report.unit,
        month=report.month,
        revision=newest.revision + 1,
        revision_reason=reason,
        holds_days=True,
        moved_by=by,
        moved_at=timezone.now(),
    )
    record_history(MonthReport, [newest.pk], kind="~", by_id=by.pk, reason=reason[:100])
    return draft


def open_days(
    *, report: MonthReport, reasons: Mapping[int | None, str], by: User, ends_at: datetime | None = None
) -> None:
    """Of these stations, or of all where the station is None; without an end they are open until it is submitted."""
    stations = {station for station in reasons if station is not None}
    held = Posting.objects.filter(
        run_by((report.unit.path,)), station__in=stations, since__lte=Month.of(report.month).last
    )
    if stations - set(held.exclude(until__lt=report.month).values_list("station", flat=True)):
        raise Invalid("stations", _("These are not stations of %(unit)s in that month.") % {"unit": report.unit})
    now = timezone.now()
    openings = MonthOpening.objects.bulk_create(
        MonthOpening(report=report, station_id=station, reason=reason, by=by, at=now, ends_at=ends_at)
        for station, reason in reasons.items()
    )
    record_history(MonthOpening, [opening.pk for opening in openings], kind="+", by_id=by.pk, reason="")


def end_opening(*, opening: MonthOpening, by: User) -> MonthOpening:
    """Before its time: the days are locked from now on."""
    refuse_unless_may_judge(by, opening.report)
    with transaction.atomic():
        hold_month(Month.of(opening.report.month))
        if not MonthOpening.objects.in_force(timezone.now()).filter(pk=opening.pk).exists():
            raise StaleState(_("These days are locked again already."))
        _end([opening.pk], by)
    opening.refresh_from_db()
    return opening


def end_openings(*, report: MonthReport, by: User) -> None:
    """The report is on its way: nothing of it is open any more."""
    _end(list(report.openings.in_force(timezone.now()).values_list("pk", flat=True)), by)


def _end(openings: list[int], by: User) -> None:
    MonthOpening.objects.filter(pk__in=openings).update(ended_at=timezone.now(), ended_by=by)
    record_history(MonthOpening, openings, kind="~", by_id=by.pk, reason="")


def drop_revision(*, report: MonthReport, by: User) -> MonthReport:
    """Give a revision up before anything was handed in; what was sealed before holds the days again."""
    refuse_unless_may_judge(by, report)
    with transaction.atomic():
        hold_month(Month.of(report.month))
        if report.revision == 1 or not MonthReport.objects.filter(pk=report.pk, state=ReportState.DRAFT).exists():
            raise StaleState(_("Only a revision that was not handed in can be given up."))
        before = MonthReport.objects.get(unit=report.unit_id, month=report.month, revision=report.revision - 1)
        end_openings(report=report, by=by)
        MonthOpening.objects.filter(report=report).update(report=before)
        # It may have been handed in and given back: what was given out of it then is still known.
        ReportFile.objects.filter(report=report).update(report=before)
        record_history(MonthReport, [report.pk], kind="-", by_id=by.pk, reason="")
        MonthReport.objects.filter(pk=report.pk).delete()
        MonthReport.objects.filter(pk=before.pk).update(holds_days=True)
        record_history(MonthReport, [before.pk], kind="~", by_id=by.pk, reason="")
    before.refresh_from_db()
    return before


def say_why(text: str) -> str:
    """The reason that goes into the record."""
    text = text.strip()
    if not text:
        raise Invalid("reason", _("Say why."))
    if len(text) > REASON_LENGTH:
        raise Invalid("reason", _("At most %(count)d characters.") % {"count": REASON_LENGTH})
    return text


def _end_of(day: date) -> datetime:
    """The midnight after it."""
    today = timezone.localdate()
    if not today <= day <= today + LONGEST:
        raise Invalid("until", _("Days can be open for at most %(days)d days from today on.") % {"days": LONGEST.days})
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
