"""Pages for paper."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from harbor_portal.lib.typeset import set_pages, typeset

MARKUP = '#set text(red) *bold* _x_ $a^2$ \\ // ] [ = "quoted" @label <label> `raw`'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    path.write_text(
        '#set page(width: 200mm, height: 100mm)\n#set text(font: "Noto Sans CJK SC")\n'
        "#json(bytes(sys.inputs.data)).name",
        encoding="utf-8",
    )
    return path


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_each_page_is_set_from_its_own_data(template: Path) -> None:
    assert text_of(typeset(template, [{"name": "泉城路"}, {"name": "Harbour"}])) == ["泉城路", "Harbour"]


def test_what_a_person_typed_is_printed_as_it_is(template: Path) -> None:
    assert text_of(set_pages(template, [{"name": MARKUP}])) == [MARKUP]


def test_the_font_is_inside(template: Path) -> None:
    page = PdfReader(BytesIO(set_pages(template, [{"name": "泉"}]))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert ["NotoSansCJK" in font["/BaseFont"] for font in fonts] == [True]
    descriptor = fonts[0]["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    assert {"/FontFile3", "/FontFile2"} & set(descriptor)


def test_a_template_that_cannot_be_set_is_an_error(template: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        typeset(template, [{}])
