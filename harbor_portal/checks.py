"""System checks of our own settings: what a deployment gets wrong, each with an id and what to do about it."""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

LOCAL = {"127.0.0.1", "localhost", "[::1]"}


@checks.register(checks.Tags.files)
def check_folders(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """The portal must be able to write below VAR_DIR."""
    existing = next(folder for folder in (settings.VAR_DIR, *settings.VAR_DIR.parents) if folder.exists())
    if os.access(existing, os.W_OK | os.X_OK):
        return []
    return [
        checks.Error(
            f"{existing} cannot be written to.",
            hint="Start the portal as the owner of that folder, or give VAR_DIR another one.",
            id="portal.E001",
        )
    ]


@checks.register(checks.Tags.urls)
def check_public_url(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """Links and QR codes are printed, so that a wrong address cannot be taken back."""
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        return [
            checks.Error(
                f"PUBLIC_URL must be a scheme and a host, with nothing behind; it is {settings.PUBLIC_URL!r}.",
                hint="For example PUBLIC_URL=https://portal.example",
                id="portal.E002",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def check_public_address(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """A public portal is reached by https, under its own name."""
    parts = urlsplit(settings.PUBLIC_URL)
    found: list[checks.CheckMessage] = []
    if parts.scheme != "https":
        found.append(
            checks.Warning(
                f"PUBLIC_URL is {settings.PUBLIC_URL!r}: links and QR codes would lead to an unencrypted page.",
                hint="Give it the https address.",
                id="portal.W001",
            )
        )
    if parts.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        found.append(
            checks.Warning(
                f"{parts.hostname}, the host of PUBLIC_URL, is not among ALLOWED_HOSTS: the portal would refuse it.",
                hint="Add it to ALLOWED_HOSTS.",
                id="portal.W002",
            )
        )
    if settings.SECURE_SSL_REDIRECT and not settings.BEHIND_PROXY:
        found.append(
            checks.Warning(
                "Every request is redirected to https, but no proxy is said to end TLS: that would never end.",
                hint="Set BEHIND_PROXY=1 when your proxy sets X-Forwarded-Proto.",
                id="portal.W003",
            )
        )
    return found
