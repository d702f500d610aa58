"""The poster for a station's door: A4, with the code to check in by."""

from collections.abc import Sequence
from pathlib import Path

from harbor_portal.lib.typeset import typeset
from harbor_portal.portal.posters.content import poster_pages
from stations.models import Station

TEMPLATE = Path(__file__).with_name("poster.typ")
MOST = 150
"""Posters in one document: as many as a district has stations, and about ten seconds of one core."""


def posters(stations: Sequence[Station]) -> bytes:
    """The posters of these stations as one PDF, a page each, in the order given."""
    return typeset(TEMPLATE, poster_pages(stations))
