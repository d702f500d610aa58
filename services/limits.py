"""How much anybody may tell us, and how often check in: every limit of the public forms, in one place.

Reasons: docs/feedback.md and docs/check-in.md.

A whole city's phones may come from a handful of a carrier's addresses, so the address alone decides late; what one
phone, or one question about one station, may fill is small.
"""

from datetime import timedelta

from harbor_portal.lib.limits import Limit, network_of, spend
from services.models.sign_ups import MOST_PEOPLE

HOUR = 3600
PER_DEVICE = Limit("tell-device", 12, HOUR)
PER_QUESTION = Limit("tell-question", 40, HOUR)
"""Voices that repeat what waits already about one station."""
PER_ADDRESS = Limit("tell-address", 300, HOUR)
PHOTOS_PER_ADDRESS = Limit("tell-photo", 60, HOUR)
GUESSES_PER_ADDRESS = Limit("tell-guess", 600, HOUR)

MAX_PHOTO = 8 * 1024 * 1024
"""Bytes of a photo as it arrives; phones take them of 3 to 6 MB."""
MAX_BODY = MAX_PHOTO + 64 * 1024
"""Bytes of the whole form; more is refused before any of it is read."""
LONGEST_SIDE = 1600
"""Pixels of a photo as it is kept: enough to read a sign."""
LONGEST_WAIT = timedelta(days=7)
"""For how long before its arrival a report may claim to have been made."""
SAME_WITHIN_HOURS = 24
"""Reports of one kind about one station so near in time are one entry of the queue."""
KEPT_DAYS = 365
"""For so long after it came what a visitor wrote and photographed is kept, once it is settled."""

CHECKINS_PER_DEVICE = Limit("checkin-device", 12, 24 * HOUR)
CHECKINS_PER_STATION = Limit("checkin-station", 40, 60)
"""A bus brings forty people at once; a script brings more."""
CHECKINS_PER_ADDRESS = Limit("checkin-address", 600, HOUR)


WISH_OFFERS_PER_ADDRESS = Limit("wish-offer", 20, HOUR)
WISH_OFFERS_PER_WISH = Limit("wish-offer-wish", 8, HOUR)
"""From one address for one wish: its form is closed when so many wait that somebody has to look first."""
WISH_ANSWERS_PER_ADDRESS = Limit("wish-answer", 60, HOUR)


def wish_offer_limit(*, wish: str, address: str) -> Limit | None:
    """Count one offer to fulfil a wish."""
    network = network_of(address)
    return spend([(WISH_OFFERS_PER_WISH, f"{wish} {network}"), (WISH_OFFERS_PER_ADDRESS, network)])


def wish_answer_limit(address: str) -> Limit | None:
    """Count one family's code that there is not."""
    return spend([(WISH_ANSWERS_PER_ADDRESS, network_of(address))])


def checkin_limit(*, device: str, station: str, address: str) -> Limit | None:
    """Count one check-in; the limit that it broke, or None if it is welcome."""
    return spend(
        [
            (CHECKINS_PER_DEVICE, device),
            (CHECKINS_PER_STATION, station),
            (CHECKINS_PER_ADDRESS, network_of(address)),
        ]
    )


def tell_limit(*, device: str, address: str, repeats: int | None) -> Limit | None:
    """Count one report; the limit that it broke, or None if it is welcome. `repeats`: the entry that says the same."""
    costs = [(PER_ADDRESS, network_of(address))]
    if device:
        costs.insert(0, (PER_DEVICE, device))
    if repeats:
        costs.append((PER_QUESTION, str(repeats)))
    return spend(costs)


def photo_limit(address: str) -> Limit | None:
    """Count one photo."""
    return spend([(PHOTOS_PER_ADDRESS, network_of(address))])


def guess_limit(address: str) -> Limit | None:
    """Count one receipt that there is not: guessing is hopeless, and whoever does it in bulk is told so."""
    return spend([(GUESSES_PER_ADDRESS, network_of(address))])


SIGN_UPS_PER_ADDRESS = Limit("sign-up-address", 300, HOUR)
SIGN_UPS_PER_ACTIVITY = Limit("sign-up-activity", 24, HOUR)
"""People from one address for one activity: a family, or a works canteen; not all the places of a bus."""


def sign_up_limit(*, activity: str, address: str, people: int) -> Limit | None:
    """Count one sign-up, and for the activity each of its people; the limit that it broke, or None if it is welcome."""
    network = network_of(address)
    each = [(SIGN_UPS_PER_ACTIVITY, f"{activity} {network}")] * min(max(people, 1), MOST_PEOPLE)
    return spend([*each, (SIGN_UPS_PER_ADDRESS, network)])


SCANS_PER_ACTIVITY = Limit("scan-activity", 120, 60)
"""A hall empties its phones within minutes; a script does it within seconds."""


def scan_limit(*, activity: str, address: str) -> Limit | None:
    """Count one check-in at a venue; the limit that it broke, or None if it is welcome."""
    return spend([(SCANS_PER_ACTIVITY, activity), (CHECKINS_PER_ADDRESS, network_of(address))])
