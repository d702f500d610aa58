"""Whom to ask: the people who may change what somebody else only reads, and who are told by mail what is theirs."""

from collections import defaultdict
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from stations.choices import Role
from stations.models import Membership, Posting, Station, Unit, User

NAMED = 3
"""So many names are enough to find one who answers the telephone."""


def officers_named(units: list[Unit]) -> str:
    """The officers of these units and of those above them, the nearest first; "" if there are none."""
    above = {unit.path[:end] for unit in units for end in range(Unit.steplen, len(unit.path) + 1, Unit.steplen)}
    holders = Membership.objects.filter(role=Role.OFFICER, unit__path__in=above, user__is_active=True)
    rows = holders.select_related("user", "unit").order_by("-unit__depth", "unit__path", "pk")[:NAMED]
    return _(", ").join(f"{row.user} ({row.unit})" for row in rows)


def officers_to_tell(paths: Collection[str]) -> dict[str, list[User]]:
    """By the path of each unit its officers with an address, or else those of the nearest unit above. One query."""
    above = {path[:end] for path in paths for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    rows = Membership.objects.filter(unit__path__in=above, role=Role.OFFICER, user__is_active=True)
    officers: dict[str, list[User]] = defaultdict(list)
    for member in rows.exclude(user__email="").select_related("user", "unit").order_by("user"):
        officers[member.unit.path].append(member.user)
    return {path: _nearest(path, officers) for path in paths}


def _nearest(path: str, officers: dict[str, list[User]]) -> list[User]:
    ends = range(len(path), 0, -Unit.steplen)
    return next((officers[path[:end]] for end in ends if path[:end] in officers), [])


def who_edits(station: Station) -> str:
    """The sentence that says who keeps the station's facts right."""
    return _by_officers(station, _("The facts of a station are kept by the officers of its units: %(officers)s."))


def who_answers(station: Station) -> str:
    """The sentence that says who answers what visitors tell the station."""
    return _by_officers(station, _("Reports are answered by the officers of the station: %(officers)s."))


def who_mends(station: Station) -> str:
    """The sentence that says who mends what an inspection found there."""
    return _by_officers(station, _("Its keepers mend it, or the officers of the station: %(officers)s."))


def who_looks_again(station: Station) -> str:
    """The sentence that says who looks whether something was mended."""
    return _by_officers(station, _("An officer of the station who did not mend it looks again: %(officers)s."))


def _by_officers(station: Station, sentence: str) -> str:
    posting = Posting.objects.on(timezone.localdate()).filter(station=station).select_related("operator", "supervisor")
    current = posting.first()
    units = [unit for unit in (current.operator, current.supervisor) if unit] if current else []
    if officers := officers_named(units):
        return sentence % {"officers": officers}
    return _("No officer has been appointed for the units of this station; ask the administrator.")
