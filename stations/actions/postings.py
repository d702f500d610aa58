"""Who runs and supervises a station, by date.

A submitted month has counted its visits for the units of that time, so none of its days changes hands any more.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import PortalError, Refused
from stations.actions.records import save_with_history
from stations.changes import mark_changed
from stations.models import Posting, Station, Unit, User
from stations.places import supervisor_for
from stations.plans import ONE_DAY, between
from stations.policies import (
    holds_line,
    refuse_if_span_is_locked,
    refuse_unless_may_edit,
    refuse_unless_own_line,
)
from stations.scope import scope_of

NEVER = date.max - ONE_DAY


@transaction.atomic
def save_postings(*, by: User, station: Station, postings: Iterable[Posting], reason: str = "") -> None:
    """Keep these postings of the station, new or changed, all or none; a refusal names the one that is meant."""
    refuse_unless_may_edit(by, Station.objects.select_for_update().get(pk=station.pk))
    before = {row.pk: row for row in station.postings.select_related("operator", "supervisor")}
    # What becomes shorter comes first, so that the day on which a station changed hands can be moved.
    for posting in sorted(postings, key=lambda row: _grows(before.get(row.pk), row)):
        try:
            _save(by, before.get(posting.pk), posting, reason)
        except PortalError as error:
            values = {"day": date_format(posting.since), "why": error}
            raise Refused(_("Posting since %(day)s: %(why)s") % values) from error
    mark_changed([station.pk])


def _save(by: User, old: Posting | None, posting: Posting, reason: str) -> None:
    if old is None and posting.supervisor is None and posting.division is not None:
        posting.supervisor = supervisor_for(posting.division)
    refuse_unless_own_line(by, [posting.operator, posting.supervisor])
    _refuse_line_of_others(by, old)
    for unit, first, last in _moves(old, posting):
        refuse_if_span_is_locked(unit, first, last)
    save_with_history(posting, by=by, reason=reason)


def _refuse_line_of_others(by: User, old: Posting | None) -> None:
    """What others ran and supervised is theirs, also when the station has come to oneself since."""
    line = [unit for unit in (old.operator, old.supervisor) if unit] if old else []
    if line and not holds_line(scope_of(by), line):
        raise Refused(_("Only officers of the units that ran or supervised the station then may change this."))


def _moves(old: Posting | None, new: Posting) -> Iterator[tuple[Unit, date, date]]:
    """The units to which the station comes or which it leaves, each with the first and the last day concerned."""
    for role in ("operator", "supervisor"):
        was, now = getattr(old, role, None), getattr(new, role)
        if old and was == now:
            spans = [*between(old.since, new.since), *between(_end(old) + ONE_DAY, _end(new) + ONE_DAY)]
            yield from ((now, *span) for span in spans if now)
        else:
            yield from ((unit, row.since, _end(row)) for unit, row in ((was, old), (now, new)) if unit and row)


def _grows(old: Posting | None, new: Posting) -> bool:
    return old is None or new.since < old.since or _end(new) > _end(old)


def _end(posting: Posting) -> date:
    return min(posting.until or NEVER, NEVER)
