"""What load balancers and containers ask."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from harbor_portal.portal import health


def test_a_living_process_says_so_without_the_database_and_under_any_host(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_whoever_reaches_the_database_is_ready(client: Client, db: None) -> None:
    assert client.get("/healthz/ready").status_code == 200


def test_without_the_database_it_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> Any:
            raise OperationalError

    monkeypatch.setattr(health, "connection", Away())
    assert client.get("/healthz/ready").status_code == 503
