"""Announcing heat, cold, typhoons, holiday hours and the like, and ending a notice before its day."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from stations.actions.records import save_with_history
from stations.alerts import refuse_end, refuse_start
from stations.changes import mark_index_changed
from stations.models import Division, User, WeatherAlert
from stations.policies import refuse_unless_may_announce


@transaction.atomic
def start_alert(
    *,
    kind: str,
    division: Division,
    first: date,
    last: date,
    by: User,
    message: str = "",
    title: str = "",
    publish_at: datetime | None = None,
) -> WeatherAlert:
    """Announce it: to be read from its first day on, or from `publish_at` on, to the minute, which may be now."""
    refuse_unless_may_announce(by, division)
    words = {"message": message.strip(), "title": title.strip()}
    publish_at = publish_at and publish_at.replace(second=0, microsecond=0)
    alert = WeatherAlert(kind=kind, division=division, first=first, last=last, publish_at=publish_at, by=by, **words)
    refuse_start(alert)
    return _kept(alert, by=by, reason=_("announced"))


@transaction.atomic
def change_alert(*, alert: WeatherAlert, last: date, message: str, by: User) -> WeatherAlert:
    """Another last day, another message."""
    alert = _not_over(alert, by)
    alert.message, alert.last = message.strip(), last
    return _kept(alert, by=by, reason=_("changed"))


@transaction.atomic
def end_alert(*, alert: WeatherAlert, by: User) -> WeatherAlert:
    """At once: the public sees it no longer, and a new one may begin the same day."""
    alert = _not_over(alert, by)
    alert.ended_at = timezone.now()
    save_with_history(alert, by=by, reason=_("ended early"))
    mark_index_changed()
    return alert


def _not_over(alert: WeatherAlert, by: User) -> WeatherAlert:
    """The row, in hand until the transaction ends."""
    refuse_unless_may_announce(by, alert.division)
    row = WeatherAlert.objects.select_for_update(of=("self",)).select_related("division").get(pk=alert.pk)
    if row.ended_at or row.last < timezone.localdate():
        raise Refused(_("This alert is over. Announce a new one."))
    return row


def _kept(alert: WeatherAlert, *, by: User, reason: str) -> WeatherAlert:
    refuse_end(alert)
    save_with_history(alert, by=by, reason=reason)
    mark_index_changed()
    return alert
