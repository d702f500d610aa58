"""The first visit: three steps for who has just come, by what they are here for. It stays until they put it away."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.desk.handbook import CHAPTERS, own_chapter
from stations.choices import Role
from stations.models import User
from stations.scope import Scope

Step = tuple[str | Promise, str]
"""What to do, and the name of the page on which it is done."""

STEPS: dict[str, tuple[Step, ...]] = {
    "keeper": (
        (_("Open “My station” on your phone and add it to the home screen."), "my_station"),
        (
            _("Open the day there, and tap + for each person who comes in. Once open, it works without a signal."),
            "my_station",
        ),
        (_("See which stations you keep, and from whom you have them."), "stations_keeper_changelist"),
    ),
    "officer": (
        (_("Work through the numbers below: each leads to exactly the rows that it counts."), "index"),
        (_("Invite the keepers of your stations with a link or a code to scan."), "invite"),
        (
            _("Look through the list of your stations; it can be taken out, corrected and taken in again."),
            "stations_station_changelist",
        ),
    ),
    "official": (
        (_("Open the month report; every figure in it leads to the entries behind it."), "month_report"),
        (_("See which months wait for you, and approve or return them."), "reports_monthreport_changelist"),
        (_("Compare your units in the table below: what is missing is a link to those stations."), "index"),
    ),
    "auditor": (
        (_("Open the month report; every figure in it leads to the entries behind it."), "month_report"),
        (_("Read what was changed, by whom, from where and why."), "changes"),
        (_("See who took which file along."), "stations_download_changelist"),
    ),
}


@dataclass(frozen=True)
class Guide:
    chapter: str
    title: str | Promise
    steps: list[tuple[str | Promise, str]]
    """What to do, and the address at which it is done."""


def guide_of(user: User, scope: Scope) -> Guide | None:
    """None once the person has put it away."""
    if user.guided_at:
        return None
    chapter = own_chapter(scope)
    is_auditor = bool(scope.roles) and set(scope.roles.values()) == {Role.AUDITOR}
    steps = [(text, reverse(f"admin:{page}")) for text, page in STEPS["auditor" if is_auditor else chapter]]
    return Guide(chapter, CHAPTERS[chapter], steps)
