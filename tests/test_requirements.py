"""Every machine installs the same versions."""

import re
from collections.abc import Iterable
from importlib.metadata import distribution

from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def pinned() -> dict[str, str]:
    lines = (settings.BASE_DIR / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def direct(*files: str) -> list[Requirement]:
    lines = [line for file in files for line in (settings.BASE_DIR / file).read_text().splitlines()]
    return [Requirement(line) for line in lines if re.match(r"\w", line)]


def needed(requirements: Iterable[Requirement]) -> set[str]:
    """The names of these packages and of all that they need in turn, here and now."""
    seen: dict[str, set[str]] = {}
    left = list(requirements)
    while left:
        one = left.pop()
        name = canonicalize_name(one.name)
        if name in seen and one.extras <= seen[name]:
            continue
        seen.setdefault(name, set()).update(one.extras)
        further = [Requirement(text) for text in distribution(name).requires or []]
        left += [next_one for next_one in further if applies(next_one, one.extras)]
    return set(seen)


def applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def test_what_is_asked_for_is_what_is_pinned() -> None:
    pins = pinned()
    for requirement in direct("requirements.txt", "requirements-dev.txt"):
        assert str(requirement.specifier) == f"=={pins[canonicalize_name(requirement.name)]}"


def test_everything_needed_in_turn_is_pinned_and_nothing_else() -> None:
    assert set(pinned()) == needed(direct("requirements.txt", "requirements-dev.txt"))


def test_pins_name_versions_and_no_addresses() -> None:
    text = "".join((settings.BASE_DIR / name).read_text() for name in ("requirements.txt", "constraints.txt"))
    assert not re.search(r"://|--index|--find-links| @ ", text)
