"""What people do with stations: the write layer."""
