"""Money of a branch network for its stations, and a contest among its branches."""

from datetime import date, datetime
from decimal import Decimal

from harbor_portal.demo import drawings
from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.lib.months import Month
from reports.actions.contests import save_contest
from reports.models import Contest
from services.actions.grants import (
    account_for_grant,
    add_grant_file,
    apply_for_grant,
    approve_grant,
    note_payment,
    save_batch,
)
from services.grant_choices import GrantKind
from services.models import Grant, GrantBatch
from services.papers import Paper
from stations.choices import HonourLevel
from stations.models import Station, Unit, User

MONEY = (
    (GrantKind.RUN, "驿站运行补助", 120_000, "水电、茶叶和纸杯", 2400),
    (GrantKind.BUILD, "驿站添置补助", 60_000, "更换座椅和多孔插座", 3200),
    (GrantKind.RENOVATE, "驿站改造补助", 300_000, "门口加装无障碍坡道", 6000),
)
"""Kind and title of a batch, its budget, what one station asks for, and how much."""


def give_money(unit: Unit, station: Station, applicant: User, giver: User, now: datetime) -> None:
    """One station was paid what it runs on, accounted for its new chairs, and asks for a ramp."""
    paid, accounted, _asked = (
        apply_for_grant(
            batch=_batch(unit, kind, title, budget, giver, now.year),
            station=station,
            amount=Decimal(amount),
            purpose=f"{what}{SAMPLE}",
            by=applicant,
        )
        for kind, title, budget, what, amount in MONEY
    )
    for grant in (paid, accounted):
        approve_grant(grant=grant, amount=grant.amount_asked, reason="", by=giver)
        note_payment(grant=grant, day=now.date(), by=giver)
    _account(accounted, applicant)


def _batch(unit: Unit, kind: GrantKind, title: str, budget: int, giver: User, year: int) -> GrantBatch:
    batch = GrantBatch(title=f"{title}{SAMPLE}", kind=kind, unit=unit, year=year, budget=Decimal(budget))
    batch.terms = "每站每年申请一次，附预算；完成后三十日内报账。"
    return save_batch(batch=batch, by=giver)


def _account(grant: Grant, by: User) -> None:
    drawn = drawings.inside("#0b6e6e", grant.pk).getvalue()
    add_grant_file(grant=grant, paper=Paper(f"完工照片{SAMPLE}.png", "png", drawn), by=by)
    account_for_grant(grant=grant, spent=Decimal(3050), account=f"座椅八把、插座四个，余款退回{SAMPLE}", by=by)


def hold_contest(unit: Unit, by: User, today: date) -> None:
    """Of the three months up to this one."""
    month = Month.of(today)
    contest = Contest(
        title=f"港湾服务竞赛{SAMPLE}",
        unit=unit,
        metric="visits",
        first=month.plus(-2).first,
        last=month.first,
        award="港湾服务优胜单位",
        level=HonourLevel.PROVINCE,
    )
    save_contest(contest=contest, by=by)
