"""The back office of `stations`."""
