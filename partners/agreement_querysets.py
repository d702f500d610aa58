"""How agreements and obligations are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from partners.agreement_choices import AgreementState
from partners.querysets import at_or_above
from stations.lasting_querysets import Lasting
from stations.querysets import in_subtrees, keys_in_scope, run_by
from stations.scope import Scope, lines_once, scope_of
from stations.trees import Paths

if TYPE_CHECKING:
    from harbor_portal.lib.months import Month
    from stations.models import User

    Person: TypeAlias = User | AnonymousUser

EXPIRING_DAYS = 60
"""So long before its last day an agreement is shown: renewing one takes its time."""
_STEP = 4
"""Characters of a treebeard path for each level of the tree."""
_LINES = ("operator__path", "supervisor__path")


class AgreementQuerySet(Lasting, QuerySet[Any]):
    def visible_to(self, user: Person) -> Self:
        """Those of the person's units or with them, and those signed elsewhere that cover stations of theirs."""
        scope = scope_of(user)
        if scope.everything:
            return self
        if scope.user_id is None:
            return self.none()
        stations = apps.get_model("stations", "Station")._default_manager.visible_to(user).order_by().values("pk")
        named = apps.get_model("partners", "AgreementStation")._default_manager.filter(station__in=stations)
        lines = lines_once(scope.user_id, lambda: _covering_paths(scope))
        covering = Q(covered_unit__path__in=lines) | Q(pk__in=named.values("agreement"))
        theirs = covering | in_subtrees(scope.paths, "partner__unit")
        return self.filter(in_subtrees(scope.paths, "unit") | Q(theirs, signed_date__isnull=False))

    def signed(self) -> Self:
        return self.filter(signed_date__isnull=False)

    def in_force(self, day: date) -> Self:
        return self.signed().filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def on(self, day: date) -> Self:
        return self.in_force(day)

    def of_units(self, paths: Paths) -> Self:
        """Signed by units at or below one of these paths."""
        return self.filter(in_subtrees(paths, "unit"))

    def with_partner(self, partner: Any) -> Self:
        """To which it is a party, first or further."""
        further = self.model.more_partners.through.objects.filter(partner=partner)
        return self.filter(Q(partner=partner) | Q(pk__in=further.values("agreement")))

    def holding_for(self, station: Any, units: Iterable[Any], day: date) -> Self:
        """In force that day for the station, which these units run and supervise: named, or one is covered."""
        named = apps.get_model("partners", "AgreementStation")._default_manager.filter(station=station).on(day)
        covering = at_or_above(tuple(unit.path for unit in units), "covered_unit")
        return self.in_force(day).filter(covering | Q(pk__in=named.values("agreement")))

    def not_over(self, day: date) -> Self:
        """In force on that day, or to be, or still a draft."""
        return self.filter(Q(signed_date=None) | Q(until=None) | Q(until__gte=day))

    def renewed(self) -> Self:
        """With a successor that is signed."""
        return self.filter(self._is_renewed())

    def expiring(self, day: date) -> Self:
        """In force, and soon no more: nobody has signed what follows."""
        soon = day + timedelta(days=EXPIRING_DAYS)
        return self.in_force(day).filter(~self._is_renewed(), until__lte=soon)

    def in_state(self, state: str, day: date) -> Self:
        return self.with_state(day).filter(state=state)

    def with_state(self, day: date) -> Self:
        """Each with `state`: the `AgreementState` of that day."""
        soon = day + timedelta(days=EXPIRING_DAYS)
        return self.annotate(
            state=Case(
                When(signed_date=None, then=Value(AgreementState.DRAFT)),
                When(Q(until__lt=day) & self._is_renewed(), then=Value(AgreementState.RENEWED)),
                When(until__lt=day, then=Value(AgreementState.ENDED)),
                When(since__gt=day, then=Value(AgreementState.SIGNED)),
                When(Q(until__lte=soon) & ~self._is_renewed(), then=Value(AgreementState.EXPIRING)),
                default=Value(AgreementState.ACTIVE),
                output_field=CharField(choices=AgreementState.choices),
            )
        )

    def granting_plates(self) -> Self:
        return self.signed().filter(programme__isnull=False)

    def with_plates_to_settle(self) -> Self:
        """Whose plates hang, or will, or came down since somebody last looked."""
        open_ended = Q(until=None) | Q(plates_settled_date=None)
        return self.granting_plates().filter(open_ended | Q(plates_settled_date__lte=F("until")))

    def _is_renewed(self) -> Any:
        successors = self.model._base_manager.filter(renews=OuterRef("pk"), signed_date__isnull=False)
        return Q(Exists(successors))


def _covering_paths(scope: Scope) -> set[str]:
    """Of the person's units, and of those that run or supervise what they see, with all above these. One query."""
    postings = apps.get_model("stations", "Posting")._default_manager.on(timezone.localdate()).order_by()
    # One list joined to the other: a condition with "or" would read the postings of the country.
    seen = postings.filter(station__in=keys_in_scope(scope)[1]).values_list(*_LINES)
    if scope.paths:
        seen = seen.union(postings.filter(run_by(scope.paths)).values_list(*_LINES))
    paths = {*scope.paths, *(path for line in seen for path in line if path)}
    return {path[:end] for path in paths for end in range(_STEP, len(path) + 1, _STEP)}


class OfAgreementsQuerySet(QuerySet[Any]):
    def visible_to(self, user: Person) -> Self:
        """What stands in an agreement is seen by whoever sees the agreement."""
        if scope_of(user).everything:
            return self
        agreements = apps.get_model("partners", "Agreement")._default_manager.visible_to(user)
        return self.filter(agreement__in=agreements.order_by().values("pk"))


class AgreementStationQuerySet(OfAgreementsQuerySet):
    def on(self, day: date) -> Self:
        """On one of the days that the row has of its own; whether the agreement holds is asked of that."""
        return self.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day))


class ObligationQuerySet(Lasting, OfAgreementsQuerySet):
    def on(self, day: date) -> Self:
        return self.in_force(day)

    def of_units(self, paths: Paths) -> Self:
        """Of agreements that units at or below one of these paths signed."""
        return self.filter(in_subtrees(paths, "agreement__unit"))

    def in_force(self, day: date) -> Self:
        """Of signed agreements, on one of their days."""
        return self.during(day, day)

    def during(self, first: date, last: date) -> Self:
        """Of signed agreements, with at least one day from `first` to `last`."""
        begun = Q(since=None) | Q(since__lte=last)
        lasting = Q(until=None) | Q(until__gte=first)
        of_agreement = Q(agreement__until=None) | Q(agreement__until__gte=first)
        signed = Q(agreement__signed_date__isnull=False, agreement__since__lte=last)
        in_its_days = Q(since=None) | Q(agreement__until=None) | Q(since__lte=F("agreement__until"))
        return self.filter(begun, lasting, of_agreement, signed, in_its_days)

    def with_month(self, month: Month) -> Self:
        """Those of which is known how they stood at its end, with `verdict`, `done` and `due`."""
        noted = {"verdict": F("months__verdict"), "done": F("months__done"), "due": F("months__expected")}
        return self.filter(months__month=month.first).annotate(**noted)

    def behind(self) -> Self:
        """As they stood when somebody last added up (`partners.actions.standings`)."""
        return self.filter(standing__is_behind=True)


class PaperQuerySet(QuerySet[Any]):
    def visible_to(self, user: Person) -> Self:
        """Documents and links are for the side that signed: not for who only keeps a station that is covered."""
        scope = scope_of(user)
        return self if scope.everything else self.filter(in_subtrees(scope.paths, "agreement__unit"))
