"""Static files under content-hashed names, JavaScript modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Also rewrites the `import` lines of ES modules, so that no bundler is needed and files can be cached for ever."""

    support_js_module_import_aggregation = True
