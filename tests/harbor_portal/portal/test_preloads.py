"""What the map page asks for early."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client

from harbor_portal.lib.bundles import BUNDLES

MODULE = re.compile(r'<link rel="modulepreload" href="([^"]+)" />')


def test_a_page_asks_early_for_every_module_that_its_own_import(client: Client) -> None:
    page = client.get("/").content.decode()
    named = MODULE.findall(page)
    own = [f"/static/{name}" for bundle in ("js/first-bundle.js", "js/map-bundle.js") for name in BUNDLES[bundle]]
    assert named[: len(own)] == own
    assert len(named) == len(set(named))
    assert re.findall(r'<script type="module" src="([^"]+)"', page) == own
    for address in named:
        found = finders.find(address.removeprefix(settings.STATIC_URL))
        assert found, address
        for imported in re.findall(r'from "\./([\w-]+\.js)"', Path(str(found)).read_text()):
            assert f"/static/js/{imported}" in named


def test_the_index_is_asked_for_early_as_the_page_itself_will_ask(client: Client) -> None:
    page = client.get("/").content.decode()
    assert re.search(r'rel="preload"\s+href="/map/index\.json"\s+as="fetch"\s+crossorigin="anonymous"', page)
    reader = Path(str(finders.find("js/leaves.js"))).read_text()
    assert 'index.json`, { credentials: "same-origin" }' in reader


def test_the_connection_to_the_tiles_is_made_early(client: Client) -> None:
    origin = settings.MAP_TILES.origins()[0]
    assert f'<link rel="preconnect" href="{origin}" />' in client.get("/").content.decode()


def test_a_module_that_does_not_exist_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUNDLES, "js/nothing.js", ("js/nothing.js",))
    template = Template('{% load page_modules %}{% module_preloads "js/nothing.js" %}')
    with pytest.raises(FileNotFoundError, match=r"js/nothing\.js"):
        template.render(Context())
