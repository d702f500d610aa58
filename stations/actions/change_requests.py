"""A keeper proposes what shall be told of the station; an officer answers, fact by fact."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from stations.actions.facts import record_checks
from stations.actions.records import MAX_REASON
from stations.actions.stations import AmenityState, set_amenities, update_station
from stations.choices import Datum, Decision, HowChecked, StationStatus
from stations.fact_values import PLAIN, checked, shown, values_of
from stations.facts import AMENITY_PREFIX, ENTRY, HOURS, PHONE, PLACE, amenity_fact
from stations.models import Amenity, ChangeRequest, ProposedFact, Schedule, Station, User
from stations.models.change_requests import LONGEST_REASON
from stations.policies import refuse_unless_may_edit, refuse_unless_may_propose

FRESH = {"address": PLACE, PLACE: PLACE, HOURS: HOURS, "phone": PHONE, "entry_mode": ENTRY}
"""Which fact of `stations.facts` is looked at by whoever decides about one of these."""


@dataclass(frozen=True)
class Verdict:
    """What an officer says of one proposed fact; `seen` is what the page showed as standing there now."""

    approve: bool
    answer: str
    seen: str


@transaction.atomic
def propose_changes(
    *, station: Station, proposed: Mapping[str, Any], reason: str, by: User, photo: bytes = b""
) -> ChangeRequest:
    """Ask the officers to tell this of the station; what is no different from now is left out.

    A fact that was proposed before and is still open is proposed anew by this one. `photo`: as `clean_image` made it.
    """
    current = _locked(station)
    refuse_unless_may_propose(by, current)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Say why, so that the officer can judge it."))
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason", _("At most %(most)d characters.") % {"most": LONGEST_REASON})
    differs = _differing(current, proposed)
    if not differs:
        raise Invalid("", _("Nothing differs from what stands there. Change what is wrong, then send it."))
    _replace(current, differs, by)
    # Should the transaction fail, the file stays behind without a row, and `sweep_proposal_photos` takes it away.
    file = ContentFile(photo, f"{secrets.token_hex(8)}.webp") if photo else ""
    request = ChangeRequest.objects.create(station=current, reason=reason, photo=file, by=by, at=timezone.now())
    ProposedFact.objects.bulk_create(
        ProposedFact(request=request, what=what, before=before, proposed=after)
        for what, (before, after) in differs.items()
    )
    return request


@transaction.atomic
def decide_request(*, request: ChangeRequest, verdicts: Mapping[str, Verdict], by: User) -> int:
    """Approve or refuse these facts, by their codes; those not named stay open. How many were decided.

    What is approved is written as officers write it, with both names in the history, and counts as checked.
    """
    station = _locked(request.station)
    refuse_unless_may_edit(by, station)
    facts = _open_facts(request, verdicts)
    now = values_of(station)
    for fact in facts:
        _refuse_unseen(fact, verdicts[fact.what], now.get(fact.what))
    approved = [fact for fact in facts if verdicts[fact.what].approve]
    if approved:
        _write(station, approved, now, by, _line(request))
    for fact in facts:
        verdict = verdicts[fact.what]
        decision = Decision.APPROVED if verdict.approve else Decision.REFUSED
        _settle(fact, decision, by, verdict.answer)
    _settle_request(request)
    return len(facts)


@transaction.atomic
def withdraw_request(*, request: ChangeRequest, by: User) -> None:
    """Take back what is still open of it."""
    _locked(request.station)
    refuse_unless_may_propose(by, request.station)
    facts = list(_held(request).filter(decision=Decision.OPEN))
    if not facts:
        raise StaleState(_("All of it is answered already."))
    for fact in facts:
        _settle(fact, Decision.WITHDRAWN, by)
    _settle_request(request)


def _locked(station: Station) -> Station:
    """Proposals and answers of a station take turns."""
    rows = Station.objects.select_for_update(of=("self",), no_key=True).select_related("schedule")
    found: Station = rows.get(pk=station.pk)
    return found


def _differing(station: Station, proposed: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after, of what would change."""
    codes = set(Amenity.objects.values_list("code", flat=True))
    now = values_of(station)
    found = {}
    for what, value in proposed.items():
        if value == now.get(what):  # what stands there may stay as it is, even if nobody could enter it today
            continue
        after = checked(what, value, station, codes)
        if after != now.get(what):
            found[what] = (now.get(what), after)
    return found


def _replace(station: Station, facts: Iterable[str], by: User) -> None:
    """What is proposed anew is no longer proposed as before."""
    older = ProposedFact.objects.filter(request__station=station, what__in=list(facts), decision=Decision.OPEN)
    requests = {}
    for fact in older.select_related("request"):
        _settle(fact, Decision.REPLACED, by)
        requests[fact.request_id] = fact.request
    for request in requests.values():
        _settle_request(request)


def _held(request: ChangeRequest) -> QuerySet[ProposedFact]:
    return ProposedFact.objects.filter(request=request).select_for_update(of=("self",))


def _open_facts(request: ChangeRequest, verdicts: Mapping[str, Verdict]) -> list[ProposedFact]:
    facts = list(_held(request).filter(what__in=list(verdicts)).order_by("pk"))
    if len(facts) != len(verdicts) or not facts:
        raise Invalid("", _("Choose at least one fact, and say what becomes of it."))
    if any(fact.decision != Decision.OPEN for fact in facts):
        raise StaleState(_("Somebody else has decided about this meanwhile. Look again."))
    for fact in facts:
        verdict = verdicts[fact.what]
        if not verdict.approve and not verdict.answer:
            raise Invalid(fact.what, _("Say why; the keeper reads it."))
        if len(verdict.answer) > LONGEST_REASON:
            raise Invalid(fact.what, _("At most %(most)d characters.") % {"most": LONGEST_REASON})
    return facts


def _refuse_unseen(fact: ProposedFact, verdict: Verdict, now: Any) -> None:
    if verdict.approve and verdict.seen != shown(fact.what, now):
        raise StaleState(
            _("This fact was changed meanwhile, it says “%(now)s” now. Look again before you approve.")
            % {"now": shown(fact.what, now)}
        )


def _write(station: Station, facts: list[ProposedFact], now: Mapping[str, Any], by: User, line: str) -> None:
    if station.status == StationStatus.CLOSED:
        raise Refused(_("%(station)s is closed for good.") % {"station": station})
    values = {fact.what: fact.proposed for fact in facts}
    if fields := _fields(values):
        update_station(by=by, station=station, reason=line, **fields)
    if equipment := _equipment(values):
        set_amenities(by=by, station=station, amenities=equipment, reason=line)
    # Those that differ are checked by being written.
    same = sorted({FRESH[what] for what in values if what in FRESH and values[what] == now[what]})
    record_checks(station=station, what=same, how=HowChecked.STAFF, by=by)


def _fields(values: Mapping[str, Any]) -> Any:
    """As `update_station` takes them."""
    fields: dict[str, Any] = {what: value for what, value in values.items() if what in PLAIN}
    if place := values.get(PLACE):
        fields |= place | {"datum_given": Datum.WGS84}
    if HOURS in values:
        fields["schedule"] = Schedule.objects.get_or_create(**values[HOURS])[0] if values[HOURS] else None
    return fields


def _equipment(values: Mapping[str, Any]) -> dict[Amenity, AmenityState | None]:
    rows = Amenity.objects.filter(code__in=[what.removeprefix(AMENITY_PREFIX) for what in values])
    found = {}
    for amenity in rows:
        if (what := amenity_fact(amenity.code)) in values:
            found[amenity] = AmenityState(values[what]) if values[what] else None
    return found


def _settle(fact: ProposedFact, decision: Decision, by: User, answer: str = "") -> None:
    fact.decision, fact.answer, fact.decided_by, fact.decided_at = decision, answer, by, timezone.now()
    fact.save()


def _settle_request(request: ChangeRequest) -> None:
    if not ProposedFact.objects.filter(request=request, decision=Decision.OPEN).exists():
        ChangeRequest.objects.filter(pk=request.pk).update(settled_at=timezone.now())


def _line(request: ChangeRequest) -> str:
    """What stands in the history beside the officer's name."""
    names = {"keeper": request.by or "—", "reason": request.reason}
    return (_("Proposed by %(keeper)s: %(reason)s") % names)[:MAX_REASON]
