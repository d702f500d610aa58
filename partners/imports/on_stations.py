"""The column of a list of stations that names their plates, such as 工会驿站:0012、ccb_harbor."""

import re
from collections.abc import Callable, Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.bulk import insert_rows, next_ids, record_before, record_history, update_rows
from partners.models import Plate, Programme
from stations.imports.columns import ImportColumn
from stations.imports.words import folded
from stations.models import User

Plates = dict[int, str]
"""Programme id → number on the plate."""

DIVIDERS = re.compile(r"[、,，;；|\n]+")
COLONS = set(":：")
MAX_NUMBER = 40
PLATES = ImportColumn(
    "plates",
    gettext_lazy("Plates"),
    ("挂牌", "标牌", "品牌", "站点品牌", "标识牌", "挂牌情况", "plates", "programmes"),
    gettext_lazy("Programmes by name or code, the number on the plate after a colon; several divided by 、 or commas."),
    "劳动者港湾:0012、工会驿站",
    width=28,
)


class PlateRows:
    """Plates listed in a cell hang from today on, or have their number corrected; those not listed stay.

    A plate that is to hang from a later day is corrected too and keeps its day.
    """

    column = PLATES
    model = Plate

    def reader(self) -> Callable[[str], Plates]:
        names = _names()

        def read(text: str) -> Plates:
            plates: Plates = {}
            for item in filter(None, (part.strip() for part in DIVIDERS.split(text))):
                programme, number = _item(item, names)
                if plates.setdefault(programme, number) != number:
                    raise ValueError(_("“%(item)s” stands here twice with different numbers.") % {"item": item})
            return plates

        return read

    def writer(self) -> Callable[[Plates], str]:
        names = _names()
        programmes = list(Programme.objects.all())
        words = {programme.pk: _word(programme, names) for programme in programmes}

        def write(plates: Plates) -> str:
            hung = [programme.pk for programme in programmes if programme.pk in plates]
            return "、".join(_plate(words[pk], plates[pk]) for pk in hung)

        return write

    def current(self, station_ids: Iterable[int]) -> dict[int, Plates]:
        plates: dict[int, Plates] = {}
        for (station, programme), (_pk, number) in _not_ended(station_ids).items():
            plates.setdefault(station, {})[programme] = number
        return plates

    def merged(self, current: Plates | None, given: Plates) -> Plates:
        """A programme without a number leaves the number that is known."""
        merged = dict(current or {})
        for programme, number in given.items():
            merged[programme] = number or merged.get(programme, "")
        return merged

    def write(self, values: dict[int, Plates], *, by: User, reason: str) -> None:
        today = timezone.localdate()
        known = _not_ended(values)
        wanted = [
            (station, programme, number) for station, each in values.items() for programme, number in each.items()
        ]
        new = [row for row in wanted if row[:2] not in known]
        changed = [(known[row[:2]][0], row[2]) for row in wanted if row[:2] in known and known[row[:2]][1] != row[2]]
        ids = next_ids(Plate, len(new))
        columns = ("id", "station_id", "programme_id", "number", "since")
        insert_rows(Plate, columns, ((pk, *row, today) for pk, row in zip(ids, new, strict=True)))
        record_before(Plate, [pk for pk, _number in changed])
        update_rows(Plate, ("number",), changed)
        record_history(Plate, ids, kind="+", by_id=by.pk, reason=reason)
        record_history(Plate, [pk for pk, _number in changed], kind="~", by_id=by.pk, reason=reason)


def _not_ended(station_ids: Iterable[int]) -> dict[tuple[int, int], tuple[int, str]]:
    """Plate and number by station and programme: the one that hangs, or else the next that will. One query."""
    rows = Plate.objects.filter(station__in=station_ids).not_ended(timezone.localdate()).order_by("-since")
    return {
        (station, programme): (pk, number)
        for pk, station, programme, number in rows.values_list("pk", "station", "programme", "number")
    }


def _names() -> dict[str, int]:
    """Programmes by name in either language and by code. One query."""
    names: dict[str, int] = {}
    for programme in Programme.objects.all():
        for word in (programme.name, programme.name_en, programme.code):
            names[folded(word)] = programme.pk
    return names


def _word(programme: Programme, names: dict[str, int]) -> str:
    """Its name where that is read as this programme, else its code."""
    name = str(programme)
    is_understood = not DIVIDERS.search(name) and not COLONS & set(name) and names.get(folded(name)) == programme.pk
    return name if is_understood else programme.code


def _plate(word: str, number: str) -> str:
    """A number that cannot be written within the list is left out, which leaves it as it is."""
    return f"{word}:{number}" if number and not DIVIDERS.search(number) else word


def _item(item: str, names: dict[str, int]) -> tuple[int, str]:
    name, _colon, number = item.replace("：", ":").partition(":")
    programme = names.get(folded(name))
    if programme is None:
        raise ValueError(
            _("“%(name)s” is no programme of the catalogue. Write its name or code, such as 劳动者港湾:0012.")
            % {"name": name.strip()}
        )
    number = number.strip()
    if len(number) > MAX_NUMBER:
        raise ValueError(_("The number of a plate has at most %(limit)s characters.") % {"limit": MAX_NUMBER})
    return programme, number
