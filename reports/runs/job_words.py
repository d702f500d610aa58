"""What the jobs by the clock are called on the page of runs."""

from django.utils.translation import gettext_lazy as _

from reports.runs.clock import State

TITLES = {
    "publish noted changes": _("Publish noted changes"),
    "work on lists left behind": _("Work on lists left behind"),
    "end suspensions": _("End suspensions"),
    "settle agreements": _("Settle agreements"),
    "note how months ended": _("Note how obligations stood at the end of the month"),
    "tell of agreements": _("Tell officers of agreements that end or fall behind"),
    "sweep documents": _("Sweep documents"),
    "publish the whole map": _("Publish the whole map"),
    "write the open data": _("Write the open data"),
    "sweep photos": _("Sweep photos"),
    "erase personal data": _("Erase personal data"),
    "end stories": _("End stories"),
    "sweep photos of reports": _("Sweep photos of reports"),
    "lay before the unit above": _("Lay what is overdue before the unit above"),
    "forget the codes of the day": _("Forget the codes of the day"),
    "look at links": _("Look at links"),
    "forget old keys": _("Forget old keys"),
    "roll up the last month": _("Roll up the last month"),
    "roll up the running month": _("Roll up the running month"),
    "follow the ledger": _("Follow the ledger"),
    "remind of deadlines": _("Remind of deadlines"),
    "sweep old runs": _("Sweep old runs"),
    "look for unusual figures": _("Look for unusual figures"),
    "measure targets": _("Measure targets"),
    "work out stars left behind": _("Work out stars left behind"),
    "look after stars": _("Look after stars"),
    "see to bundles of reports": _("See to bundles of reports"),
    "keep summaries": _("Keep summaries of large units"),
    "catch up on roll-ups": _("Catch up on roll-ups"),
}
"""By the name of the entry; one that is not here is shown by its name."""

STATES: dict[State, object] = {
    "done": _("Done"),
    "running": _("Running"),
    "stuck": _("Does not end"),
    "late": _("Late"),
    "failed": _("Failed"),
    "never": _("Not run yet"),
}


def job_title(name: str) -> str:
    return str(TITLES.get(name, name))


def state_title(state: State) -> str:
    return str(STATES[state])
