"""How long the pages of the back office take over a country: 200,000 stations and five million rows of visits.

People are made in a transaction that is rolled back, so that nothing of them remains.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report

GOAL_MS = 300.0

LISTS = {
    "work to do": "/admin/",
    "stations": "/admin/stations/station/",
    "stations, page 2": "/admin/stations/station/?p=2",
    "stations, on the map": "/admin/stations/station/?status__exact=published",
    "stations, not opened today": "/admin/stations/station/?work=unopened",
    "stations, no record this month": "/admin/stations/station/?work=unrecorded",
    "stations, to be placed": "/admin/stations/station/?work=to-be-placed",
    "stations, search of two characters": "/admin/stations/station/?q=泉城",
    "stations, search of four characters": "/admin/stations/station/?q=泉城支行",
    "stations, search by pinyin": "/admin/stations/station/?q=qczh",
    "stations, search without a match": "/admin/stations/station/?q=没有这个站点",
    "visits": "/admin/services/visit/",
    "visits, page 2": "/admin/services/visit/?p=2",
    "visits, couriers": "/admin/services/visit/?group__exact=courier",
    "visit ledger": "/admin/services/visitentry/",
    "station days": "/admin/services/stationday/",
    "units": "/admin/stations/unit/",
    "people": "/admin/stations/user/",
    "keepers": "/admin/stations/keeper/",
}


def measure() -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.conf import settings
    from django.db import transaction

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.ALLOWED_HOSTS.append("testserver")
    with transaction.atomic():
        for who, user in _people().items():
            yield from _pages_of(who, user)
        transaction.set_rollback(True)


def _people() -> dict[str, Any]:
    """The administrator, an officer of a bank's province branch, an officer of a province's union, and a keeper."""
    from stations.choices import Role
    from stations.models import Keeper, Membership, Station, Unit, User

    people = {name: User.objects.create(username=f"bench-{name}") for name in ("officer", "union", "keeper")}
    for name, kind in (("officer", "bank"), ("union", "union")):
        unit = Unit.objects.filter(kind=kind, depth=2).order_by("-numchild").first()
        Membership.objects.create(user=people[name], unit=unit, role=Role.OFFICER)
    Keeper.objects.create(user=people["keeper"], station=Station.objects.order_by("-pk")[100])
    return {"admin": User.objects.create(username="bench-admin", is_superuser=True)} | people


def _pages_of(who: str, user: Any) -> Iterator[Measure]:
    from django.test import Client

    from stations.models import Station

    client = Client()
    client.force_login(user)
    station = Station.objects.visible_to(user).order_by("pk").first()
    assert station is not None
    pages = LISTS | {"a station's form": f"/admin/stations/station/{station.pk}/change/"}
    if who == "keeper":
        pages = {name: url for name, url in pages.items() if "p=2" not in url}
        pages["My station"] = f"/admin/my-station/{station.code}/"
    for name, url in pages.items():
        yield _timed(client, f"{who}: {name}", url)


def _timed(client: Any, name: str, url: str) -> Measure:
    def load() -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    load()
    return Measure(name, median_seconds(load, repeat=3) * 1000, "ms", goal=GOAL_MS)


if __name__ == "__main__":
    with bench_database(visits=5_000_000):
        report("admin", list(measure()))
