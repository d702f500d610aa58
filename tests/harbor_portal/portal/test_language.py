"""Changing the language."""

import pytest
from django.test import Client


def test_the_language_is_remembered_and_the_visitor_returns_to_where_she_was(client: Client) -> None:
    response = client.get("/language/en/?next=/stations/%3Fq%3D%E6%B3%89")
    assert response.status_code == 302
    assert response["Location"] == "/stations/?q=%E6%B3%89"
    assert 'lang="en"' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(client: Client, target: str) -> None:
    assert client.get("/language/en/", {"next": target})["Location"] == "/"


@pytest.mark.django_db
def test_a_language_that_the_portal_does_not_speak_is_not_found(client: Client) -> None:
    assert client.get("/language/xx/").status_code == 404
