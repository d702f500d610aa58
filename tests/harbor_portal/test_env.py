"""What the environment says is read as what it should be, or refused by name."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from harbor_portal import env


def test_a_place_is_latitude_and_longitude(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.place("MAP_CENTRE", (36.65, 117.0)) == (36.65, 117.0)
    monkeypatch.setenv("MAP_CENTRE", "31.23, 121.47")
    assert env.place("MAP_CENTRE", (36.65, 117.0)) == (31.23, 121.47)


@pytest.mark.parametrize("text", ["Jinan", "36.65", "117.0,36.65", "36.65,117.0,12"])
def test_what_is_no_place_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MAP_CENTRE", text)
    with pytest.raises(ImproperlyConfigured, match="MAP_CENTRE"):
        env.place("MAP_CENTRE", (36.65, 117.0))
