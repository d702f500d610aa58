"""Divisions by the names that people use, and the union that looks after a station."""

import pytest

from stations.choices import DivisionLevel, UnitKind
from stations.models import Division
from stations.places import Gazetteer, lineage, supervisor_for
from stations.plausible import Reaches, in_china, look_swapped
from tests.factories import make_division, make_unit
from tests.stations.imports.conftest import city

__all__ = ["city"]


@pytest.fixture
def gazetteer(city: Division) -> Gazetteer:
    for code, name, level, parent in (
        ("320000", "江苏省", DivisionLevel.PROVINCE, None),
        ("320100", "南京市", DivisionLevel.CITY, "320000"),
        ("320106", "鼓楼区", DivisionLevel.DISTRICT, "320100"),
        ("410000", "河南省", DivisionLevel.PROVINCE, None),
        ("410200", "开封市", DivisionLevel.CITY, "410000"),
        ("410204", "鼓楼区", DivisionLevel.DISTRICT, "410200"),
        ("110000", "北京市", DivisionLevel.PROVINCE, None),
        ("110101", "东城区", DivisionLevel.DISTRICT, "110000"),
        ("310000", "上海市", DivisionLevel.PROVINCE, None),
        ("310115", "浦东新区", DivisionLevel.DISTRICT, "310000"),
        ("422800", "恩施土家族苗族自治州", DivisionLevel.CITY, None),
        ("422801", "恩施市", DivisionLevel.DISTRICT, "422800"),
        ("370115001", "旧区街道", DivisionLevel.TOWNSHIP, "370102"),
    ):
        Division.objects.create(code=code, name=name, level=level, parent_id=parent)
    return Gazetteer.load()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("370102", "370102"),
        ("370102000000", "370102"),
        ("370100", "370100"),
        ("370102004", "370102004"),
        ("370102004000", "370102004"),
        ("山东省济南市历下区", "370102"),
        ("山东省/济南市/历下区", "370102"),
        ("山东 济南 历下", "370102"),
        ("历下", "370102"),
        ("济南市中区", "370103"),
        ("济南市历下区泉城路街道", "370102004"),
        ("济南市历下区泉城路街道县西巷社区", "370102004"),
        ("北京市北京市东城区", "110101"),
        ("北京市市辖区东城区", "110101"),
        ("上海浦东", "310115"),
        ("南京鼓楼区", "320106"),
        ("恩施州恩施市", "422801"),
        ("济南市", "370100"),
    ],
)
def test_a_division_is_found_however_it_is_written(gazetteer: Gazetteer, text: str, code: str) -> None:
    gazetteer.load_townships([text])
    resolved = gazetteer.resolve(text)
    assert (resolved.place.code, resolved.warning) == (code, "")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("济南市高新区", "370100", "高新区"),
        ("济南经济技术开发区", "370100", "经济技术开发区"),
        ("历下区中央商务区管委会", "370102", "中央商务区管委会"),
        ("历下区天上街道", "370102", "天上街道"),
        ("370102999", "370102", "370102999"),
    ],
)
def test_what_is_no_division_falls_back_with_a_warning(gazetteer: Gazetteer, text: str, code: str, rest: str) -> None:
    resolved = gazetteer.resolve(text)
    assert resolved.place.code == code
    assert f"“{rest}”" in resolved.warning


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("火星", "no division of this name"),
        ("高新区", "no division of this name"),
        ("379999", "no division with this code"),
        ("鼓楼区", "Several divisions are called so: 江苏省/南京市/鼓楼区, 河南省/开封市/鼓楼区"),
    ],
)
def test_what_cannot_be_found_is_an_error(gazetteer: Gazetteer, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        gazetteer.resolve(text)


def test_home_decides_between_namesakes_and_gives_a_zone_its_city(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("鼓楼区", home="410200").place.code == "410204"
    assert gazetteer.resolve("高新区", home="370102").place.code == "370100"
    assert gazetteer.resolve("高新区", home="110000").place.code == "110000"


def test_an_address_names_its_city_or_district(gazetteer: Gazetteer) -> None:
    place = gazetteer.in_address("济南市历下区泉城路1号")
    assert place is not None
    assert place.code == "370102"
    assert gazetteer.in_address("泉城路1号") is None
    assert gazetteer.in_address("山东省泉城路") is None


def test_loading_takes_two_queries(city: Division, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        Gazetteer.load().load_townships(["历下区泉城路街道", "370102004", "历下区", "历下区泉城路街道"])


def test_the_lineage_of_a_township_is_read_from_its_code() -> None:
    assert lineage("370102004") == ["370102004", "370102", "370100", "370000"]
    assert lineage("370000") == ["370000"]


def test_the_supervisor_is_the_nearest_and_highest_union(city: Division) -> None:
    province = make_unit("山东省总工会", kind=UnitKind.UNION, division_id="370000")
    union = make_unit("济南市总工会", province, kind=UnitKind.UNION, division=city)
    make_unit("济南市快递工会", union, kind=UnitKind.UNION, division=city)
    make_unit("济南银行", kind=UnitKind.BANK, division=make_division())
    assert supervisor_for(make_division()) == union
    assert supervisor_for(Division.objects.get(code="370000")) == province


def test_without_any_union_there_is_no_supervisor(city: Division) -> None:
    assert supervisor_for(make_division()) is None


# Whether coordinates can belong to a division.


def test_a_place_in_its_district_is_fine_and_one_in_the_sea_is_not(gazetteer: Gazetteer) -> None:
    reaches = Reaches(gazetteer)
    district = gazetteer.by_code["370102"]
    assert reaches.judge(district, 117.02, 36.66).verdict == "fine"
    assert reaches.judge(district, 117.45, 36.66).verdict == "far"
    far = reaches.judge(district, 122.5, 35.0)
    assert far.verdict == "too_far"
    assert far.metres == pytest.approx(523_000, rel=0.01)


def test_a_city_reaches_as_far_as_its_districts(gazetteer: Gazetteer) -> None:
    reaches = Reaches(gazetteer)
    city_reach, district_reach = (reaches.reach_m(gazetteer.by_code[code]) for code in ("370100", "370104"))
    assert city_reach > district_reach >= 40_000


def test_a_township_is_judged_by_its_district(gazetteer: Gazetteer) -> None:
    gazetteer.load_townships(["370102004"])
    reaches = Reaches(gazetteer)
    assert reaches.judge(gazetteer.by_code["370102004"], 122.5, 35.0).verdict == "too_far"


def test_a_division_without_a_known_centre_is_not_judged(gazetteer: Gazetteer) -> None:
    assert Reaches(gazetteer).judge(gazetteer.by_code["320106"], 122.5, 35.0).verdict == "fine"


def test_a_lonely_district_reaches_far(db: None) -> None:
    district = make_division()
    gazetteer = Gazetteer.load()
    assert Reaches(gazetteer).judge(gazetteer.by_code[district.code], 110, 30).verdict == "fine"


def test_the_nearest_district_is_found(gazetteer: Gazetteer) -> None:
    nearest = Reaches(gazetteer).nearest(117.2, 36.6)
    assert nearest is not None
    assert nearest.name == "历城区"


def test_without_divisions_nothing_is_near(db: None) -> None:
    assert Reaches(Gazetteer.load()).nearest(117.2, 36.6) is None


@pytest.mark.parametrize(
    ("place", "inside", "swapped"),
    [
        ((117.0, 36.6), True, False),
        ((36.6, 117.0), False, True),
        ((0.0, 0.0), False, False),
        ((-74, 40.7), False, False),
    ],
)
def test_swapped_and_foreign_coordinates_are_told_apart(
    place: tuple[float, float], inside: bool, swapped: bool
) -> None:
    assert (in_china(*place), look_swapped(*place)) == (inside, swapped)
