"""No line of the log tells a key or a receipt."""

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

KEY = "k3y-Secret"


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
@pytest.mark.parametrize("path", ["agreements", "feedback", "wishes/came-true", "activities/sign-up"])
def test_a_request_that_fails_is_logged_without_its_key(path: str, written: io.StringIO) -> None:
    assert Client().get(f"/{path}/{KEY}/").status_code == 404
    assert f"/{path}/…/" in written.getvalue()
    assert KEY not in written.getvalue()


def test_a_page_of_the_office_is_logged_as_it_is(written: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", "/admin/services/feedback/12/change/")
    assert "/feedback/12/change/" in written.getvalue()
