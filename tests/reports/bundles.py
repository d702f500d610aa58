"""Bundles for the tests: units below a union, reports that were handed in, and a bundle with what is in it."""

import csv
import io
import zipfile
from collections.abc import Sequence

from reports.actions.bundles import ask_for_bundle, make_bundle
from reports.bundling.files import zip_of
from reports.figures import digest_of, live_figures
from reports.models import Bundle, MonthReport
from reports.subjects import Subject
from stations.choices import UnitKind
from stations.models import Unit, User
from tests.conftest import World
from tests.factories import make_division, make_station, make_unit
from tests.reports.builders import OCTOBER


def district_unions(world: World, count: int) -> list[Unit]:
    """So many more below the union, each with a station."""
    unions = [
        make_unit(f"{number}区总工会", world.union, code=f"SDU-{number}", kind=UnitKind.UNION)
        for number in range(1, count + 1)
    ]
    for union in unions:
        make_station(f"{union}驿站", supervisor=union, division=make_division())
    return unions


def frozen(unit: Unit) -> MonthReport:
    """Handed in, whatever stands below it."""
    rows = live_figures(Subject(unit=unit), OCTOBER).rows()
    values = {"state": "submitted", "rows": rows, "digest": digest_of(rows), "holds_days": True}
    return MonthReport.objects.create(unit=unit, month=OCTOBER.first, **values)


def ask(by: User, unit: Unit, formats: Sequence[str] = ("zip",)) -> Bundle:
    return ask_for_bundle(by=by, subject=Subject(unit=unit), month=OCTOBER, formats=formats)


def made(by: User, unit: Unit, formats: Sequence[str] = ("zip",)) -> Bundle:
    bundle = ask(by, unit, formats)
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    return bundle


def members(bundle: Bundle) -> dict[str, bytes]:
    """What is in it, by name."""
    with zipfile.ZipFile(zip_of(bundle)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def index_of(bundle: Bundle) -> list[dict[str, str]]:
    text = members(bundle)["Index.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
