"""Pages for paper: a Typst template, set once for each page's data, as one PDF.

Typst remembers every attempt at a page, some 10 MB each. So this file is also a program of its own, which the portal
starts for one document and which takes that memory along when it ends; it knows nothing of Django.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import manimgx_fonts_cjk
import typst
from pypdf import PdfReader, PdfWriter

PATIENCE = 120
"""Seconds after which a document is given up."""


def typeset(template: Path, pages: Sequence[Any]) -> bytes:
    """A PDF with all its fonts inside, of the template set with each of the `pages`.

    The template reads its data by `json(bytes(sys.inputs.data))`. Texts arrive there as strings, which Typst prints as
    they are: nothing that a person typed is markup.
    """
    return _set_apart(template, pages, subprocess.PIPE).stdout


def typeset_into(file: IO[bytes], template: Path, pages: Sequence[Any]) -> None:
    """The same, written straight into a file of the disk."""
    _set_apart(template, pages, file)


def _set_apart(template: Path, pages: Sequence[Any], into: Any) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 - this very file, with a path of ours
        [sys.executable, __file__, str(template)],
        input=json.dumps(pages).encode(),
        stdout=into,
        timeout=PATIENCE,
        check=True,
    )


def set_pages(template: Path, pages: Sequence[Any]) -> bytes:
    """The same within this process."""
    compiler = _compiler(template)
    made = []
    for page in pages:
        pdf = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(page)})
        assert isinstance(pdf, bytes)
        made.append(pdf)
    return made[0] if len(made) == 1 else _bound(made)


def pictures(template: Path, page: Any, ppi: float) -> list[bytes]:
    """The sheets of one document as PNG, for somebody to look at."""
    made = _compiler(template).compile(format="png", ppi=ppi, sys_inputs={"data": json.dumps(page)})
    return made if isinstance(made, list) else [made]


def _compiler(template: Path) -> Any:
    # No fonts of the machine: the page is to look the same everywhere.
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(manimgx_fonts_cjk.__file__).parent],
    )
    return typst.Compiler(input=template, root=template.parent, font_paths=fonts)


def _bound(documents: Sequence[bytes]) -> bytes:
    writer = PdfWriter()
    for document in documents:
        writer.append(PdfReader(BytesIO(document)))
    bound = BytesIO()
    writer.write(bound)
    return bound.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(set_pages(Path(sys.argv[1]), json.load(sys.stdin)))
