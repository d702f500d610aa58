"""The poster of an activity, A4: what, when, where, and a code that leads to its page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.qr import qr_svg
from harbor_portal.lib.typeset import typeset
from harbor_portal.portal.activity_words import clock_of
from harbor_portal.portal.calendar import SHOWN
from harbor_portal.portal.posters.colours import on_paper
from harbor_portal.portal.posters.content import HARBOUR, in_both
from services.activity_choices import ActivityStatus
from services.models import Activity

TEMPLATE = Path(__file__).with_name("activity.typ")
MOST_PLACES = 6


def activity_pdf(activity: Activity) -> bytes:
    return typeset(TEMPLATE, [_page(activity)])


def _page(activity: Activity) -> dict[str, Any]:
    stations = list(activity.stations.filter(status__in=SHOWN).order_by("name", "pk"))
    return {
        "title": activity.title,
        "title_en": activity.title_en,
        "description": activity.description,
        "organiser": activity.organiser.name,
        "partners": [partner.short_name or partner.name for partner in activity.partners.public().order_by("pk")],
        "colour": on_paper(HARBOUR),
        "places": [[station.name, station.address] for station in stations[:MOST_PLACES]],
        "place": activity.place,
        "texts": in_both(lambda: _texts(activity, len(stations))),
        "qr": qr_svg(settings.PUBLIC_URL + activity.get_absolute_url()) if activity.is_public else "",
    }


def _texts(activity: Activity, stations: int) -> dict[str, str]:
    start = timezone.localtime(activity.starts_at)
    day = {"weekday": formats.date_format(start, "l"), "date": formats.date_format(start, "DATE_FORMAT")}
    is_cancelled = activity.status == ActivityStatus.CANCELLED
    more = stations - MOST_PLACES
    return {
        "kind": str(activity.get_kind_display()),
        "day": _("%(weekday)s %(date)s") % day,
        "clock": clock_of(activity),
        "when": _("When"),
        "where": _("Where"),
        "organiser": _("Organiser"),
        "free": _("Free of charge"),
        "scan": _("Scan to sign up") if activity.takes_sign_ups else _("Scan to read more"),
        "notice": _("Cancelled: %(title)s") % {"title": activity.notice} if is_cancelled else "",
        "more": _("and {n} more").format(n=more) if more > 0 else "",
    }
