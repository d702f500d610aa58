"""What becomes of a list that was sent: checked, entered or thrown away, at once or in the worker.

Each step is asked for by a state of the row, and done by whoever holds its lock; a worker that dies leaves the row as
it was, and the sweep finds it.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from harbor_portal.lib.locks import held
from harbor_portal.lib.origin import Origin, acting_from, current_origin
from harbor_portal.lib.sealed import opened_file, sealed_file
from harbor_portal.lib.tables import MAX_BYTES
from stations.actions.imports import NotEntered, import_list, reason_of, take_turns
from stations.choices import UploadState
from stations.imports.kinds import KINDS, ListKind, Plan
from stations.imports.plan import read_plan
from stations.imports.report import packed, summary_of
from stations.imports.undoing import Undoing
from stations.models import Upload, User

logger = logging.getLogger(__name__)

KEPT = timedelta(days=1)
"""How long a file waits to be entered."""
AT_ONCE_BYTES = 100_000
"""So small a list is worked on while its sender waits, about a second; larger ones are the worker's."""
LONGEST = timedelta(hours=1)
"""No list takes longer to be entered."""
LOCK_SPACE = 0x55_50


@transaction.atomic
def keep_upload(*, by: User, kind: ListKind, name: str, data: bytes) -> Upload:
    """Keep a file until it is entered, at most a day. Older ones, whoever sent them, are thrown away."""
    kind.refuse(by)
    if len(data) > MAX_BYTES:
        raise Invalid("file", _("The file is larger than %(limit)s MB. Divide it.") % {"limit": MAX_BYTES // 1024**2})
    drop_old(at=timezone.now())
    content = sealed_file(data) if kind.is_sealed else data
    return Upload.objects.create(
        user=by,
        kind=kind.key,
        # A file may be called after the family whose wish it tells, and the history says its name.
        name=str(kind.title) if kind.is_sealed else name[-200:],
        content=content,
        size=len(data),
        sha256=hashlib.sha256(content).hexdigest(),
        language=get_language() or "",
        **_asked_from(),
    )


def content_of(upload: Upload) -> bytes:
    """The file as it was sent; nothing once it was entered."""
    kept = bytes(upload.content)
    return opened_file(kept) if kept and KINDS[upload.kind].is_sealed else kept


def drop_old(*, at: datetime) -> int:
    """Throw away what nobody entered within a day, whoever sent it; how many."""
    waiting = Upload.objects.exclude(state__in=[UploadState.ENTERED, UploadState.TO_UNDO, UploadState.UNDONE])
    return waiting.filter(created_at__lt=at - KEPT).delete()[0]


def ask_to_enter(*, by: User, upload: Upload) -> None:
    """Have what was checked entered; once."""
    _move(by, upload, UploadState.CHECKED, UploadState.TO_ENTER)


def ask_to_undo(*, by: User, upload: Upload) -> None:
    """Have what was entered taken back, unless something depends on it by then."""
    KINDS[upload.kind].refuse(by)
    _move(by, upload, UploadState.ENTERED, UploadState.TO_UNDO)


def _move(by: User, upload: Upload, before: UploadState, after: UploadState) -> None:
    moved = Upload.objects.visible_to(by).filter(pk=upload.pk, state=before)
    undone_by = by if after == UploadState.TO_UNDO else None
    values = {"state": after, "moved_at": timezone.now(), "failure": "", "undone_by": undone_by}
    if not moved.update(**values, **_asked_from()):
        raise StaleState(_("Somebody was quicker: this list has moved on, or was thrown away after a day."))


def _asked_from() -> dict[str, Any]:
    """The worker knows no request: the row tells it from where."""
    origin = current_origin()
    return {"asked_address": origin.address, "asked_device": origin.device}


def work_on(pk: UUID) -> str:
    """Do what the state of the list asks for; the state in which it is left, "" if another is at it already."""
    with held(LOCK_SPACE, pk.int & 0x7FFF_FFFF) as is_mine:
        upload = Upload.objects.filter(pk=pk).first() if is_mine else None
        if upload is None or not upload.is_under_way:
            return upload.state if upload else ""
        asked = UploadState(upload.state)
        asked_from = Origin(upload.asked_address, upload.asked_device)
        with override(upload.language), acting_from(asked_from):
            try:
                WORK[asked](upload)
            except PortalError as error:
                _give_up(upload, asked, str(error))
            except Exception:  # else the sweep would try it for ever, and its sender wait
                logger.exception("upload %s failed", pk)
                _give_up(upload, asked, _("The portal failed over this list. Nothing was changed."))
        return upload.state


def _check(upload: Upload) -> None:
    def tell(done: int, of: int) -> None:
        Upload.objects.filter(pk=upload.pk).update(rows_done=done, rows=of)

    kind = KINDS[upload.kind]
    kind.refuse(upload.user)
    plan = read_plan(kind, content_of(upload), upload.user, tell=tell)
    _leave(upload, UploadState.CHECKED, **_found(plan))


def _found(plan: Plan) -> dict[str, Any]:
    counts, found = summary_of(plan)
    return {"counts": counts, "found": found, "problems": packed(plan.problems)}


def _enter(upload: Upload) -> None:
    try:
        with transaction.atomic():
            plan = import_list(
                KINDS[upload.kind], by=upload.user, data=content_of(upload), name=upload.name, key=upload.pk
            )
            reason = reason_of(upload.name, upload.pk)
            _leave(upload, UploadState.ENTERED, **_found(plan), content=b"", reason=reason, entered_at=timezone.now())
    except NotEntered as error:
        meanwhile = _("The portal has changed since the list was checked. Nothing was entered.")
        _leave(upload, UploadState.CHECKED, **_found(error.plan), failure=meanwhile)


def _undo(upload: Upload) -> None:
    assert upload.undone_by is not None
    assert upload.entered_at is not None
    reason = reason_of(upload.name, upload.pk, _("Import of %(name)s taken back"))
    try:
        with transaction.atomic():
            take_turns()
            # The lines were written in the minutes before.
            since = upload.entered_at - LONGEST
            KINDS[upload.kind].undo(Undoing(upload.reason, since, upload.undone_by, reason, upload.pk))
            _leave(upload, UploadState.UNDONE)
    except Refused as refusal:
        _leave(upload, UploadState.ENTERED, failure=str(refusal))


def _give_up(upload: Upload, asked: UploadState, why: str) -> None:
    """What was entered stays so, and can be taken back another time."""
    _leave(upload, UploadState.ENTERED if asked == UploadState.TO_UNDO else UploadState.FAILED, failure=why)


def _leave(upload: Upload, state: UploadState, **values: Any) -> None:
    values |= {"state": state, "moved_at": timezone.now()}
    for name, value in values.items():
        setattr(upload, name, value)
    upload.save(update_fields=list(values))


WORK = {UploadState.SENT: _check, UploadState.TO_ENTER: _enter, UploadState.TO_UNDO: _undo}
