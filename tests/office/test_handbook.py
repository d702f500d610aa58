"""The handbook in the back office, and the three steps of the first visit."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from harbor_portal.desk.handbook import CHAPTERS, FOLDER, chapter_of
from stations.models import User
from tests.conftest import World

HANDBOOK = reverse("admin:handbook")


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "chapter"),
    [("keeper", "keeper"), ("officer", "officer"), ("official", "official"), ("auditor", "official")],
)
def test_everybody_begins_with_the_chapter_for_what_they_are_here_for(world: World, role: str, chapter: str) -> None:
    page = of(getattr(world, role)).get(HANDBOOK).text
    assert re.search(rf'href="/admin/handbook/{chapter}/"\s+aria-current="page"', page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("key", list(CHAPTERS))
def test_each_chapter_is_a_page_with_contents_that_lead_to_its_parts(world: World, key: str, language: str) -> None:
    page = of(world.keeper).get(f"{HANDBOOK}{key}/", headers={"Accept-Language": language}).text
    anchors = re.findall(r'<h2 id="([^"]+)"', page)
    assert anchors
    assert all(f'href="#{anchor}"' in page for anchor in anchors)
    assert "<li>" in page
    assert "](" not in page


@pytest.mark.parametrize("key", list(CHAPTERS))
def test_both_languages_have_the_same_parts(key: str) -> None:
    parts = [(FOLDER / f"{key}{suffix}.md").read_text("utf-8").count("\n## ") for suffix in ("", ".zh-CN")]
    assert parts[0] == parts[1]


def test_a_chapter_that_there_is_not_is_not_found(world: World) -> None:
    assert of(world.keeper).get(f"{HANDBOOK}nothing/").status_code == 404
    assert of(world.keeper).get(f"{HANDBOOK}..%2Fsecret/").status_code == 404


def test_the_handbook_is_for_people_of_the_back_office(world: World) -> None:
    assert Client().get(HANDBOOK).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_links_to_a_part_of_a_chapter_lead_to_one_that_there_is(language: str) -> None:
    with override(language):
        chapters = {key: chapter_of(key) for key in CHAPTERS}
    parts = {key: [heading.anchor for heading in chapter.headings] for key, chapter in chapters.items()}
    for key, chapter in chapters.items():
        assert len(parts[key]) == len(set(parts[key]))
        for other, part in re.findall(r'href="(?:/admin/handbook/(\w+)/)?#([^"]+)"', chapter.body):
            assert unquote(part) in parts[other or key], f"{key}: {unquote(part)}"


def test_links_of_the_handbook_lead_to_pages_that_there_are(world: World) -> None:
    files = {file.name: re.findall(r"\]\(([^)]+)\)", file.read_text("utf-8")) for file in FOLDER.glob("*.md")}
    for name, addresses in files.items():
        for address in addresses:
            assert address.startswith(("/admin/", "/verify/", "#")), f"{name}: {address} leads nowhere"
    client = of(world.admin)
    for address in sorted({address for addresses in files.values() for address in addresses if address[0] == "/"}):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", ["keeper", "officer", "official", "auditor", "admin"])
def test_the_first_visit_shows_three_steps_until_they_are_put_away(world: World, role: str) -> None:
    user = getattr(world, role)
    client = of(user)
    page = client.get(reverse("admin:index")).text
    guide = page[page.index('class="guide"') : page.index("</ol>")]
    steps = re.findall(r'<li>\s*<a href="([^"]+)"', guide)
    assert len(steps) == 3
    for address in steps:
        assert client.get(address).status_code in {200, 302}, address
    client.post(reverse("admin:put_guide_away"))
    user.refresh_from_db()
    assert user.guided_at <= timezone.now()
    assert 'class="guide"' not in client.get(reverse("admin:index")).text


def test_only_who_is_in_puts_the_steps_away(world: World) -> None:
    assert Client().post(reverse("admin:put_guide_away")).status_code == 302
    assert of(world.keeper).get(reverse("admin:put_guide_away")).status_code == 405
    world.keeper.refresh_from_db()
    assert world.keeper.guided_at is None
