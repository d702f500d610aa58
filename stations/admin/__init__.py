"""The back office of `stations`."""

from stations.admin import alerts, catalogues, people, stations, units

__all__ = ["alerts", "catalogues", "people", "stations", "units"]
