"""The back office of `partners`."""
