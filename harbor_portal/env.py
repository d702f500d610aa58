"""Typed readers for the environment: a bad value is refused by name, never guessed around."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_language

from harbor_portal.lib.sealed import sealing_key

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
SHORT_NAMES = {"zh-hans": "中文"}
"""Of languages whose own name says more than a reader needs here."""


def text(name: str, default: str = "") -> str:
    """The value; one that is left blank, as in a copied example file, is as good as none."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be one of 1, 0, true, false, yes, no, on, off; got {value!r}.")


def number(name: str, default: T, parse: Callable[[str], T]) -> T:
    value = text(name)
    if not value:
        return default
    try:
        return parse(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a number; got {value!r}.") from error


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value in allowed:
        return value
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}; got {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


@dataclass(frozen=True)
class MailServer:
    """`security`: "" (plain), "tls" (begins plain and then encrypts) or "ssl" (encrypted from the beginning)."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    security: str = ""


def mail_server(name: str) -> MailServer:
    """Of an address such as smtps://user:password@host:465; without a host if there is none. A bad one is not shown."""
    value = text(name)
    if not value:
        return MailServer()
    kinds = {"smtp": ("", 25), "smtp+tls": ("tls", 587), "smtps": ("ssl", 465)}
    parts = urlsplit(value)
    if parts.scheme not in kinds or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be smtp://, smtp+tls:// or smtps:// with a host.")
    security, port = kinds[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or port, user, password, security)


def sealing_keys(name: str) -> list[str]:
    """A comma-separated list of keys of 32 bytes in URL-safe base 64; a bad one is not shown."""
    keys = words(name)
    for number, key in enumerate(keys, start=1):
        try:
            sealing_key(key)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: key {number} is no key: {error}.") from error
    return keys


def place(name: str, default: tuple[float, float]) -> tuple[float, float]:
    """Latitude and longitude in degrees, "36.65,117.0"."""
    value = text(name)
    if not value:
        return default
    try:
        latitude, longitude = map(float, value.split(","))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is written like 36.65,117.0; got {value!r}.") from error
    if not (abs(latitude) <= 85 and abs(longitude) <= 180):
        raise ImproperlyConfigured(f"{name} is no place on the map: latitude comes first; got {value!r}.")
    return latitude, longitude


def languages(locale: Path) -> list[tuple[str, str]]:
    """Code and own name of each language that has compiled translations there, and of English, the source of all."""
    compiled = sorted(locale.glob("*/LC_MESSAGES/django.mo"), reverse=True)
    codes = [*(to_language(file.parts[-3]) for file in compiled), "en"]
    return [(code, SHORT_NAMES.get(code) or LANG_INFO[code]["name_local"]) for code in dict.fromkeys(codes)]
