"""What everybody may take along: all stations as files, made every night. docs/open-data.md describes them.

The same cards that the map is made of are read once, one after the other, and given to one writer for each format; so
the formats agree, and memory does not grow with the number of stations. Nothing about persons is in a card.
"""
