"""Pinyin initials, by which people search on a keyboard without Chinese input."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

MAX_LENGTH = 100
RUN = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")


def initials(name: str) -> str:
    """The first letters: 济西支行A座 is jxzhaz; spaces and punctuation are left out."""
    return "".join(_letters(run) for run in RUN.findall(name))[:MAX_LENGTH]


@lru_cache(maxsize=8192)
def _letters(run: str) -> str:
    """Of a run of Chinese characters, or of none: the same ones return in many names."""
    letters = "".join(lazy_pinyin(run, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())
