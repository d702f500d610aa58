"""When the figures of a month are worth a second look: every threshold, in one place.

Why each is what it is stands in docs/anomalies.md. They find what is unusual, and say nothing of why it is so.
"""

SAME_DAYS = 5
"""So many days on record running with one figure ..."""
SAME_LEAST = 5
"""... that is at least so large: at a quiet door the same small figure comes by itself."""

ROUND_DAYS = 10
"""So many days with at least ten visits ..."""
ROUND_SHARE = 0.6
"""... of which so large a share ends in 0, where one in ten does by chance."""

CLOSED_DAYS = 2
"""So many days with visits on which the posted hours, an exception or a suspension say closed, and nobody opened."""

METRES_EACH = 2
"""Square metres that somebody who rests takes up."""
STAYS_AN_HOUR = 2
"""How often an hour a place is taken by somebody else: a rest of half an hour."""

JUMP_MONTHS = 3
"""So many earlier months say what is usual ..."""
JUMP_DAYS = 5
"""... each with so many days on which somebody was counted."""
JUMP_TIMES = 3
"""So many times the usual day, and the neighbours' rise, is a jump ..."""
JUMP_LEAST = 10
"""... if it is so many visits a day at least."""
JUMP_NEIGHBOURS = 5
"""From so many stations of a division on, their middle one says how everybody's month was."""

SCANS_LEAST = 10
"""So many check-ins in the month ..."""
SCAN_TIMES = 20
"""... and so many times as many counted by persons on those days."""

SITTING_DAYS = 10
"""So many days of the month written down without a pause of `SITTING_PAUSE` minutes ..."""
SITTING_PAUSE = 20
SITTING_LATE = 3
"""... each so many days after it was over ..."""
SITTING_SHARE = 0.5
"""... and so large a share of all that are on record."""

PARAMETERS = {name.lower(): value for name, value in globals().items() if name.isupper()}
"""As the statements name them."""
