"""When somebody last looked at what the demo tells of its stations, and what their keepers would rather have told."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.demo.demo_stations import Sample
from stations.actions.change_requests import propose_changes
from stations.checking import write_all_checks, write_checks
from stations.choices import CalendarPolicy, HowChecked
from stations.facts import SEEN_OPEN
from stations.freshness import settle_freshness
from stations.models import FactCheck, Station, User

FADED = timedelta(days=200)
"""So long ago somebody went through the keeper's stations: some of their facts are due."""
REASON = f"门口公告已换，座位也添了两个{SAMPLE}"
PROPOSED = {
    "hours": {"opening_hours": "Mo-Su 08:00-19:00", "calendar_policy": CalendarPolicy.EVERY_DAY.value},
    "seats": 14,
    "amenity:rain_gear": "ask_staff",
}


def check_facts(samples: list[Sample]) -> None:
    """Each station as a whole, so that some facts have faded by now."""
    on_days = defaultdict(list)
    for sample in samples:
        if sample.checked_at:
            on_days[sample.checked_at].append(sample.station.pk)
    for at, stations in on_days.items():
        write_all_checks(stations, by=None, at=at)
    settle_freshness(sample.station.pk for sample in samples)


def ask_keepers(stations: Sequence[Station], keeper: User, now: datetime) -> None:
    """What is due at the keeper's stations, although they are opened every day, and a proposal for the officer."""
    ids = [station.pk for station in stations]
    FactCheck.objects.filter(station__in=ids, how=HowChecked.STAFF).update(at=now - FADED)
    seen = [(pk, fact) for pk in ids for fact in SEEN_OPEN]
    write_checks(seen, how=HowChecked.VISIT, by=keeper, at=now - timedelta(days=1))
    settle_freshness(ids)
    propose_changes(station=stations[0], proposed=PROPOSED, reason=REASON, by=keeper)
