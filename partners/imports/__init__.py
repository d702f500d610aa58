"""Lists of what the stations share with partners."""
