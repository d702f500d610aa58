"""Lists of what reports are made for."""
