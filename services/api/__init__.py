"""The API of what happens at stations: days, visits."""
