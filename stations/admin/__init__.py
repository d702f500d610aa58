"""The back office of `stations`."""

from stations.admin import alerts, catalogues, exceptions, people, stations, units

__all__ = ["alerts", "catalogues", "exceptions", "people", "stations", "units"]
