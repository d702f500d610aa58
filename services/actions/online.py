"""Writing the directory of online services, and looking whether its links answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.safe_fetch import Answer, fetch
from partners.policies import refuse_if_merged
from services.models import OnlineService
from services.online_choices import LinkState, OnlineKind
from services.policies import refuse_unless_may_keep_services
from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.models import Unit, User

MOST_CHECKED = 500
"""In one night."""

FACTS = (
    *("kind", "name", "name_en", "guide", "url", "phone", "kept_by", "division", "groups", "first", "last"),
    *("day_of_month", "partner", "is_published", "order"),
)


@transaction.atomic
def create_service(*, by: User, kept_by: Unit, reason: str = "", **facts: Any) -> OnlineService:
    """`facts`: of `FACTS`."""
    refuse_unless_may_keep_services(by, kept_by)
    service = OnlineService(kept_by=kept_by, **facts)
    _settle(service)
    save_with_history(service, by=by, reason=reason)
    return service


@transaction.atomic
def update_service(*, by: User, service: OnlineService, reason: str = "", **facts: Any) -> OnlineService:
    """Change what is given, leave the rest. What is known of the link is of the old one, where it became another."""
    rows = OnlineService.objects.select_for_update(of=("self",)).select_related("kept_by")
    row: OnlineService = rows.get(pk=service.pk)
    refuse_unless_may_keep_services(by, row.kept_by)
    if kept_by := facts.get("kept_by"):
        refuse_unless_may_keep_services(by, kept_by)
    if facts.get("url", row.url) != row.url:
        OnlineService.objects.filter(pk=row.pk).update(link_state=LinkState.UNCHECKED, link_answer="", checked_at=None)
        row.refresh_from_db(fields=["link_state", "link_answer", "checked_at"])
    changed = OnlineService(**{name: facts.get(name, getattr(row, name)) for name in FACTS})
    _settle(changed)
    change_with_history(row, {**facts, "prefix": changed.prefix}, by=by, reason=reason)
    return row


@transaction.atomic
def delete_service(*, by: User, service: OnlineService) -> None:
    refuse_unless_may_keep_services(by, service.kept_by)
    delete_with_history(service, by=by, reason="removed")


def _settle(service: OnlineService) -> None:
    if service.kind == OnlineKind.PRODUCT and service.partner is None:
        raise Invalid("partner", _("A product names the partner whose it is."))
    if service.url and not service.url.startswith(("http://", "https://")):
        raise Invalid("url", _("A web page begins with https:// or http://."))
    if service.partner is not None:
        refuse_if_merged(service.partner)
    service.prefix = service.division.prefix if service.division else ""


def check_links(*, now: datetime, ask: Callable[[str], Answer] = fetch) -> int:
    """Look at the links that are due; how many were noted.

    Where not one of several answers it is we who have no network, and nobody is blamed. As soon as one has answered,
    each is noted by itself, so that a run that dies loses one at most.
    """
    due = list(OnlineService.objects.due_for_check(now)[:MOST_CHECKED])
    has_network, waiting = len(due) <= 2, list[tuple[OnlineService, Answer]]()
    for service in due:
        answer = ask(service.url)
        has_network = has_network or bool(answer.status)
        waiting.append((service, answer))
        while has_network and waiting:
            _note(*waiting.pop(), now)
    return len(due) - len(waiting)


def _note(service: OnlineService, answer: Answer, now: datetime) -> None:
    """A site may rest for a night: what does not answer twice, or says that it is gone, is dead."""
    if answer.is_alive:
        state = LinkState.ALIVE
    elif answer.is_gone or service.link_state in {LinkState.DOUBTFUL, LinkState.DEAD}:
        state = LinkState.DEAD
    else:
        state = LinkState.DOUBTFUL
    same = OnlineService.objects.filter(pk=service.pk, url=service.url)
    same.update(link_state=state, link_answer=answer.problem or str(answer.status), checked_at=now)
