/* Open, closed or unknown at a moment, from the compact intervals that a leaf carries. The rules are those of
   docs/opening-hours.md, the same as in stations/hours.py; tests/data/open_now_cases.json holds both to them. */

import { CHINA_MS } from "./clock.js";

const MINUTE = 60000;
const DAY = 1440;
const CHINA_MIN = CHINA_MS / MINUTE;
const HORIZON_DAYS = 14;
const FRESH_MS = 30 * MINUTE; // for how long somebody who was served proves that the door is open
const NOBODY_KNOWS_HOW_LONG = ["keeper_open", "seen", "being_checked"];
const STATES = { 1: "open", 2: "unknown" };
const UNKNOWN = { state: "unknown", until: null, then: null, why: "no_hours", note: "" };

/** Minutes since the epoch on a clock in China. */
function localMinutes(moment) {
  return Math.floor(moment / MINUTE) + CHINA_MIN;
}

function toMoment(minutes) {
  return (minutes - CHINA_MIN) * MINUTE;
}

/** The schedule as read from a leaf, with the day that its first pattern is for. */
export function readSchedule(raw, from) {
  return {
    patterns: raw.patterns,
    days: raw.days,
    firstDay: dayNumber(from),
    hasHours: raw.hours !== "",
    exceptions: (raw.exceptions || []).map((one) => ({ first: dayNumber(one.from), last: dayNumber(one.to), reason: one.reason })),
    memo: null,
  };
}

function dayNumber(date) {
  return Date.parse(`${date}T00:00:00Z`) / MINUTE / DAY;
}

/** What the hours alone say at the moment, and what is needed of them when a keeper's record overrides them. */
function scheduleNow(schedule, moment) {
  const minute = localMinutes(moment);
  const { memo } = schedule;
  if (memo && memo.from <= minute && minute < memo.to) {
    return memo.now;
  }
  return compute(schedule, minute);
}

/* All in absolute local minutes; null where there is none, or beyond the horizon. Kept for as long as it holds. */
function compute(schedule, minute) {
  const today = Math.floor(minute / DAY);
  const midnight = today * DAY;
  const tomorrow = midnight + DAY;
  if (patternOf(schedule, today) === null) {
    return { base: UNKNOWN, endedAt: midnight, nextEnd: null, tomorrow: null, closesAt: null }; // older than the weeks it knows
  }
  const known = (change) => (change !== undefined && change <= midnight + HORIZON_DAYS * DAY ? toMoment(change) : null);
  const line = timeline(schedule, today);
  const current = line.find((item) => item.end > minute);
  const later = line.find((item) => item.end > tomorrow);
  const isToday = current && current.start < tomorrow;
  const endedAt = line.reduce((last, { end }) => (end <= minute ? Math.max(last, end) : last), midnight);
  const now = {
    base: Object.assign(baseState(current, minute, known), reasonOf(schedule, today)),
    endedAt,
    nextEnd: isToday && current.state === "open" ? known(current.end) : null,
    tomorrow: later ? known(Math.max(tomorrow, later.start)) : null,
    closesAt: isToday ? known(endOfRun(line, current)) : null,
  };
  const [from, to] = current && current.start <= minute ? [current.start, current.end] : [endedAt, current ? current.start : tomorrow];
  schedule.memo = { from: Math.max(from, midnight), to: Math.min(to, tomorrow), now };
  return now;
}

/** The end of what follows on the interval without a gap, open or unknown. */
function endOfRun(line, current) {
  return line.reduce((end, item) => (item.start === end ? item.end : end), current.end);
}

function baseState(current, minute, known) {
  if (!current) {
    return { state: "closed", until: null, then: null };
  }
  if (current.start > minute) {
    return { state: "closed", until: known(current.start), then: current.state };
  }
  return { state: current.state, until: known(current.end), then: null };
}

/** Why the hours are what they are today, and the words of an exception. */
function reasonOf(schedule, today) {
  const exception = schedule.exceptions.find(({ first, last }) => first <= today && today <= last);
  if (exception) {
    return { why: "exception", note: exception.reason };
  }
  return { why: schedule.hasHours ? "schedule" : "no_hours", note: "" };
}

function patternOf(schedule, day) {
  const index = schedule.days[day - schedule.firstDay];
  return index === undefined ? null : schedule.patterns[parseInt(index, 36)];
}

/** From yesterday to the horizon, absolute minutes, in order; touching pieces joined, "open" wins over "unknown". */
function timeline(schedule, today) {
  const pieces = { open: [], unknown: [] };
  for (let day = today - 1; day <= today + HORIZON_DAYS; day += 1) {
    for (const [start, end, state] of patternOf(schedule, day) || []) {
      add(pieces[STATES[state]], day * DAY + start, day * DAY + end);
    }
  }
  const unknown = pieces.open.reduce(cutOut, pieces.unknown);
  const items = pieces.open.map((item) => Object.assign({ state: "open" }, item));
  return items.concat(unknown.map((item) => Object.assign({ state: "unknown" }, item))).sort((a, b) => a.start - b.start);
}

function add(spans, start, end) {
  const last = spans[spans.length - 1];
  if (last && start <= last.end) {
    last.end = Math.max(last.end, end);
  } else {
    spans.push({ start, end });
  }
}

function cutOut(spans, hole) {
  const left = [];
  for (const span of spans) {
    const before = { start: span.start, end: Math.min(span.end, hole.start) };
    const after = { start: Math.max(span.start, hole.end), end: span.end };
    left.push(...[before, after].filter((piece) => piece.start < piece.end));
  }
  return left;
}

/** When it closes for certain: after all that runs now or comes later today without a gap, or because it is suspended. */
export function closingTime(station, moment) {
  const { schedule } = station;
  const closing = schedule ? scheduleNow(schedule, moment).closesAt : null;
  const { start } = suspensionOf(station);
  return finite(Math.min(closing === null ? Infinity : closing, start > moment ? start : Infinity));
}

/**
 * What the public is told: {state, until, then, why, note}. `until` is the moment at which it changes, or null, `then`
 * what a closed station's hours say from that moment on, `note` the words of today's exception.
 */
export function stateAt(station, live, moment) {
  const { start, end } = suspensionOf(station);
  if (start <= moment && moment < end) {
    return { state: "closed", until: finite(end), then: null, why: "suspended", note: "" };
  }
  const answer = ofToday(station, live, moment);
  const isNear = start > moment && start <= midnightOf(moment) + HORIZON_DAYS * DAY * MINUTE;
  return isNear ? ending(answer, start) : answer;
}

/** The answer for a station that is suspended from that moment on. */
function ending(answer, moment) {
  const { state, until, why } = answer;
  if (state === "closed") {
    return until !== null && until < moment ? answer : Object.assign({}, answer, { until: null, then: null });
  }
  const isEndless = until === null && NOBODY_KNOWS_HOW_LONG.includes(why);
  return isEndless || (until !== null && until <= moment) ? answer : Object.assign({}, answer, { until: moment });
}

function ofToday({ schedule }, live, moment) {
  const now = schedule ? scheduleNow(schedule, moment) : nothingKnown(moment);
  if (!live) {
    return now.base;
  }
  if (isToday(live.closed_at, moment)) {
    return { state: "closed", until: now.tomorrow, then: null, why: "keeper_closed", note: "" };
  }
  const answer = undoubted(now, live, moment);
  return answer.state !== "closed" && isDoubted(live, moment)
    ? { state: "unknown", until: null, then: null, why: "being_checked", note: "" }
    : answer;
}

function undoubted(now, live, moment) {
  if (isToday(live.opened_at, moment) && Date.parse(live.opened_at) >= toMoment(now.endedAt)) {
    return { state: "open", until: now.nextEnd, then: null, why: "keeper_open", note: "" };
  }
  const age = live.seen_at ? moment - Date.parse(live.seen_at) : -1;
  if (now.base.state === "unknown" && age >= 0 && age <= FRESH_MS) {
    return { state: "open", until: null, then: null, why: "seen", note: "" };
  }
  return now.base;
}

/** Whether somebody found the door closed today, and neither keeper nor visit has said otherwise since. */
export function isDoubted(live, moment) {
  const reported = live.reported_closed_at;
  const isLater = (iso) => !iso || Date.parse(iso) < Date.parse(reported);
  return isToday(reported, moment) && isLater(live.opened_at) && isLater(live.seen_at);
}

/** From when to when it is suspended, as moments: with an end of Infinity until further notice, never if not at all. */
export function suspensionOf({ suspendedFrom, suspendedUntil }) {
  if (!suspendedUntil) {
    return { start: Infinity, end: -Infinity };
  }
  const start = suspendedFrom ? toMoment(dayNumber(suspendedFrom) * DAY) : -Infinity;
  return { start, end: suspendedUntil === "?" ? Infinity : toMoment((dayNumber(suspendedUntil) + 1) * DAY) };
}

function midnightOf(moment) {
  return toMoment(Math.floor(localMinutes(moment) / DAY) * DAY);
}

function finite(moment) {
  return Number.isFinite(moment) ? moment : null;
}

function nothingKnown(moment) {
  return { base: UNKNOWN, endedAt: Math.floor(localMinutes(moment) / DAY) * DAY, nextEnd: null, tomorrow: null, closesAt: null };
}

export function isToday(iso, moment) {
  return Boolean(iso) && Math.floor(localMinutes(Date.parse(iso)) / DAY) === Math.floor(localMinutes(moment) / DAY);
}

/** How many days lie between the dates of two moments in China. */
export function daysBetween(from, to) {
  return Math.floor(localMinutes(to) / DAY) - Math.floor(localMinutes(from) / DAY);
}
