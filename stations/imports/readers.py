"""What a cell may hold follows from the field of the model in which its value is kept."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from harbor_portal.lib.tables import Cell, text_of
from stations.imports.columns import Text
from stations.imports.values import Reader, Warn, choice_reader, read_date, text_reader
from stations.imports.words import folded

LONGEST_NAME = 1_000
"""Of what names rows of another table: paths of units, or several stations."""
LONGEST_TEXT = 10_000
MOMENT = re.compile(r"(.*?\d\s*日?)(?:[ T]+|(?<=日)\s*)(\d{1,2})[:：时](\d{2})?(?:[:：]\d{2})?分?")
NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:元|人次|人|个|次|件|份|场|㎡|m2)?")
YES = {folded(word) for word in ("是", "有", "对", "yes", "y", "true", "1", "√", "✓")}
NO = {folded(word) for word in ("否", "不是", "不", "no", "n", "false", "0", "×")}


def reader_of(field: Any, choices: type[TextChoices] | None) -> Reader:
    """The reader for a field of a model; another table's row is read as its name."""
    if choices is not None:
        return choice_reader(choices)
    return next((make(field) for kind, make in READERS if isinstance(field, kind)), None) or text_reader(
        field.max_length
    )


def whole_reader(least: int, most: int) -> Reader:
    def read(cell: Cell, _warn: Warn) -> int:
        number = _number(cell)
        if number is None or number != int(number) or not least <= number <= most:
            raise ValueError(_("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
        return int(number)

    return read


def decimal_reader(digits: int, places: int) -> Reader:
    most = Decimal(10) ** (digits - places)

    def read(cell: Cell, _warn: Warn) -> Decimal:
        number = _number(cell)
        if number is None or abs(number) >= most or number != round(number, places):
            raise ValueError(_("Write a number with at most %(places)s decimals.") % {"places": places})
        return number.quantize(Decimal(1).scaleb(-places))

    return read


def lines_reader(limit: int) -> Reader:
    """Text of several lines, each without the spaces around it."""

    def read(cell: Cell, warn: Warn) -> str:
        lines = [text_reader(limit)(line, warn) for line in text_of(cell).splitlines()]
        text = "\n".join(lines).strip("\n")
        text_reader(limit)(text.replace("\n", " "), warn)
        return text

    return read


def title_reader(titles: Callable[[], Mapping[str, Text]]) -> Reader:
    """One of these by its code, or by its title in any language."""

    @cache
    def words() -> dict[str, str]:
        found: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                found |= {folded(str(title)): code for code, title in titles().items()}
        return {folded(code): code for code in titles()} | found

    def read(cell: Cell, _warn: Warn) -> str:
        code = words().get(folded(text_of(cell)))
        if code is None:
            known = _(", ").join(map(str, titles().values()))
            raise ValueError(_("Write one of: %(words)s.") % {"words": known})
        return code

    return read


def read_yes_no(cell: Cell, _warn: Warn) -> bool:
    word = folded(text_of(cell))
    if word not in YES | NO:
        raise ValueError(_("Write 是 or 否."))
    return word in YES


def read_moment(cell: Cell, warn: Warn) -> datetime:
    """A day with its time, by the clock of the portal; a day alone is its first moment."""
    text = text_of(cell).strip()
    hour = minute = 0
    try:
        if match := MOMENT.fullmatch(text):
            text, hour, minute = match[1], int(match[2]), int(match[3] or 0)
        day = read_date(text, warn)
        return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001  # made aware here
    except ValueError as error:
        raise ValueError(_("Write the day and the time as 2026-07-01 14:00.")) from error


def written(value: Any, choices: type[TextChoices] | None) -> Any:
    """A value of a row as its cell, which is read as the same value."""
    if value is None or value == "":
        return None
    if choices is not None:
        return str(choices(value).label)
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value


def _number(cell: Cell) -> Decimal | None:
    match = NUMBER.fullmatch(text_of(cell).strip().replace(",", "")) if not isinstance(cell, bool) else None
    return Decimal(match[1]) if match and len(match[1]) <= 18 else None


def _range(field: Any) -> tuple[int, int]:
    """What the database and the validators of the field let in."""
    least, most = 0, 2**31 - 1
    for validator in field.validators:
        match getattr(validator, "code", ""):
            case "min_value":
                least = max(least, validator.limit_value)
            case "max_value":
                most = min(most, validator.limit_value)
    return least, most


READERS: tuple[tuple[Any, Callable[[Any], Reader]], ...] = (
    ((models.ForeignKey, models.ManyToManyField), lambda _field: text_reader(LONGEST_NAME)),
    (models.BooleanField, lambda _field: read_yes_no),
    (models.DateTimeField, lambda _field: read_moment),
    (models.DateField, lambda _field: read_date),
    (models.DecimalField, lambda field: decimal_reader(field.max_digits, field.decimal_places)),
    (models.IntegerField, lambda field: whole_reader(*_range(field))),
    (models.TextField, lambda field: lines_reader(field.max_length or LONGEST_TEXT)),
)
"""The first that fits: a moment is also a day."""
