"""Announcing heat, cold, typhoons, holiday hours and the like, and ending a notice before its day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.records import save_with_history
from stations.changes import mark_index_changed
from stations.choices import AlertKind
from stations.models import Division, User, WeatherAlert
from stations.policies import refuse_unless_may_announce

LONGEST = timedelta(days=31)
"""An alert that nobody looks after must not stay for ever; while it runs, its end can be moved."""
FARTHEST = timedelta(days=180)
"""So far ahead something is announced."""


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


def refuse_start(alert: WeatherAlert) -> None:
    """What cannot be announced, by hand or by a list."""
    if alert.first < timezone.localdate():
        raise Invalid("first", _("An alert begins today or later."))
    if alert.first - timezone.localdate() > FARTHEST:
        raise Invalid("first", _("A notice begins within %(days)d days.") % {"days": FARTHEST.days})
    if alert.kind == AlertKind.OTHER and not alert.title:
        raise Invalid("title", _("Another notice needs a title."))


def refuse_end(alert: WeatherAlert) -> None:
    """Where its last day cannot be."""
    if alert.last < timezone.localdate():
        raise Invalid("last", _("The last day is today or later; to end the alert now, say so."))
    if alert.last - max(alert.first, timezone.localdate()) >= LONGEST:
        raise Invalid(
            "last",
            _("An alert lasts at most %(days)d days from now; its end can be moved later.") % {"days": LONGEST.days},
        )


def _kept(alert: WeatherAlert, *, by: User, reason: str) -> WeatherAlert:
    refuse_end(alert)
    save_with_history(alert, by=by, reason=reason)
    mark_index_changed()
    return alert
