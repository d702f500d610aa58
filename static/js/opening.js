/* What "open" may be asked for: now, for some time from now, at a chosen hour. The server's side is stations/open_now.py. */

import { isoDay } from "./clock.js";
import { closingTime, stateAt } from "./hours.js";
import { isHour } from "./criteria.js";

export const NO = 0;
export const YES = 1;
export const UNKNOWN = 2;

const MINUTE = 60000;
const DAY = 1440 * MINUTE;
/** For how many minutes from the moment on the station must be open. */
export const SPANS = { now: 0, "30min": 30, "24h": 1440 };
const NAMES = Object.keys(SPANS);
const KEPT = 3; // moments a leaf remembers: now, the chosen hour, and the last minute's

/** {moment, span} of the criteria, or null when opening does not matter. Without a day an hour means its next time. */
export function askedOpening({ open, day }, now) {
  if (!open) {
    return null;
  }
  return isHour(open) ? { moment: chosenMoment(open, day, now), span: "now" } : { moment: now, span: open };
}

function chosenMoment(hour, day, now) {
  const date = day || isoDay(now);
  const moment = Date.parse(`${date}T${hour}:00+08:00`);
  return day || moment >= now - MINUTE ? moment : moment + DAY;
}

/** The verdicts on all stations of a leaf at a moment: a column for each of SPANS. Kept for the minute. */
export function verdictsAt(leaf, moment) {
  const key = Math.floor(moment / MINUTE);
  leaf.verdicts = leaf.verdicts || [];
  const known = leaf.verdicts.find((kept) => kept.key === key && kept.live === leaf.live);
  if (known) {
    return known.columns;
  }
  const columns = judgeAll(leaf, moment);
  leaf.verdicts = [{ key, live: leaf.live, columns }].concat(leaf.verdicts).slice(0, KEPT);
  return columns;
}

/** Most stations follow their schedule, which many share; only suspension and live state concern a single one. */
function judgeAll(leaf, moment) {
  const { size, schedule, schedules, suspended, rowOf } = leaf.columns;
  const ofSchedules = schedules.map((item) => judgeOne({ schedule: item, suspendedUntil: "" }, null, moment));
  const ofNone = judgeOne({ schedule: null, suspendedUntil: "" }, null, moment);
  const columns = Object.fromEntries(NAMES.map((name) => [name, new Uint8Array(size)]));
  const put = (row, verdicts) => NAMES.forEach((name, place) => {
    columns[name][row] = verdicts[place];
  });
  for (let row = 0; row < size; row += 1) {
    put(row, suspended[row] ? judgeOne(leaf.stations[row], null, moment) : ofSchedules[schedule[row]] || ofNone);
  }
  Object.keys(leaf.live).forEach((code) => {
    const row = rowOf.get(code);
    if (row !== undefined) {
      put(row, judgeOne(leaf.stations[row], leaf.live[code], moment));
    }
  });
  return columns;
}

function judgeOne(station, live, moment) {
  const state = stateAt(station, live, moment);
  return NAMES.map((name) => lasting(station, live, moment, state, SPANS[name]));
}

function lasting(station, live, moment, { state, until }, minutes) {
  const end = moment + minutes * MINUTE;
  const closing = minutes === 0 ? null : closingTime(station, moment);
  if (state === "closed" || (closing !== null && closing < end)) {
    return NO;
  }
  if (state !== "open") {
    return UNKNOWN;
  }
  const lasts = until === null ? isOpenForGood(station, moment) : until >= end;
  return minutes === 0 || lasts ? YES : UNKNOWN;
}

/** Whether the hours themselves have no end: a keeper's opening outside of them has one that nobody knows. */
function isOpenForGood({ schedule }, moment) {
  const { state, until } = stateAt({ schedule, suspendedUntil: "" }, null, moment);
  return state === "open" && until === null;
}
