"""The portal over 200,000 stations, served with its files hashed and compressed, and a server beside it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.database import bench_database
from benchmarks.serving import collect_static, portal, served

PORT, OUTSIDE_PORT = 8898, 8897


@dataclass(frozen=True)
class Stage:
    """`outside` serves tiles and the rivals: what is prepared in `files`; `index` is of the published map."""

    portal: str
    outside: str
    files: Path
    index: Path


@contextmanager
def stage() -> Iterator[Stage]:
    """Imports wait for Django's set-up."""
    with bench_database() as address:
        from django.conf import settings

        folder = settings.VAR_DIR / "bench"
        files = folder / "rivals"
        files.mkdir(parents=True, exist_ok=True)
        _publish_when_outdated(settings.PUBLISH_ROOT)
        collect_static(folder)
        rivals = {"BENCH_DATABASE": address, "BENCH_FILES": str(files)}
        with served("benchmarks.rivals.server", OUTSIDE_PORT, rivals) as outside:
            tiles = {"MAP_TILES_URL": f"{outside}/tiles/{{z}}/{{x}}/{{y}}.png", "MAP_TILES_ORIGINS": outside}
            with portal(address, PORT, VAR_DIR=str(folder), **tiles) as base:
                yield Stage(base, outside, files, settings.PUBLISH_ROOT / "index.json")


def _publish_when_outdated(root: Path) -> None:
    """Imports wait for Django's set-up."""
    from django.utils import timezone

    from stations.publishing.publisher import publish_everything
    from stations.publishing.run import FORMAT_VERSION
    from stations.publishing.windows import window_start

    if _published(root) != (FORMAT_VERSION, window_start(timezone.localdate())):
        publish_everything()


def _published(root: Path) -> tuple[int, date] | None:
    """The form of the published map and the first day of its hours."""
    index = root / "index.json"
    if not index.exists():
        return None
    content = json.loads(index.read_bytes())
    quadkeys, _counts, hashes, *_rest = content["leaves"]
    leaf = json.loads((root / "leaves" / f"{quadkeys[0]}-{hashes[0]}.json").read_bytes())
    return content["version"], date.fromisoformat(leaf["from"])
