"""The back office of `services`."""
