"""What is not counted as covered, since counting makes Python half as slow again.

Not that it covered little: everything else covers it as well. Kept out are what is made anew for thousands of tests,
the rendering of templates, a test with its further parameters, and the tests that ask every page of the back office
for every role, or wait for a browser.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def uncounted() -> Iterator[None]:
    """Inside another it does nothing: what is stopped is current no longer."""
    counting = Coverage.current()
    if counting is None:
        yield
        return
    counting.stop()
    try:
        yield
    finally:
        counting.start()
