"""What waits for a person: numbers, each a link to exactly the rows that it counts."""

from collections.abc import Mapping
from datetime import date

from harbor_portal.desk.figure import Figure, link
from harbor_portal.desk.roles import is_active, is_officer, queues_of
from harbor_portal.desk.work_at_stations import days_unrecorded, duplicates, feedback, findings, requests
from harbor_portal.desk.work_for_people import (
    activities,
    agreements_and_promises,
    dead_links,
    grants,
    stories_to_review,
    wishes,
)
from harbor_portal.desk.work_on_months import anomalies, contests, missing, months, own_stars, runs, stars, targets
from reports.choices import BundleState
from reports.flow.owing import Owing, known_months
from reports.models import Bundle
from stations.models import Upload, User
from stations.queues import QUEUES
from stations.scope import Scope

URGENT = {"repair-overdue"}
SHOWN_UPLOADS = 5


def work_of(user: User, scope: Scope, stations: Mapping[str, int], today: date) -> list[Figure]:
    """In the order in which a day goes; nothing for who only reads. A constant number of queries.

    `stations`: how many wait in each queue.
    """
    waiting = [_waiting(key, stations[key], scope) for key in queues_of(scope)]
    owing = Owing(scope, known_months(today))
    if is_officer(scope):
        return [
            *waiting,
            days_unrecorded(user, scope, today),
            *feedback(user, scope, today),
            requests(user, scope),
            duplicates(user, scope),
            dead_links(user, scope),
            *findings(user, scope, today),
            *activities(user, scope),
            *wishes(user, scope, today),
            stories_to_review(user, scope),
            *grants(user, scope),
            anomalies(user, scope),
            *agreements_and_promises(user, scope, today),
            *targets(user, scope, today),
            *contests(user, today),
            *own_stars(user, scope, today),
            *stars(user, scope, today),
            *missing(user, scope, today, owing),
            *months(user, scope, today, owing),
            *runs(scope),
        ]
    if is_active(scope):
        to_check = [wishes(user, scope, today)[0], stories_to_review(user, scope)]
        return [
            *activities(user, scope),
            anomalies(user, scope),
            *to_check,
            *grants(user, scope)[:2],
            *agreements_and_promises(user, scope, today)[:2],
            *targets(user, scope, today),
            *contests(user, today),
            *stars(user, scope, today),
            *missing(user, scope, today, owing),
            *months(user, scope, today, owing),
        ]
    if not scope.roles:
        mine = [days_unrecorded(user, scope, today), *missing(user, scope, today, owing)]
        return [*mine, *findings(user, scope, today), *activities(user, scope), *waiting]
    return []


def _waiting(key: str, count: int, scope: Scope) -> Figure:
    return Figure(
        count,
        QUEUES[key].title,
        link("stations_station", work=key),
        is_urgent=key in URGENT,
        is_capped=scope.everything,
    )


def uploads_of(user: User) -> list[Upload]:
    """Lists that the person has sent and that are under way or wait to be entered, the last first."""
    rows = Upload.objects.filter(user=user).open().light().order_by("-created_at")
    return list(rows[:SHOWN_UPLOADS])


def bundles_of(user: User) -> list[Bundle]:
    """Bundles of reports that the person asked for and that are being made or can be taken along, the last first."""
    rows = Bundle.objects.visible_to(user).filter(asked_by=user, state__in=[BundleState.MAKING, BundleState.READY])
    return list(rows.select_related("unit", "division").order_by("-asked_at", "pk")[:SHOWN_UPLOADS])
