/* What the visitor asked for, as it stands in the address bar. The list made by the server reads the same parameters. */

import { DAY_MS, isoDay } from "./clock.js";

const START = {
  at: null,
  amenities: [],
  open: "",
  day: "",
  unknown: false,
  stepFree: false,
  entry: "",
  programme: "",
  mark: "",
  hostKind: "",
  q: "",
  station: "",
  language: "", // as the address says it; it stays there, so that a link that is shared is read alike
};
const NO_FILTERS = { amenities: [], open: "", day: "", unknown: false, stepFree: false, entry: "", programme: "", mark: "", hostKind: "" };
const OPEN = /^(now|30min|24h|([01]\d|2[0-3]):[0-5]\d)$/;
const DAYS_AHEAD = 7;
const CODE = /^[A-Za-z0-9_-]{1,40}$/;

/** A change that takes every filter away. */
export function withoutFilters() {
  return Object.assign({}, NO_FILTERS, { amenities: [] });
}

/** The criteria of a query string; what means nothing is left out, as are days that cannot be chosen any more or yet. */
export function readCriteria(search, now = Date.now()) {
  const params = new URLSearchParams(search);
  const word = (name, pattern) => (pattern.test(params.get(name) || "") ? params.get(name) : "");
  const amenities = params.getAll("amenity").join(",").split(",");
  const open = word("open", OPEN);
  return Object.assign({}, START, {
    at: readPlace(params.get("at")),
    amenities: amenities.filter((code, place) => CODE.test(code) && amenities.indexOf(code) === place),
    open,
    day: isHour(open) && daysToChoose(now).includes(params.get("day")) ? params.get("day") : "",
    unknown: params.get("unknown") === "1",
    stepFree: params.get("step_free") === "1",
    entry: word("entry", CODE),
    programme: word("programme", CODE),
    mark: word("mark", CODE),
    hostKind: word("host_kind", CODE),
    q: (params.get("q") || "").trim().slice(0, 60),
    station: word("station", CODE),
    language: word("lang", CODE),
  });
}

/** Today and the days after it for which an hour may be asked, in China and as an address says them. */
export function daysToChoose(now) {
  return Array.from({ length: DAYS_AHEAD + 1 }, (_unused, offset) => isoDay(now + offset * DAY_MS));
}

export function isHour(open) {
  return open.includes(":");
}

function readPlace(text) {
  const [lat, lng, zoom] = (text || "").split(",").map(Number);
  const isPlace = Math.abs(lat) <= 85 && Math.abs(lng) <= 180 && zoom >= 1 && zoom <= 22;
  return isPlace ? { lat, lng, zoom } : null;
}

/** The query string of the criteria: what is not set does not appear. */
export function writeCriteria(criteria) {
  const parts = [];
  const put = (name, value) => value && parts.push(`${name}=${value}`);
  const { at } = criteria;
  put("at", at && `${at.lat.toFixed(5)},${at.lng.toFixed(5)},${at.zoom}`);
  criteria.amenities.forEach((code) => put("amenity", code));
  put("open", criteria.open);
  put("day", isHour(criteria.open) && criteria.day);
  put("step_free", criteria.stepFree && 1);
  put("entry", criteria.entry);
  put("programme", criteria.programme);
  put("mark", criteria.mark);
  put("host_kind", criteria.hostKind);
  put("unknown", criteria.unknown && countFilters(criteria) > 0 && 1);
  put("q", encodeURIComponent(criteria.q));
  put("station", criteria.station);
  put("lang", criteria.language);
  return parts.length ? `?${parts.join("&")}` : "";
}

export function countFilters(criteria) {
  const { amenities, open, stepFree, entry, programme, mark, hostKind } = criteria;
  return amenities.length + [open, stepFree, entry, programme, mark, hostKind].filter(Boolean).length;
}
