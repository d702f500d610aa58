"""Figures as the reports write them."""

import pytest

from harbor_portal.templatetags.figures import grouped


@pytest.mark.parametrize(("value", "shown"), [(47_777, "47,777"), (0, "0"), ("—", "—"), (None, None)])
def test_numbers_are_grouped_and_the_rest_stays(value: object, shown: object) -> None:
    assert grouped(value) == shown
