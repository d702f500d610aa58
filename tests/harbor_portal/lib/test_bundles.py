"""Modules, and styles, put together as one file."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from harbor_portal.lib.bundles import BUNDLES, NotBundled, joined_modules, joined_styles

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
    one = joined_modules(["js/side.js", "js/page.js"], MODULES.__getitem__)
    variables = ["js_texts", "js_side", "js_geo", "js_page"]
    assert [line.split(" = ")[0] for line in one.splitlines() if line.startswith("const js_")] == [
        f"const {name}" for name in variables
    ]
    texts, side, geo, page = one.split("const js_")[1:]
    assert "return { Texts, load };" in texts
    assert "const { load } = js_texts;\nload();" in side
    assert "return { distance, EARTH };" in geo
    assert "const { distance: far, EARTH } = js_geo;\nconst { Texts } = js_texts;" in page
    assert 'import("./rare.js")' in page
    assert one.endswith(f"export {{ {', '.join(variables)} }};\n")


def test_what_an_earlier_file_holds_is_taken_from_there() -> None:
    one = joined_modules(["js/page.js"], MODULES.__getitem__, {"js/first.js": ["js/side.js"]})
    assert one.startswith('import { js_texts, js_side } from "./first.js";\nconst js_geo = ')
    assert one.endswith("export { js_geo, js_page };\n")


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
        joined_modules(["js/odd.js"], (MODULES | {"js/odd.js": f"{line}\n"}).__getitem__)


def test_modules_that_import_each_other_are_refused() -> None:
    ring: dict[str, Any] = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(NotBundled, match=r"a\.js → b\.js → a\.js"):
        joined_modules(["a.js"], ring.__getitem__)


def test_our_own_modules_are_understood() -> None:
    static = Path(settings.BASE_DIR) / "static"
    one = joined_modules(BUNDLES["js/map-bundle.js"], lambda path: (static / path).read_text())
    assert "class Finder" in one
    assert one.count("class Leaves") == 1


def test_styles_follow_each_other_with_their_addresses_from_where_they_stand_now() -> None:
    sheets = {"css/a.css": "a {}\n", "leaflet/b.css": "b { background: url(images/b.png); behavior: url(#c) }\n"}
    one = joined_styles("css/all.css", list(sheets), sheets.__getitem__)
    assert one == "a {}\nb { background: url(../leaflet/images/b.png); behavior: url(#c) }\n"
