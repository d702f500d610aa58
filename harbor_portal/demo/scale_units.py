"""The units of the large world: banks and firms by province and city, unions down to the district."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from harbor_portal.demo.units import UnitTree
from stations.choices import DivisionLevel, HostKind, UnitKind
from stations.models import Division, Unit


class Bank(NamedTuple):
    name: str
    short: str
    programme: str
    plate: str


BANKS = {
    "ccb": Bank("中国建设银行", "建行", "ccb_harbor", "劳动者港湾"),
    "icbc": Bank("中国工商银行", "工行", "icbc_station", "工行驿站"),
    "abc": Bank("中国农业银行", "农行", "abc_warm", "农情暖域"),
    "boc": Bank("中国银行", "中行", "boc_station", "中银公益驿站"),
    "psbc": Bank("中国邮政储蓄银行", "邮储", "postal_love", "邮爱驿站"),
}
FIRMS = {
    HostKind.FUEL_STATION: ("sinopec", "中国石化"),
    HostKind.TELECOM_HALL: ("telecom", "中国电信"),
}
SHORT_ENDS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州", "地区", "省", "市", "盟")


@dataclass(frozen=True)
class Operators:
    """The ids of the units by bank or firm and by division; `unions` by division alone."""

    branches: dict[tuple[str, str], int]
    unions: dict[str, int]


def grow_units() -> Operators:
    """Head offices, a branch of each in every province and city, and a union in every division down to districts."""
    tree = UnitTree()
    divisions = list(Division.objects.exclude(level=DivisionLevel.TOWNSHIP).order_by("code"))
    heads = {code: tree.add(f"X-{code}", bank.name, kind=UnitKind.BANK) for code, bank in BANKS.items()}
    heads |= {code: tree.add(f"X-{code}", name, kind=UnitKind.ENTERPRISE) for code, name in FIRMS.values()}
    branches = {(code, place): pk for code, head in heads.items() for place, pk in _branches(tree, head, divisions)}
    unions = _add_unions(tree, divisions)
    tree.load()
    return Operators(branches, unions)


def _branches(tree: UnitTree, head: Unit, divisions: list[Division]) -> Iterator[tuple[str, int]]:
    """Grow a branch in each province and city; gives the division's code and the branch's id."""
    for division in divisions:
        if division.level in {DivisionLevel.PROVINCE, DivisionLevel.CITY}:
            above = tree.units.get(f"{head.code}-{division.parent_id}", head)
            branch = tree.add(
                f"{head.code}-{division.code}", f"{short(division.name)}分行", above, division_id=division.code
            )
            yield division.code, branch.pk


def _add_unions(tree: UnitTree, divisions: list[Division]) -> dict[str, int]:
    head = tree.add("X-UNION", "中华全国总工会", kind=UnitKind.UNION)
    ids = {}
    for division in divisions:
        above = tree.units.get(f"X-UNION-{division.parent_id}", head)
        unit = tree.add(f"X-UNION-{division.code}", f"{division.name}总工会", above, division_id=division.code)
        ids[division.code] = unit.pk
    return ids


def short(name: str) -> str:
    """济南市 is 济南, 内蒙古自治区 is 内蒙古."""
    for end in SHORT_ENDS:
        if name.endswith(end) and len(name) > len(end) + 1:
            return name.removesuffix(end)
    return name
