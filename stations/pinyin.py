"""Pinyin, by which people search on a keyboard without Chinese input: initials, and names spelled out."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

MAX_LENGTH = 100
MOST_READINGS = 8
SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:[iu]ang|iong|ueng|[aei]ng|ong|ia[no]|ua[in]|[aei]n|[aeu]i|[ao]u|ao|u[aeno]|ve|i[aeu]|er|[aoeiuv])"
)
RUN = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")

# What the dictionary reads otherwise than the people who live and bank there.
load_phrases_dict(
    {
        "支行": [["zhī"], ["háng"]],
        "总行": [["zǒng"], ["háng"]],
        "长清": [["cháng"], ["qīng"]],
        "乐陵": [["lào"], ["líng"]],
        "单县": [["shàn"], ["xiàn"]],
        "六合区": [["lù"], ["hé"], ["qū"]],
        "丽水": [["lí"], ["shuǐ"]],
        "涡阳": [["guō"], ["yáng"]],
        "浚县": [["xùn"], ["xiàn"]],
        "曾都": [["zēng"], ["dū"]],
    }
)


def initials(name: str) -> str:
    """The first letters: 济西支行A座 is jxzhaz; spaces and punctuation are left out."""
    return "".join(_letters(run) for run in RUN.findall(name))[:MAX_LENGTH]


@lru_cache(maxsize=8192)
def _letters(run: str) -> str:
    """Of a run of Chinese characters, or of none: the same ones return in many names."""
    letters = "".join(lazy_pinyin(run, style=Style.FIRST_LETTER)).lower()
    return "".join(letter for letter in letters if letter.isalnum())


def spelled(name: str) -> str:
    """The name spelled out: 济西支行 is jixizhihang."""
    return "".join(letter for letter in "".join(lazy_pinyin(name)).lower() if letter.isalnum())


def readings(text: str) -> set[str]:
    """The initials for which a spelling may stand: xian is x (先) or xa (西安); none if it is no pinyin."""
    found: set[str] = set()
    dead_ends: set[int] = set()

    def read(start: int, letters: str) -> bool:
        """Whether the rest from `start` on can be read; where it cannot, nobody tries again."""
        if start == len(text):
            found.add(letters)
            return True
        if start in dead_ends or len(found) >= MOST_READINGS:
            return start not in dead_ends
        ends = range(min(len(text), start + 6), start, -1)
        ways = [read(end, letters + text[start]) for end in ends if SYLLABLE.fullmatch(text, start, end)]
        if not any(ways):
            dead_ends.add(start)
        return any(ways)

    read(0, "")
    return found
