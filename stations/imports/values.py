"""One cell to one value: each reader answers it, or raises ValueError with a sentence that says what is right."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Cell, text_of
from stations.choices import CalendarPolicy, Counting, Datum, EntryMode, HostKind, StationStatus
from stations.codes import read_code
from stations.hours_text import ParsedHours, parse_hours
from stations.imports.words import example_words, folded, words_of

Warn = Callable[[str], None]
Reader = Callable[[Cell, Warn], Any]

NUMBER = re.compile(r"[^0-9.]*?([0-9]+(?:\.[0-9]+)?)\s*(?:平方米|平米|平|㎡|m2|m²|个|座|席|位|人)?(?:左右)?")
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
ONE_PHONE = re.compile(r"(?:\+?86[- ]?)?[\d*xX]{2,5}(?:[- ]?[\d*xX]{2,8}){0,4}(?:(?:转|-|ext\.?)\s*\d{1,6})?")
DEGREES = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
MAX_AREA = Decimal("99999.9")
MAX_SEATS = 9_999


def text_reader(limit: int) -> Reader:
    """Text of at most so many characters, spaces and line breaks within it single."""

    def read(cell: Cell, _warn: Warn) -> str:
        text = " ".join(text_of(cell).split())
        if len(text) > limit:
            raise ValueError(
                _("This has %(length)s characters; at most %(limit)s are kept. Shorten it.")
                % {"length": len(text), "limit": limit}
            )
        if not text.isprintable():
            raise ValueError(_("This holds signs that cannot be shown. Type it again."))
        return text

    return read


def choice_reader(choices: type[TextChoices]) -> Reader:
    @cache
    def words() -> dict[str, str]:
        return words_of(choices)

    def read(cell: Cell, _warn: Warn) -> str:
        code = words().get(folded(text_of(cell)))
        if code is None:
            raise ValueError(_("Write one of: %(words)s.") % {"words": example_words(choices)})
        return code

    return read


COUNTING = choice_reader(Counting)


def read_station_code(cell: Cell, _warn: Warn) -> str:
    try:
        return read_code(text_of(cell))
    except ValueError as error:
        raise ValueError(
            _("A code has eight characters, digits and letters without I, L, O, U. Leave it empty for a new station.")
        ) from error


def read_degrees(cell: Cell, _warn: Warn) -> float:
    """A finite number of degrees."""
    text = text_of(cell).strip().rstrip("°")
    number = float(text) if DEGREES.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise ValueError(_("This is no number of degrees. Write decimal degrees such as 117.0229."))
    return number


def read_phone(cell: Cell, warn: Warn) -> str:
    """Whatever is written, since nobody is helped by losing it; what cannot be dialled is warned of."""
    text: str = text_reader(100)(cell, warn)
    if "*" in text:
        warn(_("This number is masked, so nobody can call it. It is kept as it is written."))
    elif not ONE_PHONE.fullmatch(text):
        warn(_("This is not one telephone number. It is kept as it is written."))
    return text


def read_hours(cell: Cell, warn: Warn) -> ParsedHours:
    hours = parse_hours(text_of(cell))
    for sentence in hours.warnings:
        warn(sentence)
    return hours


def read_area(cell: Cell, _warn: Warn) -> Decimal:
    number = _number(cell)
    if number is None or not 0 < number <= MAX_AREA:
        raise ValueError(_("Write the area in square metres as a number between 0.1 and 99999.9."))
    return number.quantize(Decimal("0.1"))


def read_seats(cell: Cell, _warn: Warn) -> int:
    number = _number(cell)
    if number is None or number != int(number) or number > MAX_SEATS:
        raise ValueError(_("Write the seats as a whole number of at most 9999."))
    return int(number)


def read_counting(cell: Cell, warn: Warn) -> bool:
    return bool(COUNTING(cell, warn) == Counting.HOUR)


def _number(cell: Cell) -> Decimal | None:
    """A number, with or without its unit; None for anything else."""
    match = NUMBER.fullmatch(text_of(cell).strip()) if not isinstance(cell, bool) else None
    if match is None or "-" in text_of(cell):
        return None
    try:
        return Decimal(match[1])
    except InvalidOperation:
        return None


def read_date(cell: Cell, _warn: Warn) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = DATE.fullmatch(text_of(cell).strip())
    try:
        assert match is not None
        return date(*map(int, match.groups()))
    except (AssertionError, ValueError) as error:
        raise ValueError(_("Write the day as 2018-07-01.")) from error


STATION_READERS: dict[str, Reader] = {
    "code": read_station_code,
    "name": text_reader(100),
    "host_kind": choice_reader(HostKind),
    "operator": text_reader(300),
    "supervisor": text_reader(300),
    "division": text_reader(100),
    "address": text_reader(200),
    "longitude": read_degrees,
    "latitude": read_degrees,
    "datum": choice_reader(Datum),
    "phone": read_phone,
    "opening_hours": read_hours,
    "calendar_policy": choice_reader(CalendarPolicy),
    "entry_mode": choice_reader(EntryMode),
    "area_m2": read_area,
    "seats": read_seats,
    "counts_by_hour": read_counting,
    "opened_date": read_date,
    "status": choice_reader(StationStatus),
    "suspended_reason": text_reader(200),
}
