"""Making a station special: its theme, the partner who brings it, and the photos that show it."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from partners.actions.partners import hold_named
from partners.models import Partner, SpecialStation
from stations.actions.records import change_with_history, delete_with_history, link_with_history, save_with_history
from stations.changes import mark_changed
from stations.models import Photo, Station, User
from stations.policies import refuse_unless_may_edit


class SpecialFacts(TypedDict, total=False):
    theme: str
    partner: Partner | None
    description: str
    since: date
    until: date | None


@transaction.atomic
def add_special(
    *, by: User, station: Station, photos: Iterable[Photo] = (), reason: str = "", **facts: Unpack[SpecialFacts]
) -> SpecialStation:
    special = SpecialStation(station=_held(by, station), **facts)
    hold_named([special.partner])
    save_with_history(special, by=by, reason=reason)
    _set_photos(special, photos, by)
    mark_changed([special.station_id])
    return special


@transaction.atomic
def update_special(
    *,
    by: User,
    special: SpecialStation,
    photos: Iterable[Photo] | None = None,
    reason: str = "",
    **facts: Unpack[SpecialFacts],
) -> SpecialStation:
    """Change what is given, leave the rest; the station stays, since another one's theme is another row."""
    _held(by, special.station)
    row: SpecialStation = SpecialStation.objects.get(pk=special.pk)
    if facts.get("partner") != row.partner:
        hold_named([facts.get("partner")])
    change_with_history(row, dict(facts), by=by, reason=reason)
    if photos is not None:
        _set_photos(row, photos, by)
    mark_changed([row.station_id])
    return row


@transaction.atomic
def remove_special(*, by: User, special: SpecialStation, reason: str = "") -> None:
    """Take back what was entered by mistake; a theme that is over is ended with its day instead."""
    _held(by, special.station)
    mark_changed([special.station_id])
    delete_with_history(special, by=by, reason=reason)


def _held(by: User, station: Station) -> Station:
    current: Station = Station.objects.select_for_update().get(pk=station.pk)
    refuse_unless_may_edit(by, current)
    return current


def _set_photos(special: SpecialStation, photos: Iterable[Photo], by: User) -> None:
    chosen = list(photos)
    if any(photo.station_id != special.station_id for photo in chosen):
        raise Invalid("photos", _("Choose photos of this station; new ones are added on the station's page."))
    link_with_history(special, "photos", chosen, by=by, reason="")
