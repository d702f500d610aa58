"""The column that lists what a station offers, such as 饮水机、卫生间(询问工作人员)、Wi-Fi."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import insert_rows, next_ids, record_before, record_history, update_rows
from stations.choices import Access, Health
from stations.imports.columns import ImportColumn
from stations.imports.words import example_words, folded, words_of
from stations.models import Amenity, StationAmenity, User

State = dict[int, str]
"""Amenity id → access."""

DIVIDERS = re.compile(r"[、,，;；|\n]+")
ITEM = re.compile(r"(?P<name>[^:：(（]+?)\s*(?:[:：]\s*(?P<access>[^:：()（）]+)|[(（]\s*(?P<told>[^()（）]*)[)）])?")

USUAL = {
    "water": "饮水 饮用水 直饮水 冷热饮水",
    "hot_water": "开水 热水器 饮用热水",
    "seating": "桌椅 座椅 休息座椅 休息区 沙发",
    "charging": "充电 手机充电设备 充电设备 充电器 手机充电器",
    "socket": "插座 插线板",
    "wifi": "wifi 无线网络 无线网 免费wifi 无线上网",
    "air_conditioning": "空调 冷暖设备 冷暖空调",
    "microwave": "微波炉加热 加热 饭菜加热",
    "fridge": "冰箱 冰柜 爱心冰柜",
    "reading": "图书 书报 报刊 阅读 书籍 图书角 报刊杂志",
    "toilet": "厕所 洗手间 公厕 如厕",
    "rain_gear": "雨伞 雨衣 爱心雨伞",
    "first_aid": "医药箱 急救药箱 药箱 急救包",
    "medicine": "药品 常用药 应急药 防暑药品",
    "tools": "工具 维修工具 针线包",
    "pump": "打气",
    "ramp": "坡道 无障碍通道",
    "accessible_toilet": "无障碍厕所",
    "nursing_room": "哺乳室 母婴间",
    "locker": "储物 寄存",
    "power_bank": "共享充电宝",
    "screen": "电视 电子屏",
}
"""Further words by which people name the amenities of the catalogue."""


AMENITIES = ImportColumn(
    "amenities",
    gettext_lazy("Amenities"),
    ("设施", "服务设施", "服务项目", "设施设备", "配套设施", "配置设施", "amenities", "facilities"),
    gettext_lazy("Names or codes, divided by 、 or commas; how to get at one in brackets: %(choices)s."),
    "饮水机、休息桌椅、Wi-Fi、卫生间(询问工作人员)",
    width=40,
    choices=Access,
)


class AmenityRows:
    """Amenities listed in a cell are set; those not listed stay as they are, and nothing is ever removed."""

    column = AMENITIES
    model = StationAmenity

    def reader(self) -> Callable[[str], State]:
        names = _names()
        access_words = words_of(Access)

        @cache
        def item_of(item: str) -> tuple[int, str]:
            return _item(item, names, access_words)

        def read(text: str) -> State:
            state: State = {}
            for item in filter(None, (part.strip() for part in DIVIDERS.split(text))):
                pk, access = item_of(item)
                if state.setdefault(pk, access) != access:
                    raise ValueError(_("“%(item)s” stands here twice with different access.") % {"item": item})
            return state

        return read

    def writer(self) -> Callable[[State], str]:
        names = _names()
        access_words = words_of(Access)
        amenities = list(Amenity.objects.all())
        told = {access.value: _understood(str(access.label), access.value, access_words) for access in Access}
        words = {amenity.pk: _word(amenity, names) for amenity in amenities}

        def write(state: State) -> str:
            return _divider().join(
                words[amenity.pk] if access == Access.OPEN else f"{words[amenity.pk]}:{told[access]}"
                for amenity in amenities
                if (access := state.get(amenity.pk))
            )

        return write

    def current(self, station_ids: Iterable[int]) -> dict[int, State]:
        states: dict[int, State] = {}
        rows = StationAmenity.objects.filter(station__in=station_ids).values_list("station", "amenity", "access")
        for station, amenity, access in rows:
            states.setdefault(station, {})[amenity] = access
        return states

    def merged(self, current: State | None, given: State) -> State:
        return (current or {}) | given

    def write(self, values: dict[int, State], *, by: User, reason: str) -> None:
        existing = {
            (station, amenity): (pk, access)
            for pk, station, amenity, access in StationAmenity.objects.filter(station__in=values).values_list(
                "pk", "station", "amenity", "access"
            )
        }
        wanted = [(station, amenity, access) for station, state in values.items() for amenity, access in state.items()]
        new = [row for row in wanted if row[:2] not in existing]
        changed = [
            (existing[row[:2]][0], row[2]) for row in wanted if row[:2] in existing and existing[row[:2]][1] != row[2]
        ]
        ids = next_ids(StationAmenity, len(new))
        insert_rows(
            StationAmenity,
            ("id", "station_id", "amenity_id", "access", "health", "note"),
            ((pk, *row, Health.OK.value, "") for pk, row in zip(ids, new, strict=True)),
        )
        record_before(StationAmenity, [pk for pk, _access in changed])
        update_rows(StationAmenity, ("access",), changed)
        record_history(StationAmenity, ids, kind="+", by_id=by.pk, reason=reason)
        record_history(StationAmenity, [pk for pk, _access in changed], kind="~", by_id=by.pk, reason=reason)


def _names() -> dict[str, int]:
    """Every word for every amenity of the catalogue. One query."""
    names: dict[str, int] = {}
    amenities = list(Amenity.objects.all())
    for amenity in amenities:
        for word in USUAL.get(amenity.code, "").split():
            names[folded(word)] = amenity.pk
    for amenity in amenities:
        for word in (*amenity.name.split("/"), amenity.name, amenity.name_en, amenity.code):
            names[folded(word)] = amenity.pk
    return names


def _word(amenity: Amenity, names: dict[str, int]) -> str:
    """Its name where that is read as this amenity, else its code."""
    name = str(amenity)
    match = ITEM.fullmatch(name) if not DIVIDERS.search(name) else None
    return name if match and match["name"] == name and names.get(folded(name)) == amenity.pk else amenity.code


def _understood(label: str, code: str, words: Mapping[str, str]) -> str:
    return label if not DIVIDERS.search(label) and words.get(folded(label)) == code else code


def _divider() -> str:
    return "、" if get_language() == "zh-hans" else ", "


def _item(item: str, names: dict[str, int], access_words: dict[str, str]) -> tuple[int, str]:
    """One amenity and its access (open unless said otherwise)."""
    match = ITEM.fullmatch(item)
    pk = names.get(folded(match["name"])) if match else None
    if match is None or pk is None:
        raise ValueError(
            _("“%(item)s” is no amenity of the catalogue. Write names or codes from the guide sheet, divided by 、.")
            % {"item": item}
        )
    told = match["access"] or match["told"]
    if not told:
        return pk, Access.OPEN.value
    access = access_words.get(folded(told))
    if access is None:
        raise ValueError(
            _("“%(told)s” does not say how to get at it. Write one of: %(words)s.")
            % {"told": told, "words": example_words(Access)}
        )
    return pk, access
