"""The back office of `stations`."""

from stations.admin import alerts, calendar, catalogues, checks, downloads, exceptions, people, stations, units

__all__ = ["alerts", "calendar", "catalogues", "checks", "downloads", "exceptions", "people", "stations", "units"]
