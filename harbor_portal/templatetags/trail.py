"""Lines of history in words, on the page of a row as on that of everything."""

from collections.abc import Iterable
from typing import Any

from django import template

from harbor_portal.trail.search import Spot
from harbor_portal.trail.words import Entry, entries
from stations.models import User

register = template.Library()


@register.simple_tag
def in_words(lines: Iterable[Any], by: User) -> list[Entry]:
    return entries([Spot(one.history_date, one.instance_type._meta.label_lower, one.history_id) for one in lines], by)
