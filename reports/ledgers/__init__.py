"""The rows behind the figures of a report: each ledger answers a filter with its rows and their sum."""

from reports.ledgers import events
from reports.ledgers.base import Ledger
from reports.ledgers.days import days
from reports.ledgers.divisions import divisions
from reports.ledgers.returned import returned
from reports.ledgers.stations import stations
from reports.ledgers.targets import targets
from reports.ledgers.visits import visits

LEDGERS: dict[str, Ledger] = {
    "visits": visits,
    "days": days,
    "stations": stations,
    "activities": events.ledger(events.ACTIVITIES),
    "feedback": events.ledger(events.FEEDBACK),
    "finding": events.ledger(events.FINDINGS),
    "supplies": events.ledger(events.SUPPLIES),
    "grants": events.ledger(events.GRANTS),
    "wishes": events.ledger(events.WISHES),
    "obligations": events.ledger(events.OBLIGATIONS),
    "anomalies": events.ledger(events.ANOMALIES),
    "targets": targets,
    "returns": returned,
    "divisions": divisions,
}
"""By the name that `Behind` has for each."""
