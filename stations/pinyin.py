"""Pinyin initials, by which people search on a keyboard without Chinese input."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

MAX_LENGTH = 100


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """The first letters: 济西支行A座 is jxzhaz; spaces and punctuation are left out."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())[:MAX_LENGTH]
