"""Money of a branch network for its stations, and a contest among its branches."""

from datetime import date, datetime
from decimal import Decimal

from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.lib.months import Month
from reports.actions.contests import save_contest
from reports.models import Contest
from services.actions.grants import apply_for_grant, approve_grant, note_payment, save_batch
from services.grant_choices import GrantKind
from services.models import GrantBatch
from stations.choices import HonourLevel
from stations.models import Station, Unit, User


def give_money(unit: Unit, station: Station, applicant: User, giver: User, now: datetime) -> None:
    """One station was paid what it runs on, and asks for a new ramp."""
    running = GrantBatch(
        title=f"驿站运行补助{SAMPLE}", kind=GrantKind.RUN, unit=unit, year=now.year, budget=Decimal(120_000)
    )
    mending = GrantBatch(
        title=f"驿站改造补助{SAMPLE}", kind=GrantKind.RENOVATE, unit=unit, year=now.year, budget=Decimal(300_000)
    )
    for batch in (running, mending):
        batch.terms = "每站每年申请一次，附预算；完成后三十日内报账。"
        save_batch(batch=batch, by=giver)
    paid = apply_for_grant(
        batch=running, station=station, amount=Decimal(2400), purpose=f"水电、茶叶和纸杯{SAMPLE}", by=applicant
    )
    approve_grant(grant=paid, amount=Decimal(2400), reason="", by=giver)
    note_payment(grant=paid, day=now.date(), by=giver)
    purpose = f"门口加装无障碍坡道{SAMPLE}"
    apply_for_grant(batch=mending, station=station, amount=Decimal(6000), purpose=purpose, by=applicant)


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
