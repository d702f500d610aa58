"""A text without Chinese does not pass the gate."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from harbor_portal.management.commands.check_messages import CATALOGUE, SOURCES, tool

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
WATER = 'msgid "Water"\nmsgstr "饮水"\n'


@pytest.fixture
def tree(tmp_path: Path, settings: Settings) -> Path:
    """A portal of one page, whose one text is translated and compiled."""
    settings.BASE_DIR = tmp_path
    for source in SOURCES:
        (tmp_path / source).mkdir()
    (tmp_path / "templates" / "page.html").write_text('{% load i18n %}{% translate "Water" %}')
    (tmp_path / CATALOGUE).parent.mkdir(parents=True)
    write(tmp_path, HEADER + WATER)
    return tmp_path


def write(tree: Path, text: str) -> None:
    catalogue = tree / CATALOGUE
    catalogue.write_text(text)
    tool("msgfmt", "-o", catalogue.with_suffix(".mo"), catalogue)


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(CommandError):
        call_command("check_messages")
    return capsys.readouterr().err


def test_a_complete_catalogue_passes(tree: Path) -> None:
    call_command("check_messages")


def test_a_text_without_chinese_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "templates" / "other.html").write_text('{% load i18n %}{% translate "Toilet" %}')
    assert 'without Chinese: msgid "Toilet"' in refusal(capsys)


def test_a_text_that_is_gone_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, HEADER + WATER + WATER.replace("Water", "Tea"))
    assert 'no longer used: msgid "Tea"' in refusal(capsys)


def test_a_guess_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, HEADER + "#, fuzzy\n" + WATER)
    assert 'uncertain (fuzzy): msgid "Water"' in refusal(capsys)


def test_a_stale_compiled_catalogue_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / CATALOGUE).write_text(HEADER + WATER.replace("饮水", "水"))
    assert "not up to date" in refusal(capsys)


def test_a_missing_catalogue_is_refused(tree: Path) -> None:
    (tree / CATALOGUE).unlink()
    with pytest.raises(CommandError, match="is missing"):
        call_command("check_messages")


def test_a_broken_catalogue_is_refused_with_the_tools_own_words(tree: Path) -> None:
    (tree / CATALOGUE).write_text(HEADER + 'msgid "Water\n')
    with pytest.raises(CommandError, match="failed"):
        call_command("check_messages")
