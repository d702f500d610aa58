"""The shell of the map, which any cache may keep."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings


@pytest.mark.django_db
def test_the_map_is_answered_without_a_query_a_session_or_a_cookie(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 200
    assert not response.cookies
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    assert {name.strip() for name in response["Vary"].split(",")} >= {"Cookie", "Accept-Language"}


@pytest.mark.django_db
def test_a_member_of_staff_gets_the_same_cacheable_shell(admin_client: Client) -> None:
    assert admin_client.get("/").content == Client().get("/").content


def test_without_javascript_the_form_leads_to_the_station_list(client: Client) -> None:
    page = client.get("/").content.decode()
    assert f'action="{reverse("stations")}"' in page
    assert f'href="{reverse("stations")}"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/stations/", "/activities/", "/wishes/", "/stories/", "/partners/"])
def test_a_shared_page_has_a_picture(client: Client, settings: Settings, address: str) -> None:
    settings.PUBLIC_URL = "https://harbor.example"
    page = client.get(address).text
    assert page.count('property="og:image"') == 1
    assert 'content="https://harbor.example/static/img/card' in page


def test_the_page_has_no_inline_script_or_style(client: Client) -> None:
    response = client.get("/")
    page = response.content.decode()
    assert "unsafe-" not in response["Content-Security-Policy"]
    assert "<style" not in page
    assert 'style="' not in page
    assert "onclick" not in page


def test_the_map_speaks_chinese_by_default_and_english_on_request(client: Client) -> None:
    assert 'lang="zh-hans"' in client.get("/").content.decode()
    assert 'lang="en"' in client.get("/", headers={"accept-language": "en"}).content.decode()
