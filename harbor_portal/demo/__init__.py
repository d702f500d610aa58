"""Fictional stations and visits: a small world to look at, and a large one to measure."""
