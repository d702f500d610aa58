"""Codes and pinyin initials of stations."""

import re

import pytest

from stations.codes import new_code, read_code
from stations.models.stations import CODE_PATTERN
from stations.pinyin import initials, readings, spelled


def test_new_codes_are_crockford_and_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(CODE_PATTERN, code) for code in codes)


def test_a_taken_code_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([0, 1])
    monkeypatch.setattr("stations.codes.secrets.randbits", lambda _bits: next(numbers))
    assert new_code({"00000000"}) == "10000000"


@pytest.mark.parametrize("text", ["7K2M9QXA", "7k2m9qxa", " 7K2M-9QXA ", "7K2M 9QXA"])
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    assert read_code(text) == "7K2M9QXA"


def test_letters_that_look_like_digits_are_those_digits() -> None:
    assert read_code("OIL0il0o") == "01101100"


@pytest.mark.parametrize("text", ["", "7K2M9QX", "7K2M9QXAB", "7K2M9QXU", "站点编号一二三四"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no code"):
        read_code(text)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("济西支行劳动者港湾", "jxzhldzgw"),
        ("建行长清支行", "jhcqzh"),
        ("重庆路 24小时站（A座）", "cql24xszaz"),
        ("CCB Jinan", "ccbjinan"),
        ("站" * 120, "z" * 100),
    ],
)
def test_initials_are_the_first_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_is_spelled_out_without_its_spaces_and_signs() -> None:
    assert spelled("建行 济西支行（A座）") == "jianhangjixizhihangazuo"


@pytest.mark.parametrize(
    ("text", "letters"),
    [("jixizhihang", {"jxzh"}), ("xian", {"x", "xa"}), ("jxzh", set()), ("works", set()), ("", {""})],
)
def test_a_spelling_stands_for_initials(text: str, letters: set[str]) -> None:
    assert letters <= readings(text)
    assert bool(letters) == bool(readings(text))


def test_no_spelling_is_read_in_more_ways_than_a_search_can_ask_for() -> None:
    assert len(readings("xianxianxianxianxian")) == 8


def test_a_long_text_that_is_no_pinyin_is_given_up_without_trying_every_way() -> None:
    assert readings("an" * 50 + "b") == set()
