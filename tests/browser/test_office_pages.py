"""The pages that Django makes of our tables: what they are called, and whether they fit a phone."""

from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import log_in, violations
from tests.conftest import World
from tests.office.test_matrix import rows  # noqa: F401  # a fixture


def test_the_page_of_every_row_is_accessible_and_fits_a_small_phone(
    desk: Page,
    world: World,
    rows: dict[type[Model], Model],  # noqa: F811  # the fixture
) -> None:
    desk.set_viewport_size({"width": 360, "height": 780})
    log_in(desk, world.admin)
    wrong = []
    for model, row in rows.items():
        options = model._meta
        desk.goto(reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk]))
        wider = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            wrong.append(f"{options.label} is wider than the phone by {wider} pixels")
        wrong += [f"{options.label}: {found['id']} {found['nodes'][0]['html']}" for found in violations(desk)]
    assert not wrong, "\n".join(wrong)
