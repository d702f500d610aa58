"""Whether every text of the portal has its Chinese, and the compiled catalogue is the one that the tree says."""

import os
import shutil
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SOURCES = ("harbor_portal", "stations", "partners", "services", "reports", "templates")
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")


class Command(BaseCommand):
    help = "Refuse texts without Chinese, texts that are gone, and a compiled catalogue that is not up to date."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = settings.BASE_DIR / CATALOGUE
        if not catalogue.exists():
            raise CommandError(f"{CATALOGUE} is missing. Run make messages.")
        with TemporaryDirectory() as folder:
            extracted = extract(Path(folder))
            wrong = {
                "without Chinese": messages(extracted, "--untranslated"),
                "uncertain (fuzzy)": messages(extracted, "--only-fuzzy"),
                "no longer used": messages(extracted, "--only-obsolete"),
            }
            compiled = Path(folder) / "fresh.mo"
            tool("msgfmt", "--check", "-o", compiled, catalogue)
            is_stale = not same(compiled, catalogue.with_suffix(".mo"))
        for title, found in wrong.items():
            for message in found:
                self.stderr.write(f"{title}: {message}")
        if is_stale:
            self.stderr.write("the compiled catalogue is not up to date")
        if is_stale or any(wrong.values()):
            raise CommandError(f"{CATALOGUE} is not complete. Run make messages and fill in what is missing.")


def extract(folder: Path) -> Path:
    """The catalogue as it would be after extracting anew, made in a copy of the sources."""
    for source in (*SOURCES, "locale"):
        shutil.copytree(settings.BASE_DIR / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
    tool(sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", folder=folder)
    return folder / CATALOGUE


def messages(catalogue: Path, kind: str) -> list[str]:
    """The texts of one kind, each on a line."""
    text = tool("msgattrib", kind, "--no-wrap", catalogue)
    return [line.lstrip("#~ ") for line in text.splitlines() if "msgid " in line and not line.endswith('msgid ""')]


def same(one: Path, other: Path) -> bool:
    return other.exists() and _texts(one) == _texts(other)


def _texts(compiled: Path) -> dict[Any, str]:
    with compiled.open("rb") as file:
        catalogue: dict[Any, str] = vars(GNUTranslations(file))["_catalog"]
    return catalogue


def tool(*command: str | Path, folder: Path | None = None) -> str:
    """Run a tool of GNU gettext, which the checks bring along in a package."""
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.defpath}"
    done = subprocess.run(  # noqa: S603 - our words
        command, cwd=folder, env={"PATH": path, "LANG": "C.UTF-8"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout
