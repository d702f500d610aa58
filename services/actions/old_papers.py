"""What is left of activities and grants when the years are over for which accounts are kept: figures, and no papers."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from services.actions.families import delete_files
from services.models import Activity, ActivityFile, ActivityPhoto, Grant, GrantFile
from stations.pictures import delete_picture

PAPERS_KEPT_YEARS = 10


def _before(at: datetime) -> datetime:
    return at - timedelta(days=PAPERS_KEPT_YEARS * 365)


def activities_with_old_papers(at: datetime) -> QuerySet[Any]:
    """Of long ago, with papers, pictures or words about them still there."""
    left = _any(ActivityFile, "activity") | _any(ActivityPhoto, "activity") | ~Q(summary="")
    return Activity.objects.filter(left, starts_at__lt=_before(at), ends_at__lt=_before(at))


def grants_with_old_papers(at: datetime) -> QuerySet[Any]:
    """With which nobody has had to do for long."""
    last = Coalesce("accounted_at", "decided_at", "applied_at")
    return Grant.objects.annotate(last=last).filter(_any(GrantFile, "grant"), last__lt=_before(at))


def _any(model: Any, of: str) -> Q:
    """Rows, or lines of history of what was removed."""
    return Q(Exists(model._base_manager.filter(**{of: OuterRef("pk")}))) | Q(
        Exists(model.history.filter(**{of: OuterRef("pk")}))
    )


@transaction.atomic
def erase_activity_papers(*, at: datetime) -> int:
    """Papers, pictures and what was told afterwards; how many activities."""
    found = list(activities_with_old_papers(at).select_for_update(of=("self",)).values_list("pk", flat=True))
    papers, photos = ActivityFile.objects.filter(activity__in=found), ActivityPhoto.objects.filter(activity__in=found)
    files, keys = list(papers.values_list("file", flat=True)), list(photos.values_list("key", flat=True))
    for model, rows in ((ActivityFile, papers), (ActivityPhoto, photos)):
        rows.delete()
        model.history.filter(activity__in=found).delete()
    Activity.objects.filter(pk__in=found).update(summary="")
    Activity.history.filter(id__in=found).update(summary="")
    transaction.on_commit(lambda: _delete(files, keys))
    return len(found)


@transaction.atomic
def erase_grant_papers(*, at: datetime) -> int:
    """How many grants have none any more."""
    found = list(grants_with_old_papers(at).select_for_update(of=("self",)).values_list("pk", flat=True))
    papers = GrantFile.objects.filter(grant__in=found)
    files = list(papers.values_list("file", flat=True))
    papers.delete()
    GrantFile.history.filter(grant__in=found).delete()
    transaction.on_commit(lambda: delete_files(files))
    return len(found)


def _delete(files: list[str], keys: list[str]) -> None:
    delete_files(files)
    for key in keys:
        delete_picture(key)
