"""What people see when something is not there or went wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override


@pytest.mark.django_db
def test_a_page_that_is_not_there_shows_the_way_on(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'href="/stations/"' in response.content.decode()


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "500.html"])
def test_error_pages_need_neither_a_request_nor_a_database(template: str) -> None:
    with override("en"):
        assert "Open the map" in render_to_string(template)
