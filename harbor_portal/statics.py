"""Collecting the static files only when they changed: with hashing and compression it takes half a minute."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from harbor_portal import lib


def fingerprint() -> str:
    """What the collected files depend on: name, size and age of every source, and how they are joined and stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for name in ("bundles.py", "static_storage.py"):
        digest.update((Path(lib.__path__[0]) / name).read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            entry = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{entry.st_size}\0{entry.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def collect_when_changed() -> bool:
    """Collect unless nothing changed since the last time; whether it was done."""
    record = settings.VAR_DIR / "static.fingerprint"
    now = fingerprint()
    if settings.STATIC_ROOT.exists() and record.exists() and record.read_text() == now:
        return False
    record.unlink(missing_ok=True)  # an interrupted collection must not pass for a whole one
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    record.write_text(now)
    return True
