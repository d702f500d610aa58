"""The back office of `stations`."""

from stations.admin import alerts, calendar, catalogues, exceptions, people, stations, units

__all__ = ["alerts", "calendar", "catalogues", "exceptions", "people", "stations", "units"]
