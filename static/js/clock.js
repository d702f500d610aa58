/* The clock in China: one zone for all of it, and no daylight saving. */

export const ZONE = "Asia/Shanghai";
export const CHINA_MS = 8 * 3600000; // ahead of UTC
export const DAY_MS = 86400000;

/** The number of the day in China, counted from the epoch's. */
export function dayOf(moment) {
  return Math.floor((moment + CHINA_MS) / DAY_MS);
}

/** The moment at which a day begins. */
export function startOf(day) {
  return day * DAY_MS - CHINA_MS;
}

/** The date as an address says it: "2026-11-21". */
export function isoDay(moment) {
  return new Date(moment + CHINA_MS).toISOString().slice(0, 10);
}

/** The middle of a date, for writing it: NaN where it is none. */
export function noonOf(date) {
  return Date.parse(`${date}T12:00:00+08:00`);
}
