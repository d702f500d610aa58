"""Cells of plain tables are read as the field says that keeps them, and written so that they are read the same."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from stations.choices import HonourLevel
from stations.imports.readers import reader_of, written

MOMENT = models.DateTimeField()
MONEY = models.DecimalField(max_digits=8, decimal_places=2)
SOME = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(60)])


def read(field: Any, cell: Any, choices: Any = None) -> Any:
    return reader_of(field, choices)(cell, lambda _sentence: None)


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        (MOMENT, "2026-07-01 14:00", datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),
        (MOMENT, "2026年7月1日14时30分", datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
        (MOMENT, datetime(2026, 7, 1, 14, 0), datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),  # noqa: DTZ001  # as cells are
        (MOMENT, date(2026, 7, 1), datetime(2026, 6, 30, 16, 0, tzinfo=UTC)),
        (models.DateField(), "2026/7/1", date(2026, 7, 1)),
        (MONEY, "1,200.50元", Decimal("1200.50")),
        (MONEY, 3.0, Decimal("3.00")),
        (SOME, "60人", 60),
        (models.BooleanField(), "是", True),
        (models.BooleanField(), "No", False),
        (models.TextField(), " 第一行 \n\n 第二行\n", "第一行\n\n第二行"),
        (models.CharField(max_length=4), " a  b ", "a b"),
    ],
)
def test_a_cell_is_read_as_its_field(field: Any, cell: Any, value: Any) -> None:
    assert read(field, cell) == value
    assert read(field, written(value, None)) == value


def test_a_closed_list_is_written_as_its_label() -> None:
    assert read(models.CharField(), written(HonourLevel.CITY.value, HonourLevel), HonourLevel) == HonourLevel.CITY
    assert written("", HonourLevel) is None


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        (MOMENT, "2026-07-01 25:00"),
        (MOMENT, "下周"),
        (MONEY, "1234567.00"),
        (MONEY, "1.234"),
        (MONEY, "很多"),
        (SOME, "0"),
        (SOME, "61"),
        (SOME, "1.5"),
        (models.BooleanField(), "也许"),
        (models.CharField(max_length=4), "abcde"),
    ],
)
def test_what_the_field_cannot_hold_is_refused_with_a_sentence(field: Any, cell: Any) -> None:
    with pytest.raises(ValueError, match=r"Write|characters"):
        read(field, cell)
