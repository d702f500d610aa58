"""Contests for programs: announced, changed until they are frozen, read, frozen, and the best honoured."""

from functools import partial
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy
from rest_framework.response import Response

from reports.actions.contests import freeze_contest, honour_winners, save_contest
from reports.api import contest_serializers as serializers
from reports.contests import standings
from reports.models import Contest
from reports.policies import refuse_unless_may_hold
from stations.api.office import unit_named
from stations.api.own import Adding, Changing, Named, NothingSerializer, Own, OwnItem, OwnList, described, once, step
from stations.models import User


class Contests(Own):
    """The units right below one, compared over some months."""

    model, joined = Contest, ("unit",)
    noun, serializer, full = "contest", serializers.OwnContestSerializer, serializers.FullContestSerializer
    missing = gettext_lazy("None of the contests that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"unit": unit_named}

    def told(self, row: Any, by: User) -> Response:
        found = self.find(by, pk=row.pk)
        found.ranking = standings(found)
        return Response(serializers.FullContestSerializer(found).data)


@described(
    get=("office_contests", "Contests of one's units, and of those above them, page by page"),
    post=("office_contests_announce", "Announce a contest of the units right below one's own"),
)
class OwnContestsView(Contests, Adding, OwnList):
    takes = serializers.NewContestSerializer

    def add(self, given: dict[str, Any], by: User) -> Any:
        refuse_unless_may_hold(by, given["unit"])
        same = {name: given[name] for name in ("unit", "title", "first")}
        known = Contest.objects.filter(**same)
        return once(given["unit"], known, lambda: save_contest(contest=Contest(**given), by=by))


@described(
    get=("office_contest", "A contest with its ranking"),
    patch=("office_contest_change", "Change it, until it is frozen"),
)
class OwnContestView(Contests, Changing, OwnItem):
    takes = serializers.ContestFactsSerializer

    def change(self, row: Contest, given: dict[str, Any], by: User) -> Any:
        contest = Contest.objects.select_for_update(of=("self",)).get(pk=row.pk)
        for name, value in given.items():
            setattr(contest, name, value)
        return save_contest(contest=contest, by=by)


_step = partial(step, Contests)
STEPS = {
    "freeze": _step(
        "freeze", "Keep the ranking as it is, once the last month is over and added up", NothingSerializer,
        lambda contest, _given, by: freeze_contest(contest=contest, by=by, today=timezone.localdate()),
    ),
    "honour": _step(
        "honour", "Give the honour to the best of the frozen result", NothingSerializer,
        lambda contest, _given, by: honour_winners(contest=contest, by=by),
    ),
}  # fmt: skip
