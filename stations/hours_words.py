"""The words in which people write opening hours in Chinese, as tokens.

`stations.hours_text` puts them together; this module only recognises them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_MINUTES = 24 * 60

Kind = Literal[
    "days",
    "span",
    "off",
    "break",
    "season",
    "months",
    "holidays_off",
    "holidays_as_usual",
    "holidays_included",
    "holidays_announced",
    "opens",
    "vague",
    "noise",
]


@dataclass(frozen=True)
class Token:
    """A word with its meaning: a set of days, a (start, end) in minutes, the name of a season, a month selector."""

    kind: Kind
    value: object = None


NUMERALS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6} | {str(n + 1): n for n in range(7)}
DASHES = re.compile(r"\s*[-‐‑–—―−~∼〜⁓至到]+\s*")
WEEK = "(?:周|星期|礼拜)"
NUMERAL = r"(?:[一二三四五六日天]|[1-7](?![\d:点时.]))"
MORE = rf"(?:\s*[-,、和及与/]\s*{WEEK}?|{WEEK})?{NUMERAL}"
HOLIDAYS = "(?:国家|法定)*(?:节假日|节日|假日|假期)"
CLOSED = "(?:休息|不开放|不营业|关闭|闭馆|关门|休业|公休|停止服务|放假|休)"
BEFORE_NOON = "凌晨|清晨|早晨|早上|上午|早"
AFTER_NOON = "中午|下午|傍晚|晚上|夜间|晚"
LATE = ("晚上", "夜间", "晚")
NEXT_DAY = "次日|翌日|第二天|次晨"
TIME = (
    rf"(?P<{{0}}next>{NEXT_DAY})?\s*(?P<{{0}}part>{BEFORE_NOON}|{AFTER_NOON})?\s*(?P<{{0}}hour>\d{{{{1,2}}}})"
    r"(?:\s*(?P<{0}mark>[:.点时])\s*(?:(?P<{0}minute>\d{{2}}|\d(?=分)|半)分?)?)?\s*(?P<{0}half>[ap]\.?m\.?)?"
)
SPAN = TIME.format("a") + r"\s*-\s*" + TIME.format("b") + r"(?![\d月])"
MONTH_RANGE = (
    r"(?P<m1>\d{1,2})(?:月(?:(?P<d1>\d{1,2})[日号])?)?\s*-\s*(?:次年|翌年)?"
    r"(?P<m2>\d{1,2})月(?:(?P<d2>\d{1,2})[日号]|底|份)?"
)
SEASON_TAIL = "(?:季节|季|令时|令|天|时)?(?:作息)?(?:时间)?"
HOSTS = "(?:网点|银行|支行|门店|大厅|店铺|单位)"
ALL_WEEK = frozenset(DAYS)


def normalised(text: str) -> str:
    """Full-width signs narrowed, every dash and 至/到 between two things made a hyphen, spaces single."""
    narrow = unicodedata.normalize("NFKC", text).replace("。", ";")
    return re.sub(r"\s+", " ", DASHES.sub("-", narrow)).strip()


def tokens(text: str) -> Iterator[Token]:
    """The words of a normalised text; what is none is a ValueError that quotes it."""
    position = 0
    while position < len(text):
        for pattern, read in WORDS:
            if match := pattern.match(text, position):
                yield read(match)
                position = match.end()
                break
        else:
            raise ValueError(_("“%(rest)s” is not understood.") % {"rest": text[position : position + 12]})


def _days(match: re.Match[str]) -> Token:
    days: list[int] = []
    pending_range = False
    for piece in re.findall(rf"-|{NUMERAL}", re.sub(WEEK, "", match[0])):
        if piece == "-":
            pending_range = True
            continue
        day = NUMERALS[piece]
        if pending_range:
            # Sunday may begin a week: 周日至周四 runs on past the end.
            last = day if day >= days[-1] else day + 7
            days.extend(step % 7 for step in range(days[-1] + 1, last + 1))
        else:
            days.append(day)
        pending_range = False
    return Token("days", frozenset(DAYS[day] for day in days))


def _span(match: re.Match[str]) -> Token:
    start, end = _minutes(match, "a"), _minutes(match, "b")
    if end <= start and not match["bpart"] and match["apart"] and _is_afternoon(match["apart"]):
        end = end + 12 * 60 if end < 12 * 60 else end
    # 20:00-6:00 cannot mean six in the evening, so it runs into the next day; 9:00-5:30 may mean anything.
    if match["bnext"] or (end < start and (end + 12 * 60 <= start or match["bpart"] == "凌晨")):
        end += DAY_MINUTES
    if not start < end <= start + DAY_MINUTES or start >= DAY_MINUTES:
        raise ValueError(
            _(
                "“%(span)s” ends before it begins. Write 17:30 for half past five in the afternoon,"
                " and 次日 before a time of the next day."
            )
            % {"span": match[0]}
        )
    return Token("span", (start, end))


def _minutes(match: re.Match[str], side: str) -> int:
    hour, minute = int(match[f"{side}hour"]), match[f"{side}minute"]
    minutes = 30 if minute == "半" else int(minute or 0)
    part = match[f"{side}part"] or ""
    half = (match[f"{side}half"] or "").lower()
    if (_is_afternoon(part) or half.startswith("p")) and hour < (10 if part == "中午" else 12):
        hour += 12
    elif hour == 12 and part in LATE:
        hour = 24
    elif hour == 12 and (part == "凌晨" or half.startswith("a")):
        hour = 0
    if hour > 48 or minutes > 59:
        raise ValueError(_("“%(time)s” is no time of day.") % {"time": match[0]})
    return hour * 60 + minutes


def _early_late(match: re.Match[str]) -> Token:
    return Token("span", (int(match["early"]) * 60, (int(match["late"]) + 12) * 60))


def _is_afternoon(part: str) -> bool:
    return bool(part) and part in AFTER_NOON.split("|")


def _months(match: re.Match[str]) -> Token:
    first, day, last, last_day = (match[name] for name in ("m1", "d1", "m2", "d2"))
    if not (1 <= int(first) <= 12 and 1 <= int(last) <= 12):
        raise ValueError(_("“%(months)s” names no months.") % {"months": match[0]})
    if day and last_day:
        return Token("months", f"{MONTHS[int(first) - 1]} {int(day):02d}-{MONTHS[int(last) - 1]} {int(last_day):02d}")
    if (day and day != "1") or last_day:
        raise ValueError(_("Give both days of “%(months)s”, or none.") % {"months": match[0]})
    return Token("months", f"{MONTHS[int(first) - 1]}-{MONTHS[int(last) - 1]}")


def _word(kind: Kind, value: object = None) -> Callable[[re.Match[str]], Token]:
    return lambda _match: Token(kind, value)


# Tried in this order at each position: a longer word stands before the shorter one that it begins with.
READERS: tuple[tuple[str, Callable[[re.Match[str]], Token]], ...] = (
    (r"(?:24|二十四)\s*个?(?:小时|h(?:ours?|rs?)?|时)|全天候?|昼夜|全日", _word("span", (0, DAY_MINUTES))),
    (MONTH_RANGE, _months),
    (SPAN, _span),
    (r"早(?P<early>[5-9]|1[01])点?晚(?P<late>[1-9]|1[01])点?", _early_late),
    (rf"{HOLIDAYS}(?:期间)?(?:另行通知|以公告为准|另行公告)", _word("holidays_announced")),
    (rf"除{HOLIDAYS}外?|不含{HOLIDAYS}|{HOLIDAYS}(?:期间)?除外", _word("holidays_off")),
    (rf"{HOLIDAYS}(?:期间)?(?:照常|不休息?|无休|正常)(?:开放|营业|服务)?", _word("holidays_as_usual")),
    (rf"(?:含|包括|包含){HOLIDAYS}", _word("holidays_included")),
    (rf"{HOLIDAYS}(?:期间)?", _word("days", frozenset({"PH"}))),
    (r"全年无休息?|全年不休|365天|天天无休", _word("days", ALL_WEEK | {"PH"})),
    (r"每周[七7]天|一周[七7]天|每天|每日|天天|全周|全年", _word("days", ALL_WEEK)),
    (r"工作日|平日", _word("days", frozenset(DAYS[:5]))),
    (r"周末|双休日|双休", _word("days", frozenset(DAYS[5:]))),
    (rf"每?{WEEK}{NUMERAL}(?:{MORE})*", _days),
    (r"(?:中午|午间|午休)(?:不休息?|不打烊|不间断|照常)|无午休", _word("noise")),
    (r"午休|中午休息|午间休息", _word("break")),
    (CLOSED, _word("off")),
    (rf"夏秋{SEASON_TAIL}", _word("season", "夏秋")),
    (rf"冬春{SEASON_TAIL}", _word("season", "冬春")),
    (rf"夏{SEASON_TAIL}", _word("season", "夏")),
    (rf"冬{SEASON_TAIL}", _word("season", "冬")),
    (r"(?:正常)?(?:上班|工作|营业|开放|服务|办公)时间[内段]?", _word("vague")),
    (rf"(?:同|随|按|与)?(?:本|该)?{HOSTS}的?(?:营业|上班|工作|对外)?(?:时间)?(?:一致|相同)?", _word("vague")),
    (r"不打烊|不间断|无间断", _word("noise")),
    (r"(?:对外|正常)*(?:营业|开放|服务|运营)", _word("opens")),
    (r"每年|时间|时段|均|为|共|从|于|或|以及|和|及|与|[\s,、;:()\[\]【】.|/+&]+", _word("noise")),
)
WORDS = tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in READERS)
