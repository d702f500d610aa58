"""How long it takes to hand in, approve and seal the month of 200 units below one, each with one press.

15,000 stations, of which each unit runs 75. All of it happens in a transaction that is rolled back, so that the next
run finds the same.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks import rollup
from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report, seconds

STATIONS = 15_000
UNITS = 200
ABOVE = "FLOW"
"""The unit right below which all of them stand, as counties stand below a city, or branches below a bank's province."""
PAGE, MOVE = "/admin/reports/month/flow/", "/admin/reports/month/move-all/"
REPEAT = 3


def lay_out() -> Any:
    """The month rolled up, with its stations among the units. Imports wait for Django's set-up."""
    from django.db.models import F

    from harbor_portal.lib.months import Month
    from reports.rollups.adding_up import roll_up
    from services.models import Visit
    from stations.choices import UnitKind
    from stations.models import Posting, Unit

    newest = Visit.objects.order_by("-date").first()
    assert newest
    if not Unit.objects.filter(code=ABOVE).exists():
        above = Unit.objects.add_root({"code": ABOVE, "name": "省分行", "kind": UnitKind.BANK})
        for number in range(UNITS):
            values = {"code": f"{ABOVE}-{number:03d}", "name": f"第{number + 1}支行", "kind": UnitKind.BANK}
            branch = Unit.objects.add_child(Unit.objects.get(pk=above.pk), values)
            Posting.objects.annotate(turn=F("station") % UNITS).filter(turn=number).update(operator=branch)
    month = Month.of(newest.date)
    roll_up(month)
    return month


def measure() -> Iterator[Measure]:
    """Beside the figures alone, and beside writing the new state of as many rows. Imports wait for Django's set-up."""
    from django.db import transaction

    from reports.models import MonthReport

    month = lay_out()
    below = _Below(month)
    floor = seconds(below.add_up)
    with transaction.atomic():
        took = seconds(lambda: below.press("submit", "submitted"))
        name = f"handing in {UNITS} units"
        yield Measure(name, took, "s", floor=floor, goal=1.3, goal_is_ratio=True)
        found = median_seconds(below.page, 2 * REPEAT + 1) * 1000
        yield Measure("the page on which they stand", found, "ms", goal=500)
        written = median_seconds(lambda: below.write("approved"), REPEAT) * 1000
        took = seconds(lambda: below.press("approve", "approved")) * 1000
        yield Measure("approving them", took, "ms", floor=written, goal=1000)
        took = seconds(lambda: below.press("seal", "sealed")) * 1000
        yield Measure("sealing them, for which all rows are hashed anew", took, "ms", floor=written, goal=5000)
        transaction.set_rollback(True)
    assert not MonthReport.objects.in_month(month).exists()


class _Below:
    """The units and whoever moves them."""

    def __init__(self, month: Any) -> None:
        from django.conf import settings
        from django.test import Client

        from stations.models import Unit, User

        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        person = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench", name="bench")
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.month, self.asked = month, {"unit": ABOVE, "month": str(month)}
        self.units = list(Unit.objects.filter(code__startswith=f"{ABOVE}-"))

    @property
    def reports(self) -> Any:
        from reports.models import MonthReport

        return MonthReport.objects.in_month(self.month)

    def page(self) -> None:
        assert self.client.get(PAGE, self.asked).status_code == 200

    def press(self, move: str, state: str) -> None:
        """As often as it takes: handing in answers after a while, and goes on with the next press."""
        while self.reports.filter(state=state).count() < UNITS:
            self._press(move)

    def _press(self, move: str) -> None:
        digests = {f"digest-{code}": digest for code, digest in self.reports.values_list("unit__code", "digest")}
        sent = self.asked | {"move": move, "units": [unit.code for unit in self.units]} | digests
        assert self.client.post(MOVE, sent).status_code == 302

    def add_up(self) -> None:
        from reports.figures import live_figures
        from reports.subjects import Subject

        for unit in self.units:
            live_figures(Subject(unit=unit).looked_up(), self.month, keeps=False).rows()

    def write(self, state: str) -> None:
        from django.db import transaction

        with transaction.atomic():
            assert self.reports.update(state=state) == UNITS
            transaction.set_rollback(True)


def main() -> None:
    with bench_database(visits=rollup.VISITS, stations=STATIONS, more="flow"):
        report("flow", list(measure()))


if __name__ == "__main__":
    main()
