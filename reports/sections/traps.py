"""What makes two figures incomparable, said beside them.

The nation's daily figure fell from 3.27 to 2.31 million in 2024 while stations grew: whoever reads a year-on-year
figure must know whether people, stations or the way of counting changed.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.sections.base import MonthFigures
from reports.sections.printing import told_share
from services.choices import Method

MUCH = 0.2
"""By so much of all visits the share of a method may change before it is said."""
FEWER = 0.05
"""By so much of them the number of stations."""


def traps(figures: MonthFigures) -> Iterator[str]:
    if figures.total["last_year"] is None and figures.total["value"] is not None:
        yield _("No figures of the same time last year: nothing is compared with it.")
    for when, name in (("previous", _("the time before")), ("last_year", _("the year before"))):
        yield from _method(figures, when, name)
        yield from _stations(figures, when, name)


def _method(figures: MonthFigures, when: str, name: str) -> Iterator[str]:
    """The method whose share has changed most."""
    now, then = figures.total["value"], figures.total[when]
    if not now or not then:
        return
    shifts = [
        ((row["value"] or 0) / now - (row[when] or 0) / then, row) for row in figures.of("method") if row["method"]
    ]
    shift, row = max(shifts, key=lambda pair: abs(pair[0]), default=(0.0, {}))
    if abs(shift) >= MUCH:
        yield _(
            "The way of counting changed: %(method)s makes %(now)s of the visits, %(then)s %(name)s. Methods differ"
            " several-fold, so the change is not one of people alone."
        ) % {
            "method": Method(row["method"]).label,
            "now": told_share((row["value"] or 0) / now),
            "then": told_share((row[when] or 0) / then),
            "name": name,
        }


def _stations(figures: MonthFigures, when: str, name: str) -> Iterator[str]:
    row = figures.measures["stations_end"]
    now, then = row["value"], row[when]
    if now is not None and then and now < then * (1 - FEWER):
        yield _("There are %(now)d stations, %(then)d %(name)s: compare by station and open day.") % {
            "now": now,
            "then": then,
            "name": name,
        }
