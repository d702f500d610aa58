"""The map as files: cards of the stations, the quadtree of leaves, and the publisher that keeps both up to date.

docs/publishing.md describes the files for whoever reads them.
"""
