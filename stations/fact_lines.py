"""The facts of a station with their last checks, as its page and its keepers read them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from stations.fact_values import shown, title_of, values_of
from stations.facts import ALL, AMENITY_PREFIX, CORE, ENTRY, days_of
from stations.freshness import told_facts
from stations.models import Amenity, ChangeRequest, FactCheck, ProposedFact, Station


@dataclass(frozen=True)
class FactLine:
    """What is told, who looked at it last and how, and on which day somebody looks again."""

    what: str
    title: str
    says: str
    last: FactCheck | None
    due: date
    today: date

    @property
    def is_due(self) -> bool:
        return self.due <= self.today


@dataclass(frozen=True)
class Proposal:
    """A change request, with its facts by their names."""

    entry: ChangeRequest
    facts: list[tuple[str, ProposedFact]]


def proposals_of(station: Station, most: int) -> list[Proposal]:
    """The last ones first. Three queries at most."""
    requests = ChangeRequest.objects.filter(station=station).with_facts().select_related("by")
    found = list(requests.order_by("-at", "-pk")[:most])
    names = {amenity.code: amenity for amenity in Amenity.objects.all()} if found else {}
    return [Proposal(entry, [(title_of(fact.what, names), fact) for fact in entry.facts.all()]) for entry in found]


def lines_of(station: Station, today: date) -> list[FactLine]:
    """What is due longest first, then by what is due next. Four queries."""
    values = values_of(station)
    values[ENTRY] = values["entry_mode"]
    values["place"] = values["place"] and f"{station.address}"
    amenities = {amenity.code: amenity for amenity in Amenity.objects.all()}
    checks = FactCheck.objects.filter(station=station).last_of_each().select_related("by")
    last = {check.what: check for check in checks}
    lines = []
    for _station, what in told_facts([station.pk]):
        check = max(filter(None, (last.get(what), last.get(ALL))), key=lambda one: one.at, default=None)
        since = timezone.localdate(check.at if check else station.created_at)
        due = since + timedelta(days=days_of(what, station.host_kind)) if check else since
        says = values[what] if what == "place" else shown("entry_mode" if what == ENTRY else what, values[what])
        lines.append(FactLine(what, title_of(what, amenities), says, check, due, today))
    order = {amenity_code: place for place, amenity_code in enumerate([*CORE, *_codes(amenities)])}
    return sorted(lines, key=lambda line: (line.due, order[line.what]))


def _codes(amenities: dict[str, Amenity]) -> list[str]:
    return [f"{AMENITY_PREFIX}{code}" for code in amenities]
