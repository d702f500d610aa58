"""Modules put together as one file."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from harbor_portal.lib.bundles import BUNDLES, NotBundled, bundle

MODULES = {
    "js/geo.js": "const DEGREE = 1;\nexport function distance(a) {\n  return a * DEGREE;\n}\nexport const EARTH = 6;\n",
    "js/texts.js": "const DEGREE = 2;\nexport class Texts {}\nexport async function load() {}\n",
    "js/page.js": (
        'import { distance as far, EARTH } from "./geo.js";\nimport { Texts } from "./texts.js";\n\n'
        'import "./side.js";\nnew Texts(far(EARTH));\nexport const lazily = () => import("./rare.js");\n'
    ),
    "js/side.js": 'import { load } from "./texts.js";\nload();\n',
}


def test_modules_follow_what_they_import_each_once_and_with_names_of_their_own() -> None:
    one = bundle(["js/side.js", "js/page.js"], MODULES.__getitem__)
    assert [line.split(" = ")[0] for line in one.splitlines() if line.startswith("const m")] == [
        "const m0",
        "const m1",
        "const m2",
        "const m3",
    ]
    texts, side, geo, page = one.split("const m")[1:]
    assert "return { Texts, load };" in texts
    assert "const { load } = m0;\nload();" in side
    assert "return { distance, EARTH };" in geo
    assert "const { distance: far, EARTH } = m2;\nconst { Texts } = m0;" in page
    assert 'import("./rare.js")' in page
    assert "export" not in one


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        'export { a } from "./geo.js";',
        'import all from "./geo.js";',
        'import * as all from "./geo.js";',
        "export let count = 0;",
        "const here = import.meta.url;",
    ],
)
def test_what_is_not_understood_is_refused_by_name(line: str) -> None:
    with pytest.raises(NotBundled, match=r"js/odd\.js: "):
        bundle(["js/odd.js"], (MODULES | {"js/odd.js": f"{line}\n"}).__getitem__)


def test_modules_that_import_each_other_are_refused() -> None:
    ring: dict[str, Any] = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(NotBundled, match=r"a\.js → b\.js → a\.js"):
        bundle(["a.js"], ring.__getitem__)


@pytest.mark.parametrize("name", BUNDLES)
def test_our_own_modules_are_understood(name: str) -> None:
    static = Path(settings.BASE_DIR) / "static"
    one = bundle(BUNDLES[name], lambda path: (static / path).read_text())
    assert "class Finder" in one
    assert one.count("class Leaves") == 1
