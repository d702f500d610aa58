"""Lists of plates and of special stations."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.imports.of_partners import any_partner
from partners.models import Agreement, Plate, Programme, SpecialStation
from partners.policies import borne_already, under_agreement
from stations.changes import mark_many_changed
from stations.choices import StationStatus
from stations.imports.columns import STATION, ImportColumn
from stations.imports.kinds import Asking
from stations.imports.plain import Change, PlainColumn, PlainList
from stations.imports.related import named, stations, units
from stations.policies import refuse_unless_officer

TOLD_NAME = PlainColumn(
    ImportColumn(
        "name", gettext_lazy("Name"), ("名称", "name"), gettext_lazy("Of the station; for reading only."), width=28
    ),
    shown="station__name",
    is_told=True,
)
PROGRAMME = ImportColumn(
    "programme",
    gettext_lazy("Programme"),
    ("品牌", "品牌项目", "挂牌", "标牌", "programme"),
    gettext_lazy("Required. Its name or code."),
    "劳动者港湾",
    width=20,
    is_required=True,
)
NUMBER = ImportColumn(
    "number", gettext_lazy("Number"), ("编号", "牌号", "牌匾编号", "number"), gettext_lazy("As on the plate."), "0012"
)
SINCE = ImportColumn(
    "since",
    gettext_lazy("Since"),
    ("挂牌日期", "起始日期", "since"),
    gettext_lazy("Required. The first day."),
    "2026-05-01",
    "date",
    is_required=True,
)
UNTIL = ImportColumn(
    "until", gettext_lazy("Until"), ("摘牌日期", "截止日期", "until"), gettext_lazy("The last day."), "", "date"
)
GRANTED_BY = ImportColumn(
    "granted_by",
    gettext_lazy("Granted by"),
    ("授牌单位", "批准单位", "granted by"),
    gettext_lazy("The unit that allowed it: its code, or its path."),
    width=24,
)
THEME = ImportColumn(
    "theme",
    gettext_lazy("Theme"),
    ("主题", "特色主题", "特色", "theme"),
    gettext_lazy("Required. At most 40 characters, as workers read it."),
    "共享书屋",
    width=20,
    is_required=True,
)
PARTNER = ImportColumn(
    "partner",
    gettext_lazy("Partner"),
    ("合作伙伴", "共建单位", "partner"),
    gettext_lazy("Name or code of a partner."),
    width=28,
)
DESCRIPTION = ImportColumn(
    "description",
    gettext_lazy("Description"),
    ("说明", "介绍", "description"),
    gettext_lazy("At most 1000 characters."),
    width=40,
)


def _refuse_closed(changes: list[Change], _asking: Asking) -> None:
    for change in changes:
        station = change.row.values["station"]
        if change.is_new and station.status == StationStatus.CLOSED:
            change.row.error("station", _("%(station)s is closed for good.") % {"station": station})


def _check_plates(changes: list[Change], asking: Asking) -> None:
    _refuse_closed(changes, asking)
    _refuse_agreed(changes)
    _refuse_second([change for change in changes if not change.row.wrong])


def _refuse_agreed(changes: list[Change]) -> None:
    """What hangs under an agreement follows that; only its number is written by hand, as on the page of the station."""
    ids = {change.instance.agreement_id for change in changes} - {None}
    agreements = Agreement.objects.in_bulk(ids)
    for change in changes:
        plate, other = change.instance, next((name for name in change.was if name != "number"), "")
        if not change.is_new and plate.agreement_id and other:
            plate.agreement = agreements[plate.agreement_id]
            change.row.error(other, under_agreement(plate))


def _refuse_second(changes: list[Change]) -> None:
    """A station bears the plate of one programme once on any day: among these rows, and beside what hangs there."""
    asked = [change.instance for change in changes]
    hanging = Plate.objects.filter(station__in={plate.station_id for plate in asked})
    rest = hanging.exclude(pk__in=[plate.pk for plate in asked if plate.pk])
    plates: dict[tuple[int, int], list[tuple[Plate, Change | None]]] = defaultdict(list)
    for plate, change in chain(zip(asked, changes, strict=True), ((plate, None) for plate in rest)):
        plates[plate.station_id, plate.programme_id].append((plate, change))
    for there in plates.values():
        there.sort(key=lambda one: one[0].since)
        longest, change = there[0]
        for plate, later in there[1:]:
            moved = [one for one in (later, change) if one and _is_dated(one)]
            if moved and plate.since <= (longest.until or date.max):
                moved[0].row.error("since", borne_already())
            longest, change = max((longest, change), (plate, later), key=lambda one: one[0].until or date.max)


def _is_dated(change: Change) -> bool:
    """Whether the row asks for other days, or for another plate; who writes its number alone moves nothing."""
    return change.is_new or not {"programme", "since", "until"}.isdisjoint(change.was)


def _mark(rows: Sequence[Any]) -> None:
    mark_many_changed(sorted({row.station_id for row in rows}))


PLATES = PlainList(
    key="plates",
    model=Plate,
    title=gettext_lazy("Plates"),
    lead=gettext_lazy("Each row is a plate at a station of yours from a day on. One place may bear several."),
    columns=(
        PlainColumn(STATION, stations, "station__code"),
        TOLD_NAME,
        PlainColumn(PROGRAMME, named(lambda _by: Programme.objects.all(), "name", "name_en", "code", is_small=True),
                    "programme__code"),
        PlainColumn(NUMBER),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
        PlainColumn(GRANTED_BY, units, "granted_by__code"),
    ),
    found_by=("station", "programme", "since"),
    refuse=refuse_unless_officer,
    check=_check_plates,
    touched=_mark,
    order=("station__code", "programme__code", "since"),
    most_rows=50_000,
).as_kind()  # fmt: skip

SPECIALS = PlainList(
    key="specials",
    model=SpecialStation,
    title=gettext_lazy("Special stations"),
    lead=gettext_lazy("Each row is a theme of a station of yours from a day on. Photos are chosen on its page."),
    columns=(
        PlainColumn(STATION, stations, "station__code"),
        TOLD_NAME,
        PlainColumn(THEME),
        PlainColumn(PARTNER, any_partner, "partner__code"),
        PlainColumn(DESCRIPTION),
        PlainColumn(SINCE),
        PlainColumn(UNTIL),
    ),
    found_by=("station", "theme", "since"),
    refuse=refuse_unless_officer,
    check=_refuse_closed,
    touched=_mark,
    order=("station__code", "since"),
).as_kind()
