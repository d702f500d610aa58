"""Static files are collected under hashed names, and what refers to them follows."""

from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from pytest_django.fixtures import Settings


def test_static_files_are_collected_under_hashed_names_and_compressed(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "harbor_portal.lib.static_storage.ModuleStaticFilesStorage"}
    }
    # The sidecar's own bundles take half a minute to compress and import nothing.
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["drf_spectacular_sidecar"])
    assert staticfiles_storage.url("css/tokens.css") != "/static/css/tokens.css"
    assert list(tmp_path.glob("css/tokens.*.css.br"))
    finder = (tmp_path / staticfiles_storage.url("js/finder.js").removeprefix("/static/")).read_text()
    for name in ("nearest", "scene", "search"):
        assert Path(staticfiles_storage.url(f"js/{name}.js")).name in finder
    assert 'from "./geo.js"' not in finder
    bundle = (tmp_path / staticfiles_storage.url("js/map-bundle.js").removeprefix("/static/")).read_text()
    assert "class Finder" in bundle
    assert "class Leaves" not in bundle
    assert Path(staticfiles_storage.url("js/first-bundle.js")).name in bundle
