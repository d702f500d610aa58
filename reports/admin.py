"""The back office of `reports`."""
