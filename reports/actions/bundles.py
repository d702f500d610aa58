"""Bundles: asked for once, made part by part by whichever worker holds them, taken along, and erased after some days.

A part is noted only when all of its files have their names, so a worker that dies leaves what it finished, and the
next one goes on from there. The result is the same bytes, whoever died how often.
"""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.locks import held
from harbor_portal.lib.months import Month
from reports.actions.files import note_file
from reports.bundling.files import (
    LostPart,
    folder_of,
    forget_files,
    forget_parts,
    subjects_below,
    write_part,
    write_zip,
)
from reports.choices import BUNDLE_FORMATS, BundleState
from reports.models import Bundle, BundlePart
from reports.policies import refuse_unless_may_cancel
from reports.subjects import Subject, find_subject
from stations.models import User

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long a bundle waits to be taken along."""
MOST_AT_ONCE = 3
"""So many bundles are made for one person at the same time."""
MOST_TRIES = 30
"""Whoever makes a bundle may die over it, or be stopped; one that kills every worker is given up."""
LOCK_SPACE = 0x42_4E_44
"""The first half of PostgreSQL's advisory lock; the second is the bundle, or `TURN`."""
TURN = -1


class NotWanted(Exception):
    """It was cancelled meanwhile."""


def ask_for_bundle(*, by: User, subject: Subject, month: Month, formats: Sequence[str]) -> Bundle:
    """Have a bundle made; the one that is being made if somebody has asked for the same."""
    wanted = [each for each in BUNDLE_FORMATS if each in formats]
    if not wanted or len(wanted) < len(set(formats)):
        raise Invalid("formats", _("Tick at least one kind of file."))
    if month.first > timezone.localdate():
        raise Invalid("month", _("%(month)s has not begun.") % {"month": month})
    below = subjects_below(subject, month)
    if not below:
        raise Refused(
            _("Nothing right below %(name)s had a station in %(month)s: its own report is all there is.")
            % {"name": subject.name, "month": month}
        )
    asked = {
        "unit": subject.unit,
        "division": subject.division,
        "month": month.first,
        "formats": " ".join(wanted),
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    return _asked_before(asked) or _begin(by, asked, [subject, *below])


def _asked_before(asked: dict[str, Any]) -> Bundle | None:
    return Bundle.objects.being_made().filter(**asked).first()


@transaction.atomic
def _begin(by: User, asked: dict[str, Any], subjects: Sequence[Subject]) -> Bundle:
    # Two presses of one person meet here, so that the limit holds.
    User.objects.select_for_update().get(pk=by.pk)
    if Bundle.objects.being_made().filter(asked_by=by).exclude(**asked).count() >= MOST_AT_ONCE:
        raise Refused(
            _("%(count)d bundles are being made for you already. Wait for one, or cancel it.") % {"count": MOST_AT_ONCE}
        )
    steps = len(subjects) * len(asked["formats"].split()) + 1
    values = {"asked_by": by, "steps": steps}
    bundle, is_new = Bundle.objects.get_or_create(**asked, state=BundleState.MAKING, defaults=values)
    if is_new:
        BundlePart.objects.bulk_create(
            BundlePart(bundle=bundle, number=number, unit=one.unit, division=one.division)
            for number, one in enumerate(subjects)
        )
    return bundle


def cancel_bundle(*, by: User, bundle: Bundle) -> None:
    """Stop making it. Whoever makes it notices after the file at hand."""
    refuse_unless_may_cancel(by, bundle)
    rows = Bundle.objects.being_made().filter(pk=bundle.pk)
    if not rows.update(state=BundleState.CANCELLED, cancelled_by=by, moved_at=timezone.now()):
        raise StaleState(_("It is not being made any more."))
    transaction.on_commit(partial(_tidy, bundle.pk), robust=True)


def make_waiting() -> int:
    """Make those that wait, and go on with those that a dead worker left behind; how many were in hand.

    One after the other, whatever the number of workers, so that their other work goes on meanwhile.
    """
    taken: set[UUID] = set()
    with held(LOCK_SPACE, TURN) as is_mine:
        while is_mine and (waiting := Bundle.objects.being_made().exclude(pk__in=taken).order_by("asked_at").first()):
            if make_bundle(waiting.pk) != BundleState.MAKING:
                taken.add(waiting.pk)
    return len(taken)


def make_bundle(pk: UUID) -> str:
    """Make it, or go on with it; the state in which it is left, "" if another is at it already."""
    with _held(pk) as is_mine:
        if not is_mine:
            return ""
        bundle = _found(pk)
        if bundle and bundle.is_being_made:
            with override(bundle.language):
                _make_or_say_why(bundle)
        return _tidied(pk)


def _held(pk: UUID) -> AbstractContextManager[bool]:
    return held(LOCK_SPACE, pk.int & 0x7FFF_FFFF)


def _found(pk: UUID) -> Bundle | None:
    return Bundle.objects.filter(pk=pk).whole().first()


def _make_or_say_why(bundle: Bundle) -> None:
    try:
        _make(bundle)
    except NotWanted:
        logger.info("bundle %s was cancelled", bundle.pk)
    except LostPart as lost:
        (part,) = lost.args
        logger.warning("bundle %s has lost part %s, which is made anew", bundle.pk, part.number)
        BundlePart.objects.filter(pk=part.pk).update(made_at=None)
    except (InterfaceError, OperationalError):  # the database is away, or stops this: the sweep goes on from here
        raise
    except PortalError as error:
        _give_up(bundle, str(error))
    except Exception:  # else the sweep would try it for ever, and whoever asked wait
        logger.exception("bundle %s failed", bundle.pk)
        _give_up(bundle, _("The portal failed over this bundle. Ask for it again, and tell the operator if it fails."))


def _make(bundle: Bundle) -> None:
    parts = list(bundle.parts.select_related("unit", "division").order_by("number"))
    made = [part for part in parts if part.made_at]
    _note(bundle, tries=F("tries") + 1, steps_done=len(made) * len(bundle.format_list))
    if bundle.tries >= MOST_TRIES:
        raise Refused(_("It was interrupted %(count)d times, and is given up.") % {"count": MOST_TRIES})
    _refuse_who_may_not_read(bundle)
    folder_of(bundle).mkdir(parents=True, exist_ok=True)
    for part in parts:
        if not part.made_at:
            write_part(bundle, part, lambda: _note(bundle, steps_done=F("steps_done") + 1))
            _keep(part)
    size, sha256 = write_zip(bundle, parts)
    values = {"size": size, "sha256": sha256, "steps_done": F("steps"), "ready_at": timezone.now()}
    _note(bundle, state=BundleState.READY, **values)


def _refuse_who_may_not_read(bundle: Bundle) -> None:
    """Rights may have ended since somebody asked."""
    subject = bundle.subject
    if find_subject(bundle.asked_by, **{subject.kind: subject.code}) is None:
        names = {"person": bundle.asked_by, "name": subject.name}
        raise Refused(_("%(person)s does not read the reports of %(name)s any more.") % names)


@transaction.atomic
def _keep(part: BundlePart) -> None:
    """All of its files are there: what was frozen is known again from now on."""
    part.made_at = timezone.now()
    part.save()
    if part.report and part.digest:
        for one in part.files:
            note_file(report=part.report, sha256=one["sha256"], extension=one["format"])


def _note(bundle: Bundle, **values: Any) -> None:
    if not Bundle.objects.being_made().filter(pk=bundle.pk).update(moved_at=timezone.now(), **values):
        raise NotWanted


def _give_up(bundle: Bundle, why: str) -> None:
    rows = Bundle.objects.being_made().filter(pk=bundle.pk)
    rows.update(state=BundleState.FAILED, failure=why, moved_at=timezone.now())


def _tidy(pk: UUID) -> None:
    """Unless somebody is at it, who does so in the end."""
    with _held(pk) as is_mine:
        if is_mine:
            _tidied(pk)


def _tidied(pk: UUID) -> str:
    """Erase what the bundle no longer needs; its state. Whoever calls holds it."""
    bundle = _found(pk)
    if bundle is None or bundle.state not in {BundleState.MAKING, BundleState.READY}:
        forget_files(bundle or Bundle(pk=pk))
    elif bundle.state == BundleState.READY:
        forget_parts(bundle)
    return bundle.state if bundle else ""


def sweep_bundles(*, at: datetime) -> int:
    """Erase the files of bundles whose time is over, or that are of no use; how many expired. The rows stay."""
    old = Bundle.objects.filter(state=BundleState.READY, ready_at__lt=at - KEPT)
    expired: int = old.update(state=BundleState.EXPIRED, erased_at=at, moved_at=at)
    for pk in _left_behind():
        _tidy(pk)
    return expired


def _left_behind() -> list[UUID]:
    """The bundles of which there are files that nobody needs."""
    folder = folder_of(Bundle()).parent
    if not folder.exists():
        return []
    found = {UUID(path.name): path for path in folder.glob("*-*-*-*-*")}
    states = dict(Bundle.objects.filter(pk__in=found).values_list("pk", "state"))
    needed = {pk for pk, state in states.items() if state == BundleState.MAKING}
    needed |= {pk for pk, state in states.items() if state == BundleState.READY and len(list(found[pk].iterdir())) == 1}
    return [pk for pk in found if pk not in needed]
