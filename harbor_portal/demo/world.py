"""The demo's world, put together: units, stations, people, and fourteen months of visits."""

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from harbor_portal.demo.demo_activities import hold_activities, hold_year
from harbor_portal.demo.demo_agreements import agree_with_partners, look_back
from harbor_portal.demo.demo_checks import ask_keepers, check_facts
from harbor_portal.demo.demo_desk import furnish_desks
from harbor_portal.demo.demo_feedback import Postbox
from harbor_portal.demo.demo_inspections import inspect_stations
from harbor_portal.demo.demo_money import give_money, hold_contest
from harbor_portal.demo.demo_partners import befriend
from harbor_portal.demo.demo_people import Login, make_people
from harbor_portal.demo.demo_stations import Sample, Surveyor, load_stations
from harbor_portal.demo.demo_stories import tell_stories
from harbor_portal.demo.demo_supplies import list_services, send_water, stock_up
from harbor_portal.demo.demo_trail import leave_trail
from harbor_portal.demo.demo_units import grow_units, name_owners
from harbor_portal.demo.demo_visits import Chronicler
from harbor_portal.demo.demo_weather import announce_weather
from harbor_portal.demo.demo_wishes import grant_wishes
from harbor_portal.demo.ledger import sign_entries
from harbor_portal.demo.loading import analyze, write_history
from harbor_portal.demo.showing import SHOWN, decorate
from harbor_portal.lib.months import Month
from partners.models import Plate
from services.models import Feedback, StationDay, Visit, VisitEntry
from stations.choices import CalendarPolicy, EntryMode, HostKind, StationStatus
from stations.models import Posting, Schedule, Station, StationAmenity, Unit, User

SEED = 20190424
REASON = "seed_demo"
KEPT_IN = "370102"
KEPT_HOURS = {HostKind.BANK_BRANCH: "Mo-Su 09:00-17:00", HostKind.UNION_BUILT: "Mo-Su 08:00-20:00"}
TWICE = "CCB-370112"
EIGHT_METRES = 0.00009
"""In degrees of longitude, there."""
SENDS = "CCB-3701"
NETWORK = "CCB-370000"
MOVES_FROM, MOVES_TO = "CCB-370104", "CCB-370103"


@transaction.atomic
def make_world(now: datetime) -> list[Login]:
    """Fill an empty database; the same every time apart from what depends on `now`. Answers the logins."""
    random = Random(SEED)  # noqa: S311  # repeatable, no secret
    units = grow_units()
    name_owners(units)
    samples = list(Surveyor(random, units, now).draw())
    kept = [_kept(samples, kind) for kind in KEPT_HOURS]
    _stand_twice(samples, units)
    load_stations(samples, random, now.date())
    _change_hands(samples, units, now)
    check_facts(samples)
    (keeper, colleague), logins = make_people(units, [sample.station for sample in kept])
    recorded = [sample for sample in samples if sample.station.status != StationStatus.DRAFT]
    Chronicler(random, now).write(recorded, {sample.station.pk: keeper.pk for sample in kept})
    sign_entries()
    Postbox(random, samples, kept, now).fill()
    announce_weather(now.date())
    furnish_desks([sample.station for sample in kept], keeper, colleague, now)
    ask_keepers([sample.station for sample in kept], keeper, now)
    inspect_stations([sample.station for sample in kept], now)
    for model in (Unit, Station, Posting, Plate, StationAmenity, Feedback):
        write_history(model, REASON)
    admin = User.objects.get(username="admin")
    decorate(_shown(kept, samples), admin, now.date(), REASON)
    befriend(units, samples, admin, now.date())
    agree_with_partners(units, admin, now.date())
    stock_up([sample.station for sample in kept], keeper, now.date())
    send_water(_of_a_bank(samples, kept), kept[1].station, now.date())
    list_services(units["U370000"], admin)
    harbours = [sample.station for sample in samples if _is_of(sample, SENDS) and _is_published(sample)]
    hold_year(harbours, now)
    hold_activities([sample.station for sample in kept], now)
    look_back(now.date())
    _deal_with_money(samples, units, admin, now)
    grant_wishes(now)
    tell_stories(harbours)
    leave_trail(kept[0].station)
    analyze((Unit, Schedule, Station, Posting, StationAmenity, Plate, StationDay, Visit, VisitEntry, Feedback))
    return logins


def _deal_with_money(samples: list[Sample], units: dict[str, Unit], admin: User, now: datetime) -> None:
    station = next(one.station for one in samples if one.operator == units[MOVES_TO] and _is_published(one))
    give_money(units[NETWORK], station, User.objects.get(username="officer"), admin, now)
    hold_contest(units[NETWORK], admin, now.date())


def _kept(samples: list[Sample], kind: HostKind) -> Sample:
    """The first station of that kind in the keeper's district, made open to walk in every day."""
    sample = next(
        sample
        for sample in samples
        if sample.chain.host_kind == kind and sample.division.startswith(KEPT_IN) and _is_published(sample)
    )
    policy = CalendarPolicy.FINANCE if kind == HostKind.BANK_BRANCH else CalendarPolicy.EVERY_DAY
    hours, _ = Schedule.objects.get_or_create(opening_hours=KEPT_HOURS[kind], calendar_policy=policy)
    sample.station.schedule_id = hours.pk
    sample.station.entry_mode = EntryMode.WALK_IN
    sample.station.is_smart = False
    sample.station.counts_by_hour = True
    return sample


def _shown(kept: list[Sample], samples: list[Sample]) -> list[Station]:
    """The keeper's stations, and the first of the others in their district."""
    near = [sample for sample in samples if sample.division.startswith(KEPT_IN) and _is_published(sample)]
    others = [sample for sample in near if sample not in kept]
    return [sample.station for sample in (kept + others)[:SHOWN]]


def _of_a_bank(samples: list[Sample], kept: list[Sample]) -> Station:
    """A station that the demo's officer answers for, and the keeper does not keep."""
    return next(
        sample.station for sample in samples if sample not in kept and _is_published(sample) and _is_of(sample, SENDS)
    )


def _is_of(sample: Sample, units: str) -> bool:
    """Run by a unit whose code begins so."""
    return sample.operator is not None and sample.operator.code.startswith(units)


def _is_published(sample: Sample) -> bool:
    return sample.station.status == StationStatus.PUBLISHED


def _stand_twice(samples: list[Sample], units: dict[str, Unit]) -> None:
    """Two of one sub-branch lie at one door: the officer finds them among the possible duplicates."""
    of_branch = [sample.station for sample in samples if sample.operator == units[TWICE] and _is_published(sample)]
    one, other = of_branch[-2:]
    assert one.longitude is not None
    other.longitude, other.latitude, other.address = one.longitude + EIGHT_METRES, one.latitude, one.address


def _change_hands(samples: list[Sample], units: dict[str, Unit], now: datetime) -> None:
    """One station went from one sub-branch to another in the middle of last month."""
    middle = Month.of(now.date()).plus(-1).first + timedelta(days=14)
    sample = next(sample for sample in samples if sample.operator == units[MOVES_FROM] and _is_published(sample))
    before = Posting.objects.get(station=sample.station)
    before.until = middle - timedelta(days=1)
    before.save()
    Posting.objects.create(
        station=sample.station,
        operator=units[MOVES_TO],
        supervisor=before.supervisor,
        division=before.division,
        since=middle,
    )
