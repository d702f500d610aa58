"""The map's script answers "is it open?" as the server does."""

import json
from pathlib import Path

from playwright.sync_api import Page

CASES = json.loads((Path(__file__).parent.parent / "data" / "open_now_cases.json").read_text())["cases"]
ANSWER = """
async (cases) => {
  const { readSchedule, stateAt } = await import("/static/js/hours.js");
  return cases.map((item) => {
    const schedule = item.schedule ? readSchedule(item.schedule, item.from) : null;
    const answer = stateAt({ schedule, suspendedUntil: item.suspended_until }, item, Date.parse(item.at));
    const until = answer.until === null ? null : new Date(answer.until).toISOString();
    return { name: item.name, state: answer.state, until, why: answer.why };
  });
}
"""
EXPECTED = """
(cases) => cases.map((item) => (
  {
    name: item.name,
    state: item.state,
    until: item.until && new Date(item.until).toISOString(),
    why: item.reason === "holiday" || item.reason === "makeup" ? "schedule" : item.reason, // worked into its days
  }
))
"""


def test_the_script_answers_the_shared_cases(phone: Page) -> None:
    phone.goto("/nowhere/")
    assert phone.evaluate(ANSWER, CASES) == phone.evaluate(EXPECTED, CASES)
