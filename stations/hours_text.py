"""Opening hours as people write them, made into the OpenStreetMap grammar.

The rule of this module: what the text does not say is not guessed. It becomes `unknown` in the grammar, with the
words of the text as comment, or the text is refused with a sentence.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import opening_hours
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stations.hours_rules import Hours, Span, Week, rules_of, without
from stations.hours_words import DAYS, Token, normalised, tokens

MAX_LENGTH = 255
LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class ParsedHours:
    """An expression of the grammar (https://wiki.openstreetmap.org/wiki/Key:opening_hours), and what to look at."""

    opening_hours: str
    warnings: list[str] = field(default_factory=list)


@dataclass
class Clause:
    """What is said of some days, while it is being read."""

    days: frozenset[str] = frozenset()
    spans: list[Span] = field(default_factory=list)
    breaks: list[Span] = field(default_factory=list)
    is_off: bool = False
    opens: bool = False
    """Said to be open, which counts only while no hours are given."""
    with_holidays: bool = False
    awaits_break: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the next day that is named begins another clause."""
        return bool(self.spans or self.is_off or (self.opens and self.days))


def parse_hours(text: str) -> ParsedHours:
    """The hours that the text states; raises ValueError with a sentence when it is not understood.

    The grammar itself is taken as it is. In Chinese: days (周一至周五, 每天, 工作日, 周末, 节假日), spans (8:30—12:00,
    上午8点半到12点, 20:00-次日6:00, 24小时), breaks (午休12:00-13:30), closed days (周日休息, 节假日除外) and seasons
    (夏季(5月-9月) …). Of seasons without months only the hours that all share are open, the others unknown.
    """
    return _parse(text.strip(), get_language() or "")


@lru_cache(maxsize=4096)
def _parse(text: str, _language: str) -> ParsedHours:
    """One reading per text and language of the warnings: stations share a few hundred texts."""
    if not text:
        raise ValueError(_("The text is empty."))
    if (LATIN.search(text) or text == "24/7") and opening_hours.validate(text):
        return ParsedHours(_short_enough(text))
    reading = Reading()
    for token in tokens(normalised(text)):
        reading.take(token)
    reading.finish()
    if not reading.weeks:
        raise ValueError(_("“%(text)s” names no hours.") % {"text": text})
    warnings: list[str] = []
    expression = _short_enough("; ".join(rules_of(reading.weeks, reading.months, text, warnings)))
    if not opening_hours.validate(expression):
        raise ValueError(_("“%(text)s” is not understood.") % {"text": text})
    return ParsedHours(expression, warnings)


def _short_enough(expression: str) -> str:
    if len(expression) > MAX_LENGTH:
        raise ValueError(_("The hours are longer than %(limit)s characters.") % {"limit": MAX_LENGTH})
    return expression


@dataclass
class Reading:
    """The words read so far: the week of each season ("" is all the year), and the months of those that name them."""

    weeks: dict[str, Week] = field(default_factory=dict)
    months: dict[str, str] = field(default_factory=dict)
    season: str = ""
    clause: Clause = field(default_factory=Clause)
    days_of_seasons: frozenset[str] = frozenset()
    """周一至周五 夏季… 冬季…: days named before the first season hold for each."""
    usual_holidays: set[str] = field(default_factory=set)

    def take(self, token: Token) -> None:
        match token.kind:
            case "season":
                self._begin_season(str(token.value))
            case "months":
                if not self.season or self.season in self.months or self.clause.spans:
                    self._begin_season(str(token.value))
                self.months[self.season] = str(token.value)
            case "days":
                if self.clause.is_complete:
                    self._close()
                assert isinstance(token.value, frozenset)
                self.clause.days |= token.value
            case "holidays_off" | "holidays_announced":
                self.week["PH"] = Hours(is_vague=token.kind == "holidays_announced")
            case "holidays_as_usual":
                self.usual_holidays.add(self.season)
            case _:
                self._take_hours(token)

    def _take_hours(self, token: Token) -> None:
        clause = self.clause
        match token.kind:
            case "span":
                assert isinstance(token.value, tuple)
                (clause.breaks if clause.awaits_break else clause.spans).append(token.value)
                clause.awaits_break = False
            case "break":
                clause.awaits_break = True
            case "off":
                clause.is_off = True
            case "holidays_included":
                clause.with_holidays = True
            case "opens" | "vague":
                clause.opens = True

    @property
    def week(self) -> Week:
        return self.weeks.setdefault(self.season, {})

    def finish(self) -> None:
        self._close()
        for season in self.usual_holidays:
            open_days = {hours for hours in self.weeks.get(season, {}).values() if hours != Hours()}
            if len(open_days) != 1:
                raise ValueError(_("Say the hours on public holidays, for example 节假日 9:00-16:00."))
            self.weeks[season]["PH"] = open_days.pop()

    def _begin_season(self, season: str) -> None:
        if not self.season and not self.clause.is_complete:
            self.days_of_seasons = self.clause.days
        else:
            self._close()
        self.season, self.clause = season, Clause(days=self.days_of_seasons)

    def _close(self) -> None:
        """Enter the clause into the week of its season, and begin another."""
        clause, self.clause = self.clause, Clause()
        is_label = clause.opens and not clause.days and not clause.spans
        if is_label and (self.weeks or self.season):
            return
        if not (clause.days or clause.spans or clause.opens or clause.is_off):
            return
        if clause.is_off and (clause.spans or not clause.days):
            raise ValueError(_("Say of which days it is closed, apart from the hours of the others."))
        days = (clause.days or frozenset(DAYS)) | ({"PH"} if clause.with_holidays else set())
        known = {day for day in self.week if day != "PH"}
        if days & known and not (days < known or clause.is_off):
            raise ValueError(_("The hours of some days are stated twice."))
        self.week.update(dict.fromkeys(days, _hours_of(clause)))


def _hours_of(clause: Clause) -> Hours:
    if clause.is_off:
        return Hours()
    spans = sorted(clause.spans)
    breaks = list(clause.breaks)
    if clause.awaits_break and spans:
        breaks.append(spans.pop(spans.index(clause.spans[-1])))
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError(_("The hours of a day overlap."))
    spans = without(spans, breaks)
    return Hours(spans=tuple(spans), is_vague=not spans)
