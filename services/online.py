"""The directory of online services as the public reads it."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.phones import dialled
from services.choices import WorkerGroup
from services.models import OnlineService
from services.online_choices import OnlineKind


@dataclass(frozen=True)
class Entry:
    """`when` says on which days, `groups` for whom: both "" where it is always and for everybody."""

    service: OnlineService
    when: str
    groups: str

    @property
    def number(self) -> str:
        """To dial."""
        return dialled(self.service.phone)


@dataclass(frozen=True)
class Shelf:
    kind: OnlineKind
    entries: list[Entry]


def directory(prefix: str, group: str, today: date) -> tuple[list[Shelf], list[Entry]]:
    """The services by kind, and apart from them the products of partners. One query."""
    rows = OnlineService.objects.public(today).at(prefix).select_related("division", "partner")
    if group:
        rows = rows.for_group(group)
    entries = entries_of(rows.order_by("order", "-prefix", "pk"), today)
    by_kind = {kind: [entry for entry in entries if entry.service.kind == kind] for kind in OnlineKind}
    products = by_kind.pop(OnlineKind.PRODUCT)
    return [Shelf(kind, found) for kind, found in by_kind.items() if found], products


def nearby_services(prefix: str, today: date, most: int) -> list[Entry]:
    """For the page of a station: services and benefits, never products; what is of this place first. One query."""
    rows = OnlineService.objects.public(today).at(prefix).services().select_related("division", "partner")
    return entries_of(rows.order_by("-prefix", "order", "pk")[:most], today)


def entries_of(rows: Iterable[OnlineService], today: date) -> list[Entry]:
    return [Entry(row, _when(row, today), _(", ").join(_labels(row.groups))) for row in rows]


def next_day(day_of_month: int, today: date, first: date | None = None) -> date:
    """The next such day from today on, or from `first` on; a short month has it on its last day."""
    since = max(today, first) if first else today
    day = _in_month(since.year, since.month, day_of_month)
    if day >= since:
        return day
    return _in_month(since.year + since.month // 12, since.month % 12 + 1, day_of_month)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _when(row: OnlineService, today: date) -> str:
    if row.day_of_month:
        following = next_day(row.day_of_month, today, row.first)
        if row.last and following > row.last:
            return _("until {date}").format(date=date_format(row.last))
        if following == today:
            return _("every month on day {day}: today").format(day=row.day_of_month)
        return _("every month on day {day}, next on {date}").format(day=row.day_of_month, date=date_format(following))
    return _("until {date}").format(date=date_format(row.last)) if row.last else ""


def _labels(groups: Iterable[str]) -> list[str]:
    return [str(WorkerGroup(group).label) for group in groups]
