"""What visitors told the demo's stations: some answered, some in hand, some waiting, some too long."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from harbor_portal.demo.demo_stations import Sample
from harbor_portal.demo.loading import ids_of, load
from services.choices import FeedbackKind, FeedbackState
from services.deadlines import LOOK_AHEAD, URGENT, WORKING_DAYS, working_day_after
from services.models import Feedback
from stations.choices import Access, StationStatus
from stations.codes import ALPHABET
from stations.hours import calendar_between
from stations.models import StationAmenity, User

PER_STATE = {FeedbackState.RECEIVED: 14, FeedbackState.IN_HAND: 10, FeedbackState.ANSWERED: 26}
SAID = {
    FeedbackKind.ARRIVED_BUT_CLOSED: ("下午三点到的，门锁着，没人", "按时间来的，关门了", ""),
    FeedbackKind.WRONG_PLACE: ("入口在北边路口，地图上标到对面去了", "实际在院子里面"),
    FeedbackKind.WRONG_HOURS: ("门上写的和地图不一样", ""),
    FeedbackKind.BROKEN: ("坏了好几天了", "插上没反应", ""),
    FeedbackKind.REFUSED: ("保安说只给客户用", "说卫生间不对外"),
    FeedbackKind.SHORT: ("没水了", "急救箱里的创可贴用完了"),
    FeedbackKind.PRAISE: ("工作人员很热情，还给倒了热水", "夏天能进来凉快一下，感谢"),
    FeedbackKind.IDEA: ("能不能放个打气筒", "晚上能多开一个小时就好了"),
}
ANSWERED = {
    FeedbackKind.ARRIVED_BUT_CLOSED: "对不起，让您白跑一趟。已与站点核实，现按公示时间开放。",
    FeedbackKind.WRONG_PLACE: "谢谢！已核实位置并更正地图。",
    FeedbackKind.WRONG_HOURS: "谢谢！已核实并更正开放时间。",
    FeedbackKind.BROKEN: "谢谢！已修好。",
    FeedbackKind.REFUSED: "对不起。户外劳动者都可以进来休息，已提醒工作人员。",
    FeedbackKind.SHORT: "谢谢！已补充。",
    FeedbackKind.PRAISE: "谢谢您！已转告站点的同事。",
    FeedbackKind.IDEA: "谢谢您的建议，我们试一试。",
}
HOURS = "周一至周日 9:00-17:00"
VOICES = 6


class Postbox:
    """Draws reports about some stations; `first` are those where somebody looks at them soonest."""

    def __init__(self, random: Random, samples: list[Sample], first: list[Sample], now: datetime) -> None:
        self.random, self.now = random, now
        published = [sample for sample in samples if sample.station.status == StationStatus.PUBLISHED]
        near = [sample for sample in published if sample.division.startswith("3701")]
        self.samples = [*first * 3, *random.sample(near, min(20, len(near))), *random.sample(published, 30)]
        self.staff = User.objects.get(username="officer")
        self.ids = ids_of(Feedback)
        self.calendar = calendar_between(now.date() - timedelta(days=60), now.date() + timedelta(days=LOOK_AHEAD))
        self.amenities = dict(
            StationAmenity.objects.exclude(access=Access.NONE).order_by("pk").values_list("station_id", "amenity_id")
        )

    def fill(self) -> None:
        states = [state for state, count in PER_STATE.items() for _number in range(count)]
        kinds = list(FeedbackKind)
        entries = [
            self._entry(sample, kinds[number % len(kinds)], state)
            for number, (sample, state) in enumerate(zip(self.samples, states, strict=False))
        ]
        load(Feedback, entries)
        load(Feedback, [self._voice(entry) for entry in entries[:VOICES]])

    def _entry(self, sample: Sample, kind: FeedbackKind, state: FeedbackState) -> Feedback:
        station = sample.station
        days = self.random.randrange(3, 40) if state == FeedbackState.ANSWERED else self.random.randrange(6)
        feedback = self._report(kind, self.now - timedelta(days=days, minutes=self.random.randrange(10, 400)))
        feedback.station_id, feedback.state = station.pk, state
        if kind == FeedbackKind.WRONG_PLACE and station.longitude is not None and station.latitude is not None:
            feedback.longitude, feedback.latitude = station.longitude + 0.0012, station.latitude - 0.0007
        if kind == FeedbackKind.WRONG_HOURS:
            feedback.suggested_hours = HOURS
        if kind in {FeedbackKind.BROKEN, FeedbackKind.SHORT}:
            feedback.amenity_id = self.amenities.get(station.pk)
        if state != FeedbackState.RECEIVED:
            feedback.owner = self.staff
        if state == FeedbackState.ANSWERED:
            feedback.answer, feedback.answered_by = ANSWERED[kind], self.staff
            feedback.answered_at = feedback.received_at + timedelta(hours=self.random.randrange(2, 50))
        return feedback

    def _voice(self, entry: Feedback) -> Feedback:
        """Somebody who said the same a little later."""
        kind = FeedbackKind(entry.kind)
        voice = self._report(kind, min(self.now, entry.received_at + timedelta(minutes=self.random.randrange(5, 90))))
        voice.station_id, voice.amenity_id, voice.due_date = entry.station_id, entry.amenity_id, entry.due_date
        voice.state, voice.same_as_id = FeedbackState.MERGED, entry.pk
        return voice

    def _report(self, kind: FeedbackKind, received_at: datetime) -> Feedback:
        return Feedback(
            id=next(self.ids),
            receipt="".join(self.random.choices(ALPHABET, k=10)),
            client_key=UUID(int=self.random.getrandbits(128), version=4),
            kind=kind,
            text=self.random.choice(SAID[kind]),
            said_at=received_at,
            received_at=received_at,
            due_date=working_day_after(received_at.date(), URGENT.get(kind, WORKING_DAYS), self.calendar),
        )
