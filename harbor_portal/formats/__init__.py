"""Dates and times where they are written otherwise than Django would."""
