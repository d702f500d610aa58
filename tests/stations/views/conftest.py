"""The places and catalogues of the import tests."""

from tests.stations.imports.conftest import catalogue, city

__all__ = ["catalogue", "city"]
