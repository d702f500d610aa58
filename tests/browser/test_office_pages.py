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
    of_month = "?unit=CCB&month=2026-10"
    pages = {
        model._meta.label: reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        for model, row in rows.items()
    } | {name: reverse(f"admin:{name}") + about for name, about in (("completeness", of_month), ("runs", ""))}
    for name, address in pages.items():
        desk.goto(address)
        wider = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            wrong.append(f"{name} is wider than the phone by {wider} pixels")
        wrong += [f"{name}: {found['id']} {found['nodes'][0]['html']}" for found in violations(desk)]
    assert not wrong, "\n".join(wrong)
