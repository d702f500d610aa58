"""Checks the Chinese: every text is translated, nothing is left over, and the compiled file is fresh (`make check`)."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

FOLDER = Path("locale/zh_Hans/LC_MESSAGES")
IGNORED = ("var", ".venv", "benchmarks", "tests")
COLLECT = ["makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", *(f"--ignore={name}" for name in IGNORED)]

Key = tuple[str, str | None]


def problems() -> Iterator[str]:
    source = FOLDER / "django.po"
    committed = source.read_bytes()
    kept = polib.pofile(str(source), encoding="utf-8")
    try:
        subprocess.run([sys.executable, "manage.py", *COLLECT], check=True, capture_output=True)
        wanted = polib.pofile(str(source), encoding="utf-8")
    finally:
        source.write_bytes(committed)
    live = [entry for entry in wanted if not entry.obsolete]
    yield from (f"not translated: {entry.msgid!r}" for entry in live if not entry.translated())
    keys = {_key(entry) for entry in live}
    yield from (f"nobody says this any more: {entry.msgid!r}" for entry in kept if _key(entry) not in keys)
    compiled = polib.mofile(str(FOLDER / "django.mo"), encoding="utf-8")
    if _texts(compiled) != _texts(kept):
        yield "django.mo is not made of django.po"


def _key(entry: polib._BaseEntry) -> Key:
    return entry.msgid, entry.msgctxt


def _texts(entries: list[polib.POEntry] | list[polib.MOEntry]) -> dict[Key, object]:
    return {_key(entry): entry.msgstr_plural or entry.msgstr for entry in entries if not entry.obsolete}


if __name__ == "__main__":
    found = list(problems())
    for problem in found:
        print(problem)  # noqa: T201
    if found:
        sys.exit("Run `make messages`, translate what is new in locale/, and run it again.")
