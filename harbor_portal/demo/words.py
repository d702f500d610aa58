"""The words that fictional names and addresses are made of."""

from collections.abc import Iterable
from random import Random

from stations.codes import ALPHABET, LENGTH
from stations.pinyin import MAX_LENGTH, initials

STREETS = (
    "人民解放建设中山和平胜利文化新华光明团结民主友谊青年长江黄河泰山东风朝阳迎宾学府科技创业工业体育公园"
    "湖滨滨河站前府前商业健康幸福平安兴隆富强振兴永安明珠银河金鼎花园桃园柳林松江凤凰龙泉玉泉东岳南湖西苑"
    "北辰双塔三里四方五一六合七星八一九华十里大桥古城新城开元天山华山珠江淮河汉江钱塘太湖洪武广场丰收红旗"
)
"""Two characters each."""
STREET_ENDS = ("路", "街", "大街", "大道", "东路", "西路", "南路", "北路", "中路")
BUILDINGS = (
    *("万和广场", "银座商城", "时代大厦", "国贸中心", "阳光花园", "锦绣家园"),
    *("世纪新城", "财富中心", "科创园", "文体中心", "便民市场", "客运中心"),
)


def street(random: Random) -> str:
    start = random.randrange(0, len(STREETS), 2)
    return STREETS[start : start + 2] + random.choice(STREET_ENDS)


def house(random: Random, street_name: str) -> str:
    """A street with a number, sometimes with the building."""
    number = f"{street_name}{random.randint(1, 398)}号"
    return number + random.choice(BUILDINGS) if random.random() < 0.2 else number


def joined_initials(parts: Iterable[str]) -> str:
    """The initials of a name made of these parts; parts repeat, so this is many times faster than the whole name."""
    return "".join(map(initials, parts))[:MAX_LENGTH]


SPREAD = 0x9E3779B97
"""Odd, so that multiplying by it maps all codes onto themselves; neighbours come out far apart."""


def station_code(number: int) -> str:
    """The code of the n-th generated station, each number another one."""
    value = number * SPREAD
    text = ""
    for _ in range(LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text
