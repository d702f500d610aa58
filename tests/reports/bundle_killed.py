"""Run by `test_bundle_killed`: make a bundle in children that are killed at a random moment, one after the other.

The first is made undisturbed. After each death nothing half-made bears a name, and the next child goes on; what comes
of it must be the bytes of the first, and then another one is begun.
"""

import hashlib
import os
import signal
import sys
import time
from random import Random
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402  # Django must be set up first

from harbor_portal.lib.months import Month  # noqa: E402
from reports.actions.bundles import LOCK_SPACE, TURN, ask_for_bundle, make_waiting  # noqa: E402
from reports.bundling.files import folder_of, zip_of  # noqa: E402
from reports.models import Bundle  # noqa: E402
from reports.subjects import Subject  # noqa: E402
from stations.models import Unit, User  # noqa: E402

LONGEST = 0.1
"""Seconds; longer than a step takes."""
HALF_MADE, DIFFERS, NOT_READY = 3, 4, 5
"""How this ends if what should hold does not."""


def asked(first: Bundle | None = None) -> Bundle:
    subject = Subject(unit=Unit.objects.get(code=sys.argv[1]))
    by = User.objects.get(username="admin")
    bundle = ask_for_bundle(by=by, subject=subject, month=Month.parse(sys.argv[2]), formats=["zip"])
    if first:  # the index says when it was asked for
        Bundle.objects.filter(pk=bundle.pk).update(asked_at=first.asked_at)
    return bundle


def kill_one(bundle: Bundle, steps: int, moment: float) -> None:
    """That long after so many steps were done, however slow the machine is."""
    connections.close_all()
    child = os.fork()
    if not child:
        make_waiting()
        os._exit(0)
    while not (ended := os.waitpid(child, os.WNOHANG)[0]) and steps_done(bundle) < steps:
        time.sleep(0.002)
    if not ended:
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def steps_done(bundle: Bundle) -> int:
    return Bundle.objects.values_list("steps_done", flat=True).get(pk=bundle.pk)


def sha256(path: Any) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_whole(bundle: Bundle) -> bool:
    """What the rows say is there is there, and as they say."""
    bundle.refresh_from_db()
    if bundle.state == "ready":
        return sha256(zip_of(bundle)) == bundle.sha256
    made = [(part, one) for part in bundle.parts.exclude(made_at=None) for one in part.files]
    names = [(folder_of(bundle) / f"{part.number:03d}.{one['format']}", one["sha256"]) for part, one in made]
    return bundle.state == "making" and all(sha256(path) == noted for path, noted in names)


def let_go() -> None:
    """Once the server has noticed the death: until then the dead one holds its locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, TURN])
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, TURN])


def finish(bundle: Bundle) -> None:
    make_waiting()
    bundle.refresh_from_db()
    if bundle.state != "ready":
        sys.exit(NOT_READY)


def compare(bundle: Bundle) -> None:
    if bundle.sha256 != undisturbed.sha256 or sha256(zip_of(bundle)) != undisturbed.sha256:
        sys.exit(DIFFERS)


undisturbed = asked()
finish(undisturbed)
random = Random(7)  # nothing is kept secret by it
bundle, deaths = asked(undisturbed), []
for _again in range(int(sys.argv[3])):
    kill_one(bundle, random.randint(steps_done(bundle), bundle.steps), random.uniform(0, LONGEST))
    let_go()
    if not is_whole(bundle):
        sys.exit(HALF_MADE)
    deaths.append(f"{bundle.steps_done}:{bundle.state}")
    if bundle.state == "ready":
        compare(bundle)
        bundle = asked(undisturbed)
finish(bundle)
compare(bundle)
sys.stdout.write(f"steps done at each death: {' '.join(deaths)}\n")
