/* Search: first what this device has already seen, then places and stations from the server. */

import { getJSON } from "./request.js";

const MOST = 30;

/** The stations among `stations` that answer `text`, best first; `text` may be pinyin initials. */
export function searchHere(stations, text) {
  const wanted = text.toLowerCase().replace(/\s+/g, "");
  const ranked = [];
  for (const station of stations) {
    const rank = rankOf(station, wanted);
    if (rank >= 0) {
      ranked.push({ station, rank });
    }
  }
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ station }) => station);
}

function rankOf(station, wanted) {
  const position = station.name.toLowerCase().indexOf(wanted);
  if (position >= 0) {
    return position === 0 ? 0 : 1;
  }
  const initials = station.pinyin.indexOf(wanted);
  if (initials >= 0) {
    return initials === 0 ? 2 : 3;
  }
  return station.address.toLowerCase().includes(wanted) ? 4 : -1;
}

/** {places, stations} of the whole portal. */
export function searchEverywhere(url, text) {
  return getJSON(`${url}?q=${encodeURIComponent(text)}`);
}
