"""A portal in production refuses to start half-configured, and says what is missing."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

COMPLETE = {
    "PORTAL_ENV": "production",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/harbor",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "Zm9yIHRoZSB0ZXN0cyBvbmx5LCBhbmQgbG9uZyBlbm91Z2ggdG8gYmUgc2FmZQ",
    "PERSONAL_DATA_KEYS": "b25seSBmb3IgdGhlIHRlc3RzLCAzMiBieXRlcyB5ZXM",
    "PUBLIC_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "BEHIND_PROXY": "1",
}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    """The outcome of `manage.py check --deploy` in a complete production environment with these changes."""
    environment = {name: os.environ[name] for name in ("PATH", "VAR_DIR")}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=environment | COMPLETE | changes,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_complete_configuration_passes_every_deployment_check() -> None:
    done = check()
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PERSONAL_DATA_KEYS"])
def test_it_refuses_to_start_without(name: str) -> None:
    done = check(**{name: ""})
    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"manage.py: {name} is required when PORTAL_ENV=production.")


def test_it_refuses_debug() -> None:
    done = check(DEBUG="1")
    assert done.returncode == 1
    assert "DEBUG must be off" in done.stderr


@pytest.mark.parametrize("key", ["short", "a" * 60])
def test_it_refuses_a_weak_key(key: str) -> None:
    done = check(SECRET_KEY=key)
    assert done.returncode == 1
    assert "SECRET_KEY is too weak" in done.stderr


def test_it_refuses_a_key_that_is_none_and_does_not_show_it() -> None:
    done = check(PERSONAL_DATA_KEYS="b25seSBmb3IgdGhlIHRlc3RzLCAzMiBieXRlcyB5ZXM,too-short")
    assert done.returncode == 1
    assert "PERSONAL_DATA_KEYS: key 2 is no key" in done.stderr
    assert "too-short" not in done.stderr


def test_a_value_that_cannot_be_read_is_refused_by_name() -> None:
    done = check(BEHIND_PROXY="perhaps")
    assert done.returncode == 1
    assert "BEHIND_PROXY must be one of" in done.stderr
