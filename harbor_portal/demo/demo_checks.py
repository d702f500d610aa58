"""When somebody last looked at what the demo tells of its stations."""

from collections import defaultdict

from harbor_portal.demo.demo_stations import Sample
from stations.checking import write_all_checks
from stations.freshness import settle_freshness


def check_facts(samples: list[Sample]) -> None:
    """Each station as a whole, so that some facts have faded by now."""
    on_days = defaultdict(list)
    for sample in samples:
        if sample.checked_at:
            on_days[sample.checked_at].append(sample.station.pk)
    for at, stations in on_days.items():
        write_all_checks(stations, by=None, at=at)
    settle_freshness(sample.station.pk for sample in samples)
