"""The figures that the first sheet shows large."""

from typing import Any

from django.utils.translation import gettext as _

from reports.figures import MonthFigures
from reports.sections.overview import SHARES, measure_labels
from reports.sections.printing import NONE, change, told_figure, told_share

LARGE = ("visits", "stations_end", "per_day", "share_opened", "share_complete", "activities")


def key_figures(figures: MonthFigures) -> list[dict[str, Any]]:
    """Each with what it is compared to; the trap of a year-on-year figure is said where it stands."""
    labels, measures = measure_labels(), figures.measures
    shown = [key for key in LARGE if key in measures]
    return [{"measure": key} | _large(labels[key], measures[key], is_share=key in SHARES) for key in shown]


def _large(label: str, row: dict[str, Any], *, is_share: bool) -> dict[str, Any]:
    value = row["value"]
    return {
        "label": label,
        "counts": bool(value),
        "value": NONE if value is None else told_share(value) if is_share else told_figure(value),
        "against": [
            [_("previous"), _difference(value, row["previous"], is_share=is_share)],
            [_("last year"), _difference(value, row["last_year"], is_share=is_share)],
        ],
    }


def _difference(value: float | None, base: float | None, *, is_share: bool) -> str:
    """In percent; of shares, which are percent already, in points."""
    if value is None or base is None:
        return NONE
    if is_share:
        points = round((value - base) * 100, 1) or 0.0  # never "-0.0"
        return _("%(points)+.1f points") % {"points": points}
    told = change(value, base)
    return NONE if isinstance(told, str) else told_share(told, signed=True)
