"""Days that a report holds are opened again: who, why, until when. And a sealed report is opened for a revision."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, StaleState
from harbor_portal.lib.months import Month
from reports.actions.moves import by_now
from reports.choices import ReportState
from reports.flow.locks import LONGEST, hold_month, last_day
from reports.models import MonthOpening, MonthReport, ReportFile
from reports.policies import refuse_unless_may_judge
from stations.models import Posting, User
from stations.querysets import run_by
from stations.trees import line_in

REASON_LENGTH = 200


def open_for_revision(
    *, report: MonthReport, reason: str, until: date, by: User, stations: Iterable[int] | None = None
) -> MonthReport:
    """Open the days that a sealed report holds, all or those of these stations, through the day `until`.

    What is corrected becomes the next revision, a draft from now on; it is answered. The sealed one stays as it is, and
    in force until the next is sealed.
    """
    refuse_unless_may_judge(by, report)
    reason, ends_at = say_why(reason), end_of(until)
    with transaction.atomic():
        hold_month(Month.of(report.month))
        draft = _draft_after(report, reason, by)
        reasons: dict[int | None, str] = {None: reason} if stations is None else dict.fromkeys(stations, reason)
        open_days(report=draft, reasons=reasons, by=by, ends_at=ends_at)
    return draft


def open_more(
    *, report: MonthReport, reasons: Mapping[int | None, str], by: User, until: date | None = None
) -> MonthReport:
    """Of a report that was given back, or opened for a revision, more days: these stations', or all, or for longer."""
    refuse_unless_may_judge(by, report)
    why, ends_at = {station: say_why(text) for station, text in reasons.items()}, end_of(until)
    with transaction.atomic():
        hold_month(Month.of(report.month))
        current = MonthReport.objects.light().select_related("unit").get(pk=report.pk)
        if not current.is_reopened:
            raise StaleState(by_now(current))
        open_days(report=current, reasons=why, by=by, ends_at=ends_at)
    return current


def _draft_after(report: MonthReport, reason: str, by: User) -> MonthReport:
    newest = (
        MonthReport.objects.light()
        .newest()
        .in_month(Month.of(report.month))
        .select_related("unit")
        .get(unit=report.unit_id)
    )
    if newest.state != ReportState.SEALED or newest.pk != report.pk:
        raise StaleState(by_now(newest))
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


def open_days(*, report: MonthReport, reasons: Mapping[int | None, str], by: User, ends_at: datetime) -> None:
    """Of these stations, or of all where the station is None; until then, or until it is submitted."""
    stations = {station for station in reasons if station is not None}
    month = Month.of(report.month)
    held = Posting.objects.all().during(month.first, month.last).filter(run_by(line_in((report.unit.path,), month)))
    if stations - set(held.filter(station__in=stations).values_list("station", flat=True)):
        raise Invalid("stations", _("These are not stations of %(unit)s in that month.") % {"unit": report.unit})
    _refuse_if_open(report, reasons, ends_at)
    _record((MonthOpening(report=report, station_id=pk, reason=why) for pk, why in reasons.items()), by, ends_at)


def open_whole(*, reports: Iterable[MonthReport], reason: str, by: User, ends_at: datetime) -> None:
    """All days of these reports, none of which is open yet. Two queries, however many they are."""
    _record((MonthOpening(report=report, reason=reason) for report in reports), by, ends_at)


def _refuse_if_open(report: MonthReport, stations: Collection[int | None], ends_at: datetime) -> None:
    """Whoever comes second reads who opened the same days, for as long, before."""
    before = MonthOpening.objects.in_force(timezone.now()).filter(report=report, ends_at__gte=ends_at)
    for opening in before.select_related("by", "station").order_by("pk"):
        if opening.station_id is None or opening.station_id in stations:
            values = {"who": opening.by or "—", "which": opening.station or report.unit, "reason": opening.reason}
            raise StaleState(_("%(who)s has opened these days of %(which)s already: %(reason)s") % values)


def _record(openings: Iterable[MonthOpening], by: User, ends_at: datetime) -> None:
    rows, now = list(openings), timezone.now()
    for row in rows:
        row.by, row.at, row.ends_at = by, now, ends_at
    MonthOpening.objects.bulk_create(rows)
    record_history(MonthOpening, [row.pk for row in rows], kind="+", by_id=by.pk, reason="")


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


def end_of(day: date | None) -> datetime:
    """The midnight after it."""
    today, day = timezone.localdate(), day or last_day()
    if not today <= day <= today + LONGEST:
        raise Invalid("until", _("Days can be open for at most %(days)d days from today on.") % {"days": LONGEST.days})
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
