"""How an inspection goes: begun, filled in item by item, and finished; from then on nothing in it changes.

Its history begins when it is finished: nobody at a station hears of a visit that somebody prepares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.files import sweep_folder
from services.actions.findings import keep_photo, open_failed
from services.choices import InspectionKind, InspectionState, Result
from services.models import Finding, Inspection, InspectionAnswer, InspectionForm
from services.models.inspections import INSPECTION_FOLDER, MAX_REMARK
from services.policies import refuse_unless_may_inspect
from stations.actions.facts import record_checks
from stations.actions.records import save_with_history
from stations.choices import Access, HowChecked, StationStatus
from stations.facts import CORE, amenity_fact
from stations.models import Station, StationAmenity, User
from stations.moved import kept_of


@dataclass(frozen=True)
class Said:
    """What is written about one item; without a new photo the former one stays."""

    result: Result | None
    remark: str = ""
    photo: bytes = b""


@transaction.atomic
def start_inspection(*, station: Station, form: InspectionForm, kind: InspectionKind, by: User) -> Inspection:
    """Begin, or go on with what the person has begun: the questions are those of the form as it is now."""
    refuse_unless_may_inspect(by, station, kind)
    # Taken in turns, so that a button pressed twice begins once, and nothing begins at a station that is being merged.
    station = Station.objects.select_for_update(no_key=True).get(pk=station.pk)
    if station.status == StationStatus.CLOSED:
        raise Refused(_("%(station)s is closed for good: there is nothing to inspect.") % {"station": station})
    drafts = Inspection.objects.filter(station=station, form=form, kind=kind, by=by, state=InspectionState.DRAFT)
    if begun := drafts.first():
        return begun  # type: ignore[no-any-return]  # a queryset of Any
    items = list(form.items.all().asked())
    if not form.is_offered or not items:
        raise Invalid("form", _("Choose a form that is offered and asks something."))
    draft = Inspection(station=station, form=form, kind=kind, by=by, started_at=timezone.now())
    (found,) = Inspection.objects.bulk_create([draft])  # which writes no history
    InspectionAnswer.objects.bulk_create([InspectionAnswer(inspection=found, item=item) for item in items])
    return found


@transaction.atomic
def save_answers(
    *, inspection: Inspection, said: Mapping[int, Said], by: User, remark: str | None = None
) -> Inspection:
    """Write what is known so far; `said` by the number of the answer. What is not named stays."""
    found = _held(inspection, by)
    answers = {answer.pk: answer for answer in found.answers.filter(pk__in=list(said))}
    for number, one in said.items():
        if number not in answers:
            raise Invalid("answer", _("This inspection does not ask that."))
        _write(answers[number], one)
    if remark is not None:
        Inspection.objects.filter(pk=found.pk).update(remark=_short(remark))
    return found


def _write(answer: InspectionAnswer, said: Said) -> None:
    answer.result, answer.remark = said.result or "", _short(said.remark)
    if said.photo:
        answer.photo = keep_photo(said.photo)
    answer.save()


@transaction.atomic
def finish_inspection(*, inspection: Inspection, by: User) -> Inspection:
    """Say that this is what was found: each failed item becomes a finding with its deadline."""
    found = _held(inspection, by)
    _refuse_if_merged(found)
    answers = list(found.answers.select_related("item"))
    if missing := sum(not answer.result for answer in answers):
        sentence = ngettext("%(count)d item has no answer yet.", "%(count)d items have no answer yet.", missing)
        raise Invalid("answers", sentence % {"count": missing})
    found.state, found.finished_at = InspectionState.FINISHED, timezone.now()
    _count(found, answers)
    save_with_history(found, by=by, reason="finished")
    _confirm_facts(found, [answer for answer in answers if answer.result == Result.PASSED], by)
    open_failed(inspection=found, failed=[answer for answer in answers if answer.result == Result.FAILED], by=by)
    return found


def _confirm_facts(inspection: Inspection, passed: list[InspectionAnswer], by: User) -> None:
    """What passed and is about a fact was seen to be right; of equipment only what is there."""
    there = StationAmenity.objects.filter(station=inspection.station).exclude(access=Access.NONE)
    known = {*CORE, *map(amenity_fact, there.values_list("amenity__code", flat=True))}
    facts = dict.fromkeys(fact for answer in passed for fact in answer.item.facts.split() if fact in known)
    record_checks(station=inspection.station, what=facts, how=HowChecked.INSPECTION, by=by, at=inspection.finished_at)


def _count(inspection: Inspection, answers: list[InspectionAnswer]) -> None:
    passed = [answer.item.points for answer in answers if answer.result == Result.PASSED]
    failed = [answer.item.points for answer in answers if answer.result == Result.FAILED]
    inspection.passed_count, inspection.failed_count = len(passed), len(failed)
    whole = sum(passed) + sum(failed)
    inspection.score = round(100 * sum(passed) / whole) if whole else None
    inspection.is_vetoed = any(answer.item.is_veto for answer in answers if answer.result == Result.FAILED)


@transaction.atomic
def drop_inspection(*, inspection: Inspection, by: User) -> None:
    """Give up a draft, of which nothing remains."""
    held = _held(inspection, by)
    held.answers.all().delete()
    rows: Any = Inspection.objects.filter(pk=held.pk)
    rows._raw_delete(rows.db)  # noqa: SLF001  # a line of history would tell of it


def sweep_inspection_photos(*, at: datetime) -> int:
    """Delete the files that no answer and no finding names, now or in its history. How many."""
    kept = set(InspectionAnswer.objects.exclude(photo="").values_list("photo", flat=True))
    for field in ("photo", "mended_photo"):
        kept |= set(Finding.history.exclude(**{field: ""}).values_list(field, flat=True))
    return sweep_folder(INSPECTION_FOLDER, kept, at=at)


def _held(inspection: Inspection, by: User) -> Inspection:
    """The draft, which nobody else changes until this is done. StaleState if it is none any more."""
    # The station first, as whoever merges it does, and on its own: what is joined is not read anew after waiting.
    Station.objects.select_for_update(no_key=True).only("pk").get(pk=inspection.station_id)
    found: Inspection | None = Inspection.objects.select_for_update().filter(pk=inspection.pk).first()
    if found is None:
        raise StaleState(_("This inspection was given up meanwhile."))
    if found.state != InspectionState.DRAFT:
        raise StaleState(_("This inspection is finished, and nothing in it changes any more."))
    if found.by_id != by.pk:
        raise Refused(_("Only %(name)s, who began this inspection, fills it in.") % {"name": found.by})
    refuse_unless_may_inspect(by, found.station, InspectionKind(found.kind))
    return found


def _refuse_if_merged(inspection: Inspection) -> None:
    """Of two drafts of one person one stays behind: `services.actions.moving`."""
    if inspection.station.merged_into_id:
        names = {"station": inspection.station, "into": kept_of(inspection.station)}
        sentence = _("“%(station)s” has been merged into “%(into)s”: go on with your draft there, give this one up.")
        raise Refused(sentence % names)


def _short(text: str) -> str:
    if len(text) > MAX_REMARK:
        raise Invalid("remark", _("At most %(most)d characters.") % {"most": MAX_REMARK})
    return text
