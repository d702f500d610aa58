"""No line of the log tells a key or a receipt."""

import io
import logging
import logging.config
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from gunicorn.config import Config

from harbor_portal import web

KEY = "k3y-Secret"
PATHS = ["agreements", "feedback", "wishes/came-true", "activities/sign-up"]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the console reads, of requests that fail."""
    line: dict[str, Any] = settings.LOGGING["formatters"]["line"]  # type: ignore[index]  # a setting has no type
    config = logging.config.DictConfigurator(settings.LOGGING)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(config.configure_formatter(dict(line)))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        yield stream
    finally:
        logger.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_a_request_that_fails_is_logged_without_its_key(path: str, written: io.StringIO) -> None:
    assert Client().get(f"/{path}/{KEY}/").status_code == 404
    assert f"/{path}/…/" in written.getvalue()
    assert KEY not in written.getvalue()


def test_a_page_of_the_office_is_logged_as_it_is(written: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/admin/services/feedback/12/change/")
    assert "/feedback/12/change/" in written.getvalue()


def test_an_invitation_is_logged_without_its_key(written: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", f"/admin/welcome/MTI/{KEY}/")
    assert "/admin/welcome/MTI/…/" in written.getvalue()


@pytest.mark.parametrize("path", [*PATHS, "admin/welcome/MTI"])
def test_what_the_servers_before_django_say_of_a_request_holds_no_key(path: str, capsys: Any) -> None:
    config = Config()
    config.set("logger_class", web.logger_class)
    log = config.logger_class(config)
    try:
        log.error("Error handling request %s", f"/{path}/{KEY}/")
    finally:
        log.error_log.handlers.clear()
    said = capsys.readouterr().err
    assert (f"/{path}/…/" in said, KEY in said, "[ERROR]" in said) == (True, False, True)
    # RE2, as Caddy has it, and Python read this pattern alike.
    line = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text().split("request>uri regexp")[1].splitlines()[0]
    pattern, replacement = line.split("`")[1], line.split("`")[3].replace("$1", r"\1")
    assert re.sub(pattern, replacement, f"/{path}/{KEY}/?next=1") == f"/{path}/…/?next=1"
