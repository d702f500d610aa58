"""The sentences that the map's modules put on the screen; `{…}` is filled in by them."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stations.marks import HONOUR, SPECIAL


def map_texts() -> dict[str, str]:
    """All of them in the active language."""
    return _states() | _places() | _lists() | _failures()


def mark_names() -> dict[str, str]:
    """Of what makes a station stand out (stations/marks.py)."""
    return {SPECIAL: _("Special station"), HONOUR: _("Honoured")}


def locale_tag() -> str:
    """How dates and numbers are written in the active language, as its own translation says."""
    return pgettext("BCP 47 tag for dates and numbers", "en-GB")


def _states() -> dict[str, str]:
    return {
        "open_until": _("Open until {time}"),
        "open": _("Open now"),
        "open_always": _("Open 24 hours"),
        "open_today": _("Opened today at {time}"),
        "closed_opens": _("Closed, opens {time}"),
        "closed": _("Closed"),
        "being_checked": _("Reported closed, being checked"),
        "found_closed": _("found closed at {time}"),
        "closed_today": _("Closed early today"),
        "suspended_until": _("Suspended until {date}"),
        "suspended": _("Suspended until further notice"),
        "unknown": _("Hours unknown, better call"),
        "unknown_no_phone": _("Hours unknown"),
        "unknown_until": _("Perhaps open until {time}, better call"),
        "seen": _("Confirmed open {minutes} min ago"),
        "seen_at": _("Confirmed open at {time}"),
        "supply_today": _("{name} today"),
        "tomorrow_at": _("tomorrow {time}"),
        "ask_staff": _("{name} (ask the staff)"),
        "nearby": _("{name} (nearby)"),
        "out_of_order": _("{name} (out of order)"),
        "and_more": _("and {n} more"),
        "not_here": _("{name} (not here)"),
        "unheard_of": _("{name}: nobody knows"),
        "not_available": _("Not available here: {names}"),
    }


def _places() -> dict[str, str]:
    return {
        "locale": locale_tag(),
        "comma": _(", "),
        "metres": _("{n} m"),
        "kilometres": _("{n} km"),
        "walk": _("about {n} min on foot"),
        "from_me": _("nearest to you first"),
        "from_last": _("nearest to where you were ({time}) first"),
        "from_place": _("nearest to {name} first"),
        "from_middle": _("nearest to the middle of the map first"),
        "cluster": _("{n} stations, zoom in"),
        "row": _("{name}: {state}, {way}"),
        "me": _("You are here"),
        "near_me_hint": _("“Near me” sorts by your position, which stays on this device."),
        "locating": _("Looking for your position. It stays on this device; please allow it if your phone asks."),
        "located": _("Your position is known to about {n} m. It stays on this device."),
        "location_refused": _("Your position was not shared. Search for a place or an address, or move the map."),
        "location_absent": _(
            "This browser cannot tell your position. Search for a place or an address, or move the map."
        ),
        "location_failed": _("Your position could not be found. Search for a place or an address, or move the map."),
        "location_slow": _("No position after 8 seconds. Search for a place or an address, or move the map."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "map_name": _("Map of the stations"),
    }


def _lists() -> dict[str, str]:
    return {
        "alert_heat": _("Heat alert for {place} until {date}"),
        "alert_cold": _("Cold alert for {place} until {date}"),
        "alert_typhoon": _("Typhoon warning for {place} until {date}"),
        "alert_holiday": _("Holiday hours in {place} until {date}"),
        "alert_titled": _("{title} ({place}, until {date})"),
        "alert_ahead": _("{sentence}, from {date} on"),
        "loading": _("Loading the stations…"),
        "in_view": _("{n} stations in this part of the map"),
        "too_far_out": _("{n} stations in this part of the map. Zoom in, search or use “Near me” to list them."),
        "filters_wait": _("The filters apply once single stations are shown."),
        "ahead": _("This is how it will be: {time}."),
        "filtered_out": _("{n} more have this name but do not match your filters"),
        "found": _("{n} results for “{q}”"),
        "searching": _("Searching…"),
        "none_in_view": _("No station in this part of the map."),
        "none_match": _("Nothing here matches your filters."),
        "nearest_match": _("Show the nearest match: {name}, {distance}"),
        "no_match_anywhere": _("Nothing in the surroundings matches either."),
        "none_found": _("Nothing found for “{q}”. Try fewer letters, a street or a district."),
        "none_published": _("No station has been published yet."),
        "clear_filters": _("Clear the filters"),
        "more": _("Show {n} more"),
        "unknown_hidden": _("{n} more may fit: not all is known of them"),
        "unknown_show": _("Show them too"),
        "unknown_shown": _("Stations with missing information are included"),
        "unknown_hide": _("Hide them"),
        "more_filters": _("More filters"),
        "more_filters_on": _("More filters ({n} set)"),
        "show_stations": _("Show {n} stations"),
        "back_to_list": _("Back to the list"),
        "place": _("Go to this place"),
        "position": _("{n} / {total}"),
        "call": _("Call {phone}"),
        "checked": _("Checked {date}"),
        "unchecked": _("Not checked yet"),
    }


def _failures() -> dict[str, str]:
    return {
        "index_failed": _("The stations could not be loaded. Check your connection."),
        "leaf_failed": _("Some stations could not be loaded."),
        "search_failed": _("The search did not answer. These are the results from this device."),
        "retry": _("Try again"),
    }
