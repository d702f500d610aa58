"""The handbook: the texts of docs/handbook/ as pages of the back office, in the reader's language."""

import itertools
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from stations.choices import Role
from stations.scope import Scope

FOLDER: Path = settings.BASE_DIR / "docs" / "handbook"
CHAPTERS = {
    "keeper": _("For keepers"),
    "officer": _("For officers"),
    "official": _("For union officials"),
}
LEVEL = "h2"
"""The headings that the contents list; the one above them is the page's title."""


@dataclass(frozen=True)
class Heading:
    anchor: str
    text: str


@dataclass(frozen=True)
class Chapter:
    title: str
    headings: list[Heading]
    body: SafeString


def chapter_of(key: str) -> Chapter:
    """The chapter in the language of the request, KeyError for one that there is not."""
    if key not in CHAPTERS:
        raise KeyError(key)
    language = get_language() or settings.LANGUAGE_CODE
    return _rendered(FOLDER / (f"{key}.zh-CN.md" if language.startswith("zh") else f"{key}.md"))


def own_chapter(scope: Scope) -> str:
    """Where somebody with this scope begins to read."""
    if not scope.everything and not scope.roles:
        return "keeper"
    reads = scope.paths_as(Role.REVIEWER, Role.AUDITOR)
    return "official" if reads and not scope.paths_as(Role.OFFICER) else "officer"


@cache
def _rendered(file: Path) -> Chapter:
    """The texts are ours and part of the release, so they are trusted, and read once."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(file.read_text("utf-8"))
    title = tokens[1].content
    headings = _anchored(tokens)
    body = reader.renderer.render(tokens[3:], reader.options, {})
    return Chapter(title, headings, mark_safe(body))  # noqa: S308  # no HTML in the texts, and they are ours


def _anchored(tokens: list[Token]) -> list[Heading]:
    """Give each heading of `LEVEL` an address of its own."""
    found = []
    for opening, text in itertools.pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == LEVEL:
            heading = Heading(slugify(text.content, allow_unicode=True), text.content)
            opening.attrSet("id", heading.anchor)
            found.append(heading)
    return found
