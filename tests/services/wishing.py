"""Short ways to a wish in each of its states."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from services.actions.wish_claims import fulfil_wish, take_on
from services.actions.wishes import Family, Said, approve_wish, nominate_wish, publish_wish
from services.models import Wish
from services.wish_choices import WishKind
from stations.choices import Role
from stations.models import Unit, User
from tests.conftest import World
from tests.factories import make_member

NAME, PHONE, ADDRESS, SITUATION = "欧阳静怡", "13853100077", "棋盘小区三号楼二单元五零一室", "独自照顾瘫痪的老伴"
SECRETS = (NAME, PHONE, ADDRESS, SITUATION)
"""What nobody may find anywhere in clear."""


def said(**changes: Any) -> Said:
    values: dict[str, Any] = {
        "kind": WishKind.GOODS,
        "title": "一台电暖器",
        "text": "冬天屋里冷，想要一台安全的电暖器。",
        "needed_by": timezone.localdate() + timedelta(days=20),
    }
    return Said(**values | changes)


def family(**changes: Any) -> Family:
    values: dict[str, Any] = {"name": NAME, "phone": PHONE, "address": ADDRESS, "situation": SITUATION, "agreed": True}
    return Family(**values | changes)


def some_family() -> Family:
    """Another one each time."""
    number = f"139{uuid4().int % 10**8:08}"
    return family(name="赵一一", phone=number, address=number)


def nominate(by: User, unit: Unit, whose: Family | None = None, **changes: Any) -> Wish:
    return nominate_wish(unit=unit, said=said(**changes), family=whose or some_family(), by=by)


def checker(world: World) -> User:
    """An official above the branch."""
    found = User.objects.filter(username="checker").first()
    return found or make_member(world.bank, Role.OFFICER, "checker", name="周主任")


def on_wall(world: World, whose: Family | None = None, **changes: Any) -> Wish:
    wish = nominate(world.officer, world.branch, whose, **changes)
    return publish_wish(wish=approve_wish(wish=wish, by=checker(world)), by=world.officer)


def fulfilled(world: World, whose: Family | None = None) -> Wish:
    wish = take_on(wish=on_wall(world, whose), unit=world.branch, by=world.officer).wish
    return fulfil_wish(wish=wish, proof="已送到", cost=None, by=world.officer)
