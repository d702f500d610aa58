"""The first page of the back office: what waits for this person, and how their stations are doing.

It reads from all apps, so it belongs to none of them.
"""
