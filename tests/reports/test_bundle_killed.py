"""Whoever makes a bundle is killed at any moment: nothing half-made is seen, and in the end it is the same bytes."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from reports.actions.bundles import sweep_bundles
from reports.models import Bundle, ReportFile
from tests.conftest import World
from tests.processes import start
from tests.reports.builders import OCTOBER
from tests.reports.bundles import district_unions, frozen

pytestmark = pytest.mark.django_db(transaction=True)
MOMENTS = 20


def test_killed_at_twenty_moments_the_bundle_is_as_if_nobody_had_been(
    ledger: World, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    for unit in (ledger.union, ledger.district_union, *district_unions(ledger, 1)):
        frozen(unit)
    told = (ledger.union.code, str(OCTOBER), str(MOMENTS))
    process = start("-m", "tests.reports.bundle_killed", *told, var=tmp_path)
    assert process.wait(300) == 0, "3: half-made, 4: other bytes, 5: not ready"
    bundles = Bundle.objects.all()
    assert {bundle.state for bundle in bundles} == {"ready"}
    assert len({bundle.sha256 for bundle in bundles}) == 1
    assert max(bundle.tries for bundle in bundles) > 1, "some were killed in the middle"
    assert ReportFile.objects.count() == 3, "the same bytes are noted once"
    sweep_bundles(at=timezone.now())  # who died right after the end left the parts behind
    left = [path.name for path in (tmp_path / "media" / "bundles").glob("*/*")]
    assert left == ["bundle.zip"] * len(bundles)
