"""What a rule found, in words that a person understands: the figures, what they are held against, and no more."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.choices import AnomalyKind

WHY: Mapping[str, Promise] = {
    AnomalyKind.SAME_FIGURE: gettext_lazy(
        "Visitors seldom come in the same number day after day. It happens where a usual figure is written down instead"
        " of a count, or where a class or a team comes daily."
    ),
    AnomalyKind.ROUND_FIGURES: gettext_lazy(
        "Of counted figures about one in ten ends in 0. More of them often means that they were estimated; then the"
        " method “estimate” says so."
    ),
    AnomalyKind.CLOSED_DAY: gettext_lazy(
        "By the posted hours, an exception or a suspension the station was closed on these days, and nobody recorded an"
        " opening. Either it was open, and the hours should say so, or the visits belong to another day."
    ),
    AnomalyKind.CAPACITY: gettext_lazy(
        "Held against the area or the seats and the posted hours, if everybody rests for half an hour. Short visits for"
        " water, or people in front of the door, explain more; so do an area or seats that are not told right."
    ),
    AnomalyKind.JUMP: gettext_lazy(
        "Held against the station's own months before, and against its neighbours in the same month. A new way of"
        " counting, a festival, or a neighbour that closed explains it."
    ),
    AnomalyKind.SCAN_RATIO: gettext_lazy(
        "Fewer visitors scan than come. Where so few do, the code may hang badly, or not be there at all."
    ),
    AnomalyKind.ONE_SITTING: gettext_lazy(
        "These days were written down one after the other, days after they were over. From a paper ledger that is"
        " usual: then say where the paper is."
    ),
}
"""By kind: why it is worth a look, and what often explains it."""


def told(kind: str, detail: Mapping[str, Any]) -> str:
    """The figures in one sentence."""
    return TELLERS[kind](detail)


def days_of(kind: str, detail: Mapping[str, Any]) -> tuple[date | None, date | None, frozenset[date]]:
    """The days that it is about: a first and a last one, and single ones."""
    if kind == AnomalyKind.SAME_FIGURE:
        return date.fromisoformat(detail["first"]), date.fromisoformat(detail["last"]), frozenset()
    if kind == AnomalyKind.CAPACITY:
        return None, None, frozenset([date.fromisoformat(detail["date"])])
    return None, None, frozenset(date.fromisoformat(day) for day in detail.get("dates", ()))


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "MONTH_DAY_FORMAT")


def _same_figure(detail: Mapping[str, Any]) -> str:
    values = {**detail, "first": _day(detail["first"]), "last": _day(detail["last"])}
    return _("%(figure)s visits on each of %(days)s days running, %(first)s to %(last)s") % values


def _round_figures(detail: Mapping[str, Any]) -> str:
    return _("%(round)s of %(days)s days end in 0") % detail


def _closed_day(detail: Mapping[str, Any]) -> str:
    listed = _(", ").join(_day(text) for text in detail["dates"])
    return _("%(visits)s visits on %(days)s days: %(listed)s") % {**detail, "listed": listed}


def _capacity(detail: Mapping[str, Any]) -> str:
    values = {**detail, "date": _day(detail["date"])}
    return (
        _("%(visits)s visits on %(date)s, with %(places)s places room for about %(room)s; %(days)s such days") % values
    )


def _jump(detail: Mapping[str, Any]) -> str:
    if detail["neighbours"] is None:
        return _("%(now)s visits a day, %(usual)s in the %(months)s months before: %(times)s times as many") % detail
    return (
        _(
            "%(now)s visits a day, %(usual)s in the %(months)s months before: %(times)s times as many;"
            " its neighbours %(neighbours)s times"
        )
        % detail
    )


def _scan_ratio(detail: Mapping[str, Any]) -> str:
    return _("%(counted)s counted and %(scans)s scanned on the same %(days)s days") % detail


def _one_sitting(detail: Mapping[str, Any]) -> str:
    moment = timezone.localtime(datetime.fromisoformat(detail["at"]))
    values = {**detail, "at": date_format(moment, "DATETIME_FORMAT")}
    return _("%(days)s of %(of)s days were written down from %(at)s on, without a pause") % values


TELLERS = {
    AnomalyKind.SAME_FIGURE.value: _same_figure,
    AnomalyKind.ROUND_FIGURES.value: _round_figures,
    AnomalyKind.CLOSED_DAY.value: _closed_day,
    AnomalyKind.CAPACITY.value: _capacity,
    AnomalyKind.JUMP.value: _jump,
    AnomalyKind.SCAN_RATIO.value: _scan_ratio,
    AnomalyKind.ONE_SITTING.value: _one_sitting,
}
