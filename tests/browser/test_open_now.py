"""The map's script answers "is it open?" as the server does."""

import json
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page

from stations.choices import DayKind
from stations.hours import OpenState, plan_now, state_now
from stations.publishing.windows import schedule_window, window_start
from tests.random_weeks import RandomWeek, random_day, random_weeks, server_week

TABLE = json.loads((Path(__file__).parent.parent / "data" / "open_now_cases.json").read_text())
CALENDAR = {date.fromisoformat(day): DayKind(kind) for day, kind in TABLE["calendar"].items()}
WEEKS = list(random_weeks(1000, date(2026, 8, 31), 26))  # from the end of summer over National Day and New Year
WORKED_IN = {"holiday": "schedule", "makeup": "schedule"}
"""Of these reasons a device knows nothing: they are worked into the published days."""

ANSWER = """
async (cases) => {
  const { readSchedule, stateAt } = await import("/static/js/hours.js");
  return cases.map((item) => {
    const schedule = item.schedule ? readSchedule(item.schedule, item.from) : null;
    const station = { schedule, suspendedFrom: item.suspended_from, suspendedUntil: item.suspended_until };
    const answer = stateAt(station, item, Date.parse(item.at));
    return { name: item.name, state: answer.state, until: answer.until, why: answer.why };
  });
}
"""
LASTING = """
async (cases) => {
  const { readSchedule } = await import("/static/js/hours.js");
  const { NO, UNKNOWN, verdictsAt, YES } = await import("/static/js/opening.js");
  const words = { [NO]: "no", [UNKNOWN]: "unknown", [YES]: "yes" };
  return cases.map((item) => {
    const schedules = item.schedule ? [readSchedule(item.schedule, item.from)] : [];
    const station = {
      schedule: schedules[0] || null, suspendedFrom: item.suspended_from, suspendedUntil: item.suspended_until,
    };
    const rowOf = new Map([["A", 0]]);
    const columns = { size: 1, schedule: [schedules.length - 1], schedules, suspended: [1], rowOf };
    const found = verdictsAt({ columns, stations: [station], live: { A: item } }, Date.parse(item.at));
    return Object.fromEntries(Object.keys(item.spans).map((span) => [span, words[found[span][0]]]));
  });
}
"""
EVERY_MINUTE = """
async (weeks) => {
  const { readSchedule, stateAt } = await import("/static/js/hours.js");
  return weeks.map(({ schedule, from, start }) => {
    const station = { schedule: readSchedule(schedule, from), suspendedUntil: "" };
    const runs = [];
    let last = null;
    for (let minute = 0; minute < 10080; minute += 1) {
      const answer = stateAt(station, null, start + minute * 60000);
      const isSame = last && answer.state === last.state && answer.until === last.until && answer.then === last.then;
      if (!isSame) {
        runs.push([minute, answer.state, answer.until, answer.then]);
        last = answer;
      }
    }
    return runs;
  });
}
"""


def milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def published(week: RandomWeek) -> dict[str, Any]:
    first = window_start(week.monday)
    start = milliseconds(datetime.fromisoformat(f"{week.monday}T00:00:00+08:00"))
    return {"schedule": schedule_window(week.plan, first, CALENDAR), "from": str(first), "start": start}


def test_the_script_answers_the_shared_cases(phone: Page) -> None:
    expected = [
        {
            "name": case["name"],
            "state": case["state"],
            "until": milliseconds(datetime.fromisoformat(case["until"])) if case["until"] else None,
            "why": WORKED_IN.get(case["reason"], case["reason"]),
        }
        for case in TABLE["cases"]
    ]
    phone.goto("/nowhere/")
    assert phone.evaluate(ANSWER, TABLE["cases"]) == expected


def test_the_script_says_of_the_shared_cases_for_how_long_they_last(phone: Page) -> None:
    cases = [case for case in TABLE["cases"] if "spans" in case]
    phone.goto("/nowhere/")
    answers = phone.evaluate(LASTING, cases)
    expected = {case["name"]: case["spans"] for case in cases}
    assert {case["name"]: answer for case, answer in zip(cases, answers, strict=True)} == expected


def test_script_and_server_agree_on_every_minute_of_a_thousand_weeks(phone: Page) -> None:
    phone.goto("/nowhere/")
    answers = phone.evaluate(EVERY_MINUTE, [published(week) for week in WEEKS])
    for week, runs in zip(WEEKS, answers, strict=True):
        assert [tuple(run) for run in runs] == server_week(week, CALENDAR), week


def test_script_and_server_agree_on_what_was_said_at_random_moments(phone: Page) -> None:
    chance = Random(7)
    days = [(week, random_day(chance, week)) for week in WEEKS]
    phone.goto("/nowhere/")
    answers = phone.evaluate(ANSWER, [_as_published(week, day) for week, day in days])
    for (week, day), answer in zip(days, answers, strict=True):
        expected = _server_answer(week, day)
        why = WORKED_IN.get(expected.reason, expected.reason)
        assert answer == {
            "name": "",
            "state": expected.state,
            "until": milliseconds(expected.until),
            "why": str(why),
        }, (week, day)


def _as_published(week: RandomWeek, day: dict[str, Any]) -> dict[str, Any]:
    first, through = day["suspended_from"], day["suspended_through"]
    moments = {name: moment and moment.isoformat() for name, moment in day.items() if not name.startswith("suspended")}
    until = "" if through is None else "?" if through == date.max else str(through)
    suspension = {"suspended_from": str(first or ""), "suspended_until": until}
    return published(week) | moments | suspension | {"name": ""}


def _server_answer(week: RandomWeek, day: dict[str, Any]) -> OpenState:
    said = {name: value for name, value in day.items() if name != "at"}
    return state_now(plan_now(week.plan, day["at"], CALENDAR), day["at"], **said)
