"""A language is added by files alone."""

from pathlib import Path

from django.conf import settings

from harbor_portal import env


def test_each_folder_with_compiled_translations_is_a_language(tmp_path: Path) -> None:
    for name in ("zh_Hans", "ug"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.mo").touch()
    (tmp_path / "bo").mkdir()
    assert env.languages(tmp_path) == [("zh-hans", "中文"), ("ug", "ئۇيغۇرچە"), ("en", "English")]


def test_the_portal_speaks_chinese_first_and_english() -> None:
    assert [code for code, _name in settings.LANGUAGES] == ["zh-hans", "en"]
    assert settings.LANGUAGE_CODE == "zh-hans"
