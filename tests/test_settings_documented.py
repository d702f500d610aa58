"""Whoever runs the portal finds every setting in `.env.example`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

COMPOSE_ONLY = {"POSTGRES_PASSWORD"}


def settings_read() -> Iterator[str]:
    """The names that the code asks `env` for."""
    for path in (Path(settings.BASE_DIR) / "harbor_portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="env")), args=[ast.Constant(value=str() as name), *_]
                ):
                    yield name


def settings_documented() -> set[str]:
    example = (settings.BASE_DIR / ".env.example").read_text()
    return set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_every_setting_that_is_read_is_documented() -> None:
    assert settings_documented() == set(settings_read()) | COMPOSE_ONLY


def test_the_environment_is_read_in_one_place_only() -> None:
    readers = [
        path.name
        for app in ("harbor_portal", "stations", "partners", "services", "reports")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text())
    ]
    assert readers == ["env.py"]
