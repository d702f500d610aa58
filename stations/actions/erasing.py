"""What the portal forgets about its own people: who left, what they proposed, the lists that they sent."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Replace

from harbor_portal.lib.origin import KEPT
from stations.choices import UNDER_WAY
from stations.models import ApiToken, ChangeRequest, Keeper, Membership, ProposedFact, SavedView, Session, Upload, User
from stations.models.people import LEFT

LEFT_DAYS = 365
"""For so long after somebody left it is known who did what; then only that it was somebody who left."""
SETTLED_DAYS = 365
FORGOTTEN = "—"
"""The name of a list of which nothing is kept."""


def users_who_left(at: datetime) -> QuerySet[Any]:
    """Accounts that were closed so long ago, by the last line of their history, and are not erased yet."""
    last = User.history.filter(id=OuterRef("pk")).order_by().values("id").annotate(at=Max("history_date")).values("at")
    closed = User.objects.filter(is_active=False).exclude(username=Concat(Value(LEFT), "pk"))
    rows: QuerySet[Any] = closed.annotate(since=Coalesce(Subquery(last), "last_login", "date_joined"))
    return rows.filter(since__lt=at - timedelta(days=LEFT_DAYS))


@transaction.atomic
def erase_users_who_left(*, at: datetime) -> int:
    """Names, numbers and keys; what they did stays, done by somebody who left. How many accounts."""
    found = list(users_who_left(at).select_for_update(of=("self",)))
    for user in found:
        _forget_name(user)
    pks = [user.pk for user in found]
    for model in (ApiToken, SavedView, Session):
        model._default_manager.filter(user__in=pks).delete()
    ApiToken.history.filter(user__in=pks).update(name="")
    User.history.filter(id__in=pks).update(username=Concat(Value(LEFT), "id"), name="", email="", phone="")
    gone = {"name": "", "email": "", "phone": "", "password": make_password(None)}
    User.objects.filter(pk__in=pks).update(username=Concat(Value(LEFT), "pk"), **gone)
    return len(pks)


def _forget_name(user: User) -> None:
    """Where a farewell wrote it into the reason of a change."""
    if not user.name:
        return
    for model in (User, Keeper, Membership):
        lines = model.history.filter(history_change_reason__contains=user.name)
        without = Replace("history_change_reason", Value(user.name), Value(f"{LEFT}{user.pk}"))
        lines.update(history_change_reason=without)


def settled_proposals(at: datetime) -> QuerySet[Any]:
    return ChangeRequest.objects.filter(settled_at__lt=at - timedelta(days=SETTLED_DAYS)).exclude(reason="", photo="")


@transaction.atomic
def erase_proposals(*, at: datetime) -> int:
    """The words and photos of proposals that were settled long ago; the files go with `sweep_proposal_photos`."""
    found = list(settled_proposals(at).select_for_update().values_list("pk", flat=True))
    # A refusal has to say why; what it said is not needed any more.
    ProposedFact.objects.filter(request__in=found).exclude(answer="").update(answer="—")
    return ChangeRequest.objects.filter(pk__in=found).update(reason="", photo="")


def old_uploads(at: datetime) -> QuerySet[Any]:
    """Lists that are through; a list of keepers holds their names and numbers."""
    kept = ~Q(content=b"") | ~Q(problems=b"") | ~Q(found={}) | ~Q(failure="") | ~Q(name=FORGOTTEN)
    return Upload.objects.filter(kept, moved_at__lt=at - KEPT).exclude(state__in=UNDER_WAY)


def erase_uploads(*, at: datetime) -> int:
    """What stood in them; that they were sent, by whom and when, stays."""
    return int(old_uploads(at).update(content=b"", problems=b"", found={}, failure="", name=FORGOTTEN))
