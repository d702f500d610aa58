"""Where tiles come from, and which addresses the content policy lets pass for them."""

import pytest
from django.conf import settings

from harbor_portal.lib.tiles import TileSource, amap, named_source, openstreetmap, origins_of, tianditu


def test_the_origins_follow_from_the_addresses() -> None:
    assert openstreetmap().origins() == ["https://tile.openstreetmap.org"]
    assert amap().origins() == [f"https://webrd0{number}.is.autonavi.com" for number in range(1, 5)]
    assert tianditu("a1").origins() == [f"https://t{number}.tianditu.gov.cn" for number in range(8)]
    assert TileSource(layers=("/tiles/{z}/{x}/{y}.png",)).origins() == []
    assert TileSource().origins() == []


def test_the_content_policy_lets_the_configured_tiles_pass_and_no_others() -> None:
    allowed = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"]
    assert set(allowed) == {"'self'", "data:", *settings.MAP_TILES.origins()}
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"] == ["'self'"]
    assert origins_of("/map/", "https://cdn.example/map/") == ["https://cdn.example"]


def test_tianditu_is_asked_with_the_key_for_streets_and_their_names() -> None:
    streets, names = named_source("tianditu", "0a1b").layers
    assert "/vec_w/wmts?" in streets
    assert "/cva_w/wmts?" in names
    assert streets.endswith("&tk=0a1b")
    for placeholder in ("{s}", "{x}", "{y}", "{z}"):
        assert placeholder in streets


@pytest.mark.parametrize("key", ["", "a&b", "a b", "{s}"])
def test_tianditu_without_a_proper_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="MAP_TIANDITU_KEY"):
        named_source("tianditu", key)


def test_only_amap_is_drawn_in_gcj02() -> None:
    datums = {name: named_source(name, "key").datum for name in ("osm", "tianditu", "amap", "none")}
    assert datums == {"osm": "wgs84", "tianditu": "wgs84", "amap": "gcj02", "none": "wgs84"}
