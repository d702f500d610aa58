"""Small wishes of fictional families, in every state of their life."""

from datetime import datetime, timedelta
from decimal import Decimal

from harbor_portal.demo.demo_people import SAMPLE, unit_of
from partners.models import Partner
from services.actions.wish_claims import (
    confirm_for_community,
    fulfil_wish,
    offer_to_fulfil,
    take_on,
    thank,
)
from services.actions.wishes import Family, Said, approve_wish, nominate_wish, publish_wish
from services.models import Wish
from services.wish_choices import WishKind
from stations.models import User

WISHES = (
    (WishKind.GOODS, "一台安全的电暖器", "老人独居，屋里没有暖气，冬天想要一台倾倒会自动断电的电暖器。", 300),
    (WishKind.GOODS, "一辆二手儿童自行车", "孩子上学要走四十分钟，想要一辆能骑着上学的自行车。", 260),
    (WishKind.SERVICE, "每周一次的作业辅导", "父母都在外跑单，孩子希望周末有人辅导数学。", None),
    (WishKind.SERVICE, "一次厨房大扫除", "行动不便，灶台和油烟机多年没有清洗，希望有人帮忙打扫。", 200),
    (WishKind.GOODS, "一副老花镜和一盏台灯", "喜欢看报，眼镜度数已经不合适。", 180),
    (WishKind.SERVICE, "每月一次陪诊", "子女不在身边，去医院复查时希望有人陪同。", None),
)


def grant_wishes(now: datetime) -> None:
    """Of the officer's unit: two wait to be checked or taken on, one is offered for, the others came true."""
    officer, chair = User.objects.get(username="officer"), User.objects.get(username="admin")
    for number, (kind, title, text, budget) in enumerate(WISHES):
        said = Said(
            kind=kind,
            title=f"{title}{SAMPLE}",
            text=text,
            needed_by=now.date() + timedelta(days=12 + 9 * number),
            budget=None if budget is None else Decimal(budget),
        )
        _live(_nominated(officer, said, number), number, officer, chair)


def _nominated(officer: User, said: Said, number: int) -> Wish:
    family = Family(f"示例家庭{number}", f"1300000000{number}", f"示例路{number}号", "虚构", agreed=True)
    return nominate_wish(unit=unit_of(officer), said=said, family=family, by=officer)


def _live(wish: Wish, number: int, officer: User, chair: User) -> None:
    """The further down the list, the further it has come."""
    if number == 0:
        return
    wish = publish_wish(wish=approve_wish(wish=wish, by=chair), by=officer)
    if number == 1:
        offer_to_fulfil(wish=wish, name="示例志愿者", phone="13000000099", agreed=True)
    if number <= 2:
        return
    helper = Partner.objects.in_use().order_by("pk").first()
    wish = take_on(wish=wish, partner=helper, unit=None if helper else wish.unit, by=officer).wish
    if number == 3:
        return
    wish = fulfil_wish(wish=wish, proof="已由网点志愿者送到。", cost=Decimal(168), by=officer)
    wish = confirm_for_community(wish=wish, by=chair)
    if number == 5:
        thank(wish=wish, text="谢谢每个月来的小李和小赵。", by=officer)
