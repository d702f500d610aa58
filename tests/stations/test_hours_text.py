"""Opening hours as people write them."""

from datetime import datetime

import opening_hours
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.hours_text import parse_hours

UNDERSTOOD = """
24小时 | 24/7
24小时营业 | 24/7
24 小时开放 | 24/7
二十四小时 | 24/7
24h | 24/7
24小时不打烊 | 24/7
全天 | 24/7
全天候开放 | 24/7
0:00-24:00 | 24/7
周一至周五 08:30-12:00,13:00-17:30 | Mo-Fr 08:30-12:00,13:00-17:30
8:30—11:00，13:30—17:00 | 08:30-11:00,13:30-17:00
05:00-17:30 | 05:00-17:30
08:45-23:45 | 08:45-23:45
周一至周日9:00—17:00 | 09:00-17:00
8：30～17：30 | 08:30-17:30
08.30-17.30 | 08:30-17:30
8:30 到 17:30 | 08:30-17:30
8:30――17:30 | 08:30-17:30
9-17点 | 09:00-17:00
8点-17点半 | 08:00-17:30
8:30am-5:30pm | 08:30-17:30
8:00-12:00 / 14:00-18:00 | 08:00-12:00,14:00-18:00
8:00-12:00、14:00-18:00 | 08:00-12:00,14:00-18:00
13:30-17:00 8:30-11:30 | 08:30-11:30,13:30-17:00
营业时间：8:30-17:30 | 08:30-17:30
营业时间：周一至周五 8:30-17:30 | Mo-Fr 08:30-17:30
周一到周五 8点半到17点 | Mo-Fr 08:30-17:00
星期一到星期五上午8:30-11:30，下午1:30-5:00 | Mo-Fr 08:30-11:30,13:30-17:00
礼拜一至礼拜五 9时至17时30分 | Mo-Fr 09:00-17:30
每周一至周五9:00-17:00 | Mo-Fr 09:00-17:00
周一至五 9:00-17:00 | Mo-Fr 09:00-17:00
周1-周5 9:00-17:00 | Mo-Fr 09:00-17:00
周1-5 9:00-17:00 | Mo-Fr 09:00-17:00
周一、三、五 9:00-11:00 | Mo,We,Fr 09:00-11:00
周日至周四 9:00-17:00 | Mo-Th,Su 09:00-17:00
周六日 9:00-16:00 | Sa,Su 09:00-16:00
周末 9:00-16:00 | Sa,Su 09:00-16:00
每日 上午8:30—12:00 下午13:30—17:30 | 08:30-12:00,13:30-17:30
上午8:00-12:00;下午2:00-6:00 | 08:00-12:00,14:00-18:00
早上8:00-晚上10:00 | 08:00-22:00
早8点至晚8点 | 08:00-20:00
早9晚5 | 09:00-17:00
上午9点-下午5点 | 09:00-17:00
下午1:30-5:00 | 13:30-17:00
中午11:30-13:30 | 11:30-13:30
中午12点-下午2点 | 12:00-14:00
凌晨12点-早上6点 | 00:00-06:00
晚上8点-晚上12点 | 20:00-24:00
12:00am-6:00am | 00:00-06:00
每天20:00-次日6:00 | 20:00-30:00
20:00-翌日6:00 | 20:00-30:00
20:00-6:00 | 20:00-30:00
18:00-凌晨2点 | 18:00-26:00
22:00-2:00 | 22:00-26:00
周一至周六 8:00-18:00，周日休息 | Mo-Sa 08:00-18:00
周一闭馆，周二至周日 9:00-17:00 | Tu-Su 09:00-17:00
9:00-21:00 周一休息 | Tu-Su 09:00-21:00
每天 8:00-18:00 周日 9:00-16:00 | Mo-Sa 08:00-18:00; Su 09:00-16:00
周一至周五8:30-17:30 周六周日9:00-16:00 | Mo-Fr 08:30-17:30; Sa,Su 09:00-16:00
周一至周五 8:30-17:30；周六、周日 9:30-16:00 | Mo-Fr 08:30-17:30; Sa,Su 09:30-16:00
工作日：8:30-17:30 双休日：9:00-16:30 | Mo-Fr 08:30-17:30; Sa,Su 09:00-16:30
周一至周五 24小时 | Mo-Fr 00:00-24:00
365天24小时 | Mo-Su,PH 00:00-24:00
全年无休 8:00-20:00 | Mo-Su,PH 08:00-20:00
8:30-17:30（午休12:00-13:30） | 08:30-12:00,13:30-17:30
8:30-17:30(12:00-13:30午休) | 08:30-12:00,13:30-17:30
周一至周五 8:30-17:30 中午不休息 | Mo-Fr 08:30-17:30
周一至周五 8:30-17:30，节假日除外 | Mo-Fr 08:30-17:30; PH off
8:30-17:00 节假日休息 | 08:30-17:00; PH off
周一至周五：8:30-17:00；周六：9:00-16:00；周日及法定节假日休息 | Mo-Fr 08:30-17:00; Sa 09:00-16:00; PH off
周一至周五8:30-17:30，周末及节假日9:00-16:00 | Mo-Fr 08:30-17:30; Sa,Su,PH 09:00-16:00
每天8:00-20:00（节假日照常） | Mo-Su,PH 08:00-20:00
节假日正常营业，周一至周五 9:00-17:00 | Mo-Fr,PH 09:00-17:00
周末(含节假日) 9:00-16:00 | Sa,Su,PH 09:00-16:00
周一至周日 8:00-18:00 (含节假日) | Mo-Su,PH 08:00-18:00
含节假日 8:00-20:00 | Mo-Su,PH 08:00-20:00
夏季(5月-9月)8:00-18:00，冬季(10月-4月)8:30-17:30 | May-Sep 08:00-18:00; Oct-Apr 08:30-17:30
夏季(5-9月)8:00-18:00 冬季8:30-17:00 | May-Sep 08:00-18:00; Oct-Apr 08:30-17:00
夏季（5月1日至9月30日）8:00-18:00 冬季（10月1日至次年4月30日）8:30-17:30 | May 01-Sep 30 08:00-18:00; \
Oct 01-Apr 30 08:30-17:30
每年5月1日至10月7日 8:00-18:00，10月8日至次年4月30日 8:30-17:30 | May 01-Oct 07 08:00-18:00; \
Oct 08-Apr 30 08:30-17:30
4月-10月 8:00-18:30 11月-3月 8:30-17:30 | Apr-Oct 08:00-18:30; Nov-Mar 08:30-17:30
5月至9月 8:00-18:00 | May-Sep 08:00-18:00
夏季(5月-9月) 周一至周五 8:00-18:00 | May-Sep Mo-Fr 08:00-18:00
6:00-22:00（冬季(11月-3月)6:30-21:30） | Nov-Mar 06:30-21:30; Apr-Oct 06:00-22:00
Mo-Fr 08:30-17:30; Sa 09:00-12:00 | Mo-Fr 08:30-17:30; Sa 09:00-12:00
24/7 | 24/7
Mo-Su 08:00-20:00; PH off | Mo-Su 08:00-20:00; PH off
"""

OPEN_QUESTIONS = """
工作日开放 | Mo-Fr unknown "工作日开放"
周一至周五 营业 | Mo-Fr unknown "周一至周五 营业"
营业时间 | Mo-Su unknown "营业时间"
上班时间 | Mo-Su unknown "上班时间"
同银行营业时间 | Mo-Su unknown "同银行营业时间"
随网点时间 | Mo-Su unknown "随网点时间"
工作日开放，周六 9:00-12:00 | Mo-Fr unknown "工作日开放，周六 9:00-12:00"; Sa 09:00-12:00
周一至周五 9:00-17:00，节假日另行通知 | Mo-Fr 09:00-17:00; PH unknown "周一至周五 9:00-17:00，节假日另行通知"
夏季 8:00-18:00 冬季 8:30-17:30 | Mo-Su 08:30-17:30, Mo-Su 08:00-08:30,17:30-18:00 unknown "夏/冬"
夏秋季8:00-18:00，冬春季8:30-18:00 | Mo-Su 08:30-18:00, Mo-Su 08:00-08:30 unknown "夏秋/冬春"
周一至周五 夏季8:00-18:00 冬季8:30-17:30 | Mo-Fr 08:30-17:30, Mo-Fr 08:00-08:30,17:30-18:00 unknown "夏/冬"
夏令时 8:00-12:00 14:00-18:00 冬令时 8:00-12:00 13:30-17:30 | Mo-Su 08:00-12:00,14:00-17:30, Mo-Su 13:30-14:00,17:30-18:00 unknown "夏/冬"
夏季周一至周五8:00-18:00；冬季周一至周五8:30-17:30；周末休息 | Mo-Fr 08:30-17:30, Mo-Fr 08:00-08:30,17:30-18:00 unknown "夏/冬"
夏季每天8:00-18:00 冬季周一至周五8:00-18:00 | Mo-Fr 08:00-18:00; Sa,Su 08:00-18:00 unknown "夏/冬"
6:00-22:00（冬季6:30-21:30） | Mo-Su 06:30-21:30, Mo-Su 06:00-06:30,21:30-22:00 unknown "冬"
"""  # noqa: E501

REFUSED = """
不详 | not understood
8:30 | not understood
春节期间休息 8:00-17:00 | not understood
朝九晚五 | not understood
Mo-Fr 25:99 | not understood
周一至周五 9:00-17:00 Sa 9:00-12:00 | not understood
9:00-5:30 | ends before it begins
8:30-8:20 | ends before it begins
00:00-00:00 | ends before it begins
8:30-17:60 | no time of day
8:30-50:00 | no time of day
13月-2月 8:00-9:00 | names no months
5月10日-9月 8:00-9:00 | Give both days
周日休息 | names no hours
、， | names no hours
休息 | Say of which days
周一至周五 8:30-17:30 休息 | Say of which days
8:30-12:00 11:00-17:00 | overlap
周一至周五 8:30-17:30 每天 9:00-10:00 | stated twice
夏季 8:00-18:00 | other season too
周一至周五 8:30-17:00 周六 9:00-12:00 节假日照常 | on public holidays
5月45日-6月1日 8:00-9:00 | not understood
"""


def _table(text: str) -> list[tuple[str, str]]:
    return [(left, right) for left, _, right in (line.partition(" | ") for line in text.strip().splitlines())]


@pytest.mark.parametrize(("text", "expression"), _table(UNDERSTOOD))
def test_hours_are_understood_however_they_are_written(text: str, expression: str) -> None:
    parsed = parse_hours(text)
    assert parsed.opening_hours == expression
    assert parsed.warnings == []
    assert opening_hours.validate(expression)


@pytest.mark.parametrize(("text", "expression"), _table(OPEN_QUESTIONS))
def test_what_the_text_leaves_open_is_unknown_and_warned_of(text: str, expression: str) -> None:
    parsed = parse_hours(text)
    assert parsed.opening_hours == expression
    assert len(parsed.warnings) == 1
    assert opening_hours.validate(expression)


@pytest.mark.parametrize(("text", "sentence"), [*_table(REFUSED), ("", "is empty"), ("  ", "is empty")])
def test_what_is_not_understood_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_hours(text)


def test_hours_too_long_for_the_column_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than 255"):
        parse_hours("; ".join(["Mo-Fr 08:30-17:30"] * 20))


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-07-06T08:10", opening_hours.State.UNKNOWN),
        ("2026-07-06T09:00", opening_hours.State.OPEN),
        ("2026-07-06T17:45", opening_hours.State.UNKNOWN),
        ("2026-07-06T19:00", opening_hours.State.CLOSED),
    ],
)
def test_seasons_without_months_are_open_only_when_both_are(moment: str, state: opening_hours.State) -> None:
    hours = opening_hours.OpeningHours(parse_hours("夏季 8:00-18:00 冬季 8:30-17:30").opening_hours)
    assert hours.state(datetime.fromisoformat(moment))[0] == state


def test_a_quotation_mark_in_the_text_does_not_break_the_grammar() -> None:
    assert parse_hours("工作日 营业").opening_hours == 'Mo-Fr unknown "工作日 营业"'
    with pytest.raises(ValueError, match="not understood"):
        parse_hours('工作日"营业"')


WORDS = """周一至周五 每天 周末 节假日 休息 8:30-17:30 20:00-次日6:00 夏季 (5月-9月) 冬季
午休 12:00-13:00 照常 营业 ， 24小时 除外 Mo-Fr - 8"""


def _sentence_or_hours(text: str) -> str:
    try:
        return parse_hours(text).opening_hours
    except ValueError as error:
        return str(error)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join) | st.text(max_size=40))
def test_any_text_gives_valid_hours_or_a_sentence(text: str) -> None:
    answer = _sentence_or_hours(text)
    assert answer.endswith(".") or opening_hours.validate(answer)
