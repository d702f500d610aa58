"""What somebody wants to know: of whom, of which months, and compared with which."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from reports.figures import MonthFigures, live_figures, month_figures
from reports.periods import Period
from reports.subjects import Subject


@dataclass(frozen=True)
class Question:
    """`against` takes the place of the months right before."""

    subject: Subject
    period: Period
    against: Period | None = None

    @property
    def is_report(self) -> bool:
        """Whether it is what a unit hands in: one month, and all of its stations."""
        return self.period.is_month and self.against is None and not self.subject.only

    def figures(self, revision: int | None = None, *, sections: Collection[str] | None = None) -> MonthFigures:
        """As they were frozen, if they were; everything else is added up anew. Of these sections at least, or all."""
        if self.is_report:
            return month_figures(self.subject, self.period.first, revision, sections=sections)
        return live_figures(self.subject, self.period, against=self.against, sections=sections)

    def revision(self, told: str | None) -> int | None:
        """The number of a revision as an address names it; ValueError for what is none, or has none."""
        if told is None:
            return None
        if not (told.isascii() and told.isdecimal() and len(told) < 5 and self.is_report):
            raise ValueError(told)
        return int(told)

    def shifted(self, months: int) -> "Question":
        """The same of other months; with the same distance to those that it is compared with."""
        against = self.against.plus(months) if self.against else None
        return Question(self.subject, self.period.plus(months), against)

    @property
    def title(self) -> str:
        words = [self.subject.name, str(self.period), *self.subject.only]
        return " · ".join([*words, f"⇄ {self.against}"] if self.against else words)

    def query(self, **more: str) -> str:
        asked = self.subject.query | {"month": str(self.period.first)}
        if not self.period.is_month:
            asked["until"] = str(self.period.last)
        if self.against:
            asked["against"] = str(self.against.first)
        return urlencode(asked | more)
