"""Colours that stay readable on paper."""

import pytest

from harbor_portal.portal.posters.colours import ENOUGH, contrast_to_white, on_paper


@pytest.mark.parametrize("colour", ["#0b4f9e", "#000000"])
def test_a_dark_colour_is_printed_as_it_is(colour: str) -> None:
    assert on_paper(colour) == colour


@pytest.mark.parametrize("colour", ["#ffffff", "#ffff00", "#f7b23b", "#7fdbff"])
def test_a_light_one_is_darkened_until_white_letters_can_be_read_on_it(colour: str) -> None:
    printed = on_paper(colour)
    assert printed != colour
    assert ENOUGH <= contrast_to_white([int(printed[place : place + 2], 16) for place in (1, 3, 5)]) < ENOUGH * 1.2


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_to_white([0, 0, 0]) == 21
    assert round(contrast_to_white([118, 118, 118]), 2) == 4.54
