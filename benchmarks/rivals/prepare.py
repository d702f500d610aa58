"""The files of the rivals: one GeoJSON of everything, and the marker-cluster plugin as npm has it."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli

from benchmarks.browser.stage import Stage

PLUGIN = "leaflet.markercluster@1.5.3"
PARTS = ("leaflet.markercluster.js", "MarkerCluster.css", "MarkerCluster.Default.css")
QUALITY = 9
"""The best would take minutes for a tenth less."""


def prepare_everything(scene: Stage) -> str:
    """Have the files that the rival with one GeoJSON of everything needs; a sentence when they cannot be had."""
    missing = _fetch_plugin(scene.files)
    if not missing:
        _write_everything(scene.files / "everything.json.br", newer_than=scene.index)
    return missing


def _write_everything(path: Path, newer_than: Path) -> None:
    """All stations with what a list and a filter need, compressed; kept until the map is published anew."""
    if path.exists() and path.stat().st_mtime > newer_than.stat().st_mtime:
        return
    collection = {"type": "FeatureCollection", "features": list(_features())}
    content = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(brotli.compress(content.encode(), quality=QUALITY))


def _features() -> Iterator[dict[str, Any]]:
    """Imports wait for Django's set-up."""
    from stations.models import StationCard

    cards = StationCard.objects.order_by("tile", "code").values_list("longitude", "latitude", "record")
    for longitude, latitude, written in cards.iterator(chunk_size=5000):
        record = json.loads(written) if isinstance(written, str) else written
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {
                "code": record["code"],
                "name": record["name"],
                "hours": record["opening_hours"],
                "amenities": " ".join(amenity["code"] for amenity in record["amenities"]),
            },
        }


def _fetch_plugin(folder: Path) -> str:
    """Have the plugin in `folder`; a sentence when it cannot be had."""
    if all((folder / part).exists() for part in PARTS):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "pack", "--silent", "--cache", str(folder / "npm-cache"), PLUGIN]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"npm could not fetch {PLUGIN}"
    with tarfile.open(folder / done.stdout.split()[-1]) as package:
        for part in PARTS:
            content = package.extractfile(f"package/dist/{part}")
            assert content is not None
            (folder / part).write_bytes(content.read())
    return ""
