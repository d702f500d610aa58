/* What the visitor asked for, as it stands in the address bar, and whether a station answers it. */

import { isUsable } from "./leaf-data.js";
import { stateAt } from "./hours.js";

const START = { at: null, amenities: [], open: false, unknown: false, programme: "", q: "", station: "" };

/** {at: {lat, lng, zoom} | null, amenities, open, unknown, programme, q, station} of a query string. */
export function readCriteria(search) {
  const params = new URLSearchParams(search);
  return Object.assign({}, START, {
    at: readPlace(params.get("at")),
    amenities: (params.get("amenities") || "").split(",").filter((code) => /^[a-z0-9_]+$/.test(code)),
    open: params.get("open") === "1",
    unknown: params.get("unknown") === "1",
    programme: params.get("programme") || "",
    q: (params.get("q") || "").trim().slice(0, 60),
    station: params.get("station") || "",
  });
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
  put("amenities", criteria.amenities.join(","));
  put("open", criteria.open && 1);
  put("unknown", criteria.open && criteria.unknown && 1);
  put("programme", encodeURIComponent(criteria.programme));
  put("q", encodeURIComponent(criteria.q));
  put("station", encodeURIComponent(criteria.station));
  return parts.length ? `?${parts.join("&")}` : "";
}

export function countFilters(criteria) {
  return criteria.amenities.length + (criteria.open ? 1 : 0) + (criteria.programme ? 1 : 0);
}

/** "yes", "no", or "unknown" when only unknown hours stand between the station and a yes. */
export function judge(station, criteria, moment) {
  const usable = (code) => station.amenities.some((amenity) => amenity.code === code && isUsable(amenity));
  const fits = criteria.amenities.every(usable) && bears(station, criteria.programme);
  if (!fits || !criteria.open) {
    return fits ? "yes" : "no";
  }
  const { state } = openState(station, moment);
  return state === "open" ? "yes" : state === "closed" ? "no" : "unknown";
}

function bears(station, programme) {
  return !programme || station.plates.some((plate) => plate.programme === programme);
}

export function openState(station, moment) {
  return stateAt(station, station.leaf.live[station.code], moment);
}
