"""Static files under content-hashed names, JavaScript modules included."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from django.core.files.base import ContentFile
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

from harbor_portal.lib.bundles import BUNDLES, joined_modules, joined_styles

HASHED = re.compile(r"\.[0-9a-f]{12}\.")
UNUSED = re.compile(r"\.map$|/redoc/|swagger-ui-es-|leaflet-src")


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Also rewrites the `import` lines of ES modules, so that no bundler is needed and files can be cached for ever."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002 - Django's
        """Put the bundles beside the collected files first, so that they get their hashes like all others."""
        if not dry_run:
            for name, entries in BUNDLES.items():
                self.delete(name)
                self.save(name, ContentFile(self._joined(name, entries).encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def _joined(self, name: str, entries: Sequence[str]) -> str:
        """Comments and indentation, a quarter of the compressed bytes of our modules, stay behind."""
        if name.endswith(".css"):
            return joined_styles(name, entries, self._read)
        earlier = {other: BUNDLES[other] for other in takewhile(name.__ne__, BUNDLES) if other.endswith(".js")}
        return str(jsmin(joined_modules(entries, self._read, earlier)))

    def _read(self, name: str) -> str:
        with self.open(name) as file:
            content: bytes = file.read()
        return content.decode()

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages name, which takes a third of the time.

        Plain names, source maps and unused bundles of packages are served as they are to whoever asks for them.
        """
        worth = (path for path in paths if HASHED.search(path) and not UNUSED.search(path))
        yield from super().compress_files(worth)
