"""Static files under content-hashed names, JavaScript modules included."""

import re
from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

HASHED = re.compile(r"\.[0-9a-f]{12}\.")
UNUSED = re.compile(r"\.map$|/redoc/|swagger-ui-es-|leaflet-src")


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Also rewrites the `import` lines of ES modules, so that no bundler is needed and files can be cached for ever."""

    support_js_module_import_aggregation = True

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compress what pages name, which takes a third of the time.

        Plain names, source maps and unused bundles of packages are served as they are to whoever asks for them.
        """
        worth = (path for path in paths if HASHED.search(path) and not UNUSED.search(path))
        yield from super().compress_files(worth)
