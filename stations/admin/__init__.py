"""The back office of `stations`."""

from stations.admin import catalogues, people, stations, units

__all__ = ["catalogues", "people", "stations", "units"]
