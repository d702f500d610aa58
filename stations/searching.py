"""What a typed text finds.

`static/js/search.js` follows the same rule on the device; both are held to `tests/data/search_cases.json`.
"""

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import CharField, Q
from django.db.models.lookups import Contains

from stations.codes import WELL_FORMED

SHORTEST_INDEXED = 3
"""Characters: of fewer no trigram can be made."""


class ContainsAnyCase(Contains):
    """`ILIKE`, which the plain trigram indexes answer; `icontains` compares in upper case and would read the table."""

    lookup_name = "contains_any_case"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:  # noqa: ARG002  # Django's signature
        return f"ILIKE {rhs}"


CharField.register_lookup(ContainsAnyCase)


def text_query(text: str) -> Q:
    """Each word stands in name or address, whatever its case, or all of it are initials of the name's pinyin.

    For cards.
    """
    words = dict.fromkeys(text.split())
    everywhere = reduce(and_, (_holds("name", word) | _holds("address", word) for word in words), Q())
    return everywhere | Q(station__pinyin__contains="".join(text.split()).lower())


def station_query(word: str) -> Q:
    """One word of a search in the back office: it stands in name, address or pinyin initials, or is a code."""
    # `icontains` would compare in capitals, which no index knows; Chinese has none, and Latin letters are rare here.
    text = Q(name__contains=word) | Q(address__contains=word)
    if word.isascii():
        text |= Q(pinyin__contains=word.lower()) | Q(name__contains=word.upper())
    return text | Q(code=word.upper()) if WELL_FORMED.fullmatch(word.upper()) else text


def _holds(field: str, word: str) -> Q:
    """For short words all rows are read, and ILIKE takes three times as long: as typed, and in capitals, must do."""
    if len(word) >= SHORTEST_INDEXED:
        return Q(**{f"station__{field}__contains_any_case": word})
    return Q(**{f"station__{field}__contains": word}) | Q(**{f"station__{field}__contains": word.upper()})
