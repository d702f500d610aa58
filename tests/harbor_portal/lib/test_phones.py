"""The number to dial."""

import json
from pathlib import Path

import pytest

from harbor_portal.lib.phones import dialled

CASES = json.loads((Path(__file__).parents[2] / "data" / "phone_cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["phone"] or "nothing")
def test_the_first_number_is_dialled_and_nothing_else(case: dict[str, str]) -> None:
    assert dialled(case["phone"]) == case["number"]
