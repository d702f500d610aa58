"""The real organisations of the demo, in the trees in which they stand; what they run here is fictional."""

from harbor_portal.demo.scale_units import short
from harbor_portal.demo.units import UnitTree
from partners.models import Programme
from stations.choices import UnitKind
from stations.models import Division, Unit

SHANDONG, JINAN, ANHUI, HUAINAN, DATONG, SHANGHAI = "370000", "370100", "340000", "340400", "340402", "310000"
SUB_BRANCHES = ("370102", "370103", "370104", "370105", "370112")
ICBC_CITIES = ("370100", "370200", "370300", "370600", "370700", "371300")
OWNERS = {
    "union_station": "ACFTU",
    "ccb_harbor": "CCB",
    "icbc_station": "ICBC",
    "little_bee": "ICBC-370000",
    "srcb_home": "SRCB",
    "new_worker": "U310000",
}


def grow_units() -> dict[str, Unit]:
    """Load the units; by code. Unions bear U and the code of their division, branches that of the bank before it."""
    tree = UnitTree()
    places = {place.code: place for place in Division.objects.exclude(level="township")}
    cities = [place for place in places.values() if place.parent_id == SHANDONG]
    _grow_banks(tree, places, cities)
    _grow_unions(tree, places)
    telecom = tree.add("CTC", "中国电信", kind=UnitKind.ENTERPRISE)
    tree.add("CTC-370000", "山东分公司", telecom, division=places[SHANDONG])
    sinopec = tree.add("SINOPEC", "中国石化", kind=UnitKind.ENTERPRISE)
    tree.add("SINOPEC-370000", "山东石油分公司", sinopec, division=places[SHANDONG])
    tree.add("CG-370100", "济南市城市管理局", kind=UnitKind.GOVERNMENT, division=places[JINAN])
    tree.add("CG-340402", "淮南市大通区城市管理局", kind=UnitKind.GOVERNMENT, division=places[DATONG])
    tree.load()
    return tree.units


def _grow_banks(tree: UnitTree, places: dict[str, Division], cities: list[Division]) -> None:
    ccb = tree.add("CCB", "中国建设银行", kind=UnitKind.BANK, short_name="建行")
    ccb_shandong = tree.add("CCB-370000", "山东省分行", ccb, division=places[SHANDONG])
    for city in cities:
        branch = tree.add(f"CCB-{city.code}", f"{short(city.name)}分行", ccb_shandong, division=city)
        if city.code == JINAN:
            for code in SUB_BRANCHES:
                name = places[code].name.removesuffix("区")
                tree.add(f"CCB-{code}", f"{name}支行", branch, division=places[code])
    icbc = tree.add("ICBC", "中国工商银行", kind=UnitKind.BANK, short_name="工行")
    icbc_shandong = tree.add("ICBC-370000", "山东省分行", icbc, division=places[SHANDONG])
    for code in ICBC_CITIES:
        tree.add(f"ICBC-{code}", f"{short(places[code].name)}分行", icbc_shandong, division=places[code])
    srcb = tree.add("SRCB", "上海农商银行", kind=UnitKind.BANK, short_name="沪农商行", division=places[SHANGHAI])
    for place in places.values():
        if place.parent_id == SHANGHAI:
            tree.add(f"SRCB-{place.code}", f"{place.name.removesuffix('区')}支行", srcb, division=place)


def _grow_unions(tree: UnitTree, places: dict[str, Division]) -> None:
    """The national federation, and below it a union of each place in Shandong and Shanghai and on the way to 大通区."""
    head = tree.add("ACFTU", "中华全国总工会", kind=UnitKind.UNION)
    for place in places.values():
        if place.code[:2] in {"37", "31"} or place.code in {ANHUI, HUAINAN, DATONG}:
            above = tree.units.get(f"U{place.parent_id}", head)
            tree.add(f"U{place.code}", f"{place.name}总工会", above, division=place)


def name_owners(units: dict[str, Unit]) -> None:
    """Say whose the programmes are, where nobody has said so."""
    for programme in Programme.objects.filter(code__in=OWNERS, owner=None):
        programme.owner = units[OWNERS[programme.code]]
        programme.save()
