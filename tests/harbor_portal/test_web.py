"""The settings under which gunicorn serves the portal."""

import gc
import sys

import pytest
from django.conf import settings

from harbor_portal import web


def test_what_all_workers_share_is_imported_and_kept_from_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("collected"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("kept"))
    web.when_ready(None)
    assert done == ["collected", "kept"]
    assert settings.ROOT_URLCONF in sys.modules
