/* Distances on the sphere, and quadtree tiles. */

const EARTH_M = 6371008.8;
const DEGREE = Math.PI / 180;
const WALK_M_PER_MIN = 75;
const DETOUR = 1.3; // streets are about a third longer than the straight line

/** Great-circle metres between two {lng, lat}. */
export function distance(a, b) {
  return metresBetween(a.lng, a.lat, b.lng, b.lat);
}

/** The same of bare numbers. */
export function metresBetween(lngA, latA, lngB, latB) {
  const northward = Math.sin(((latB - latA) * DEGREE) / 2);
  const eastward = Math.sin(((lngB - lngA) * DEGREE) / 2);
  const h = northward * northward + Math.cos(latA * DEGREE) * Math.cos(latB * DEGREE) * eastward * eastward;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Minutes on foot for a straight-line distance. */
export function walkingMinutes(metres) {
  return Math.max(1, Math.round((metres * DETOUR) / WALK_M_PER_MIN));
}

/** The rectangle {west, south, east, north} of a quadkey ("" is the world). */
export function tileBounds(quadkey) {
  let x = 0;
  let y = 0;
  for (const digit of quadkey) {
    x = x * 2 + (Number(digit) & 1);
    y = y * 2 + (Number(digit) >> 1);
  }
  const n = 2 ** quadkey.length;
  return { west: (x / n) * 360 - 180, east: ((x + 1) / n) * 360 - 180, north: latitude(y / n), south: latitude((y + 1) / n) };
}

function latitude(share) {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * share))) / DEGREE;
}

export function centre({ west, south, east, north }) {
  return { lng: (west + east) / 2, lat: (south + north) / 2 };
}

export function overlaps(a, b) {
  return a.west <= b.east && a.east >= b.west && a.south <= b.north && a.north >= b.south;
}

export function contains(bounds, place) {
  return place.lng >= bounds.west && place.lng <= bounds.east && place.lat >= bounds.south && place.lat <= bounds.north;
}

/** Metres from a place to the nearest point of a rectangle, 0 inside; never more than the true distance. */
export function distanceToBounds(place, bounds) {
  const lng = Math.min(Math.max(place.lng, bounds.west), bounds.east);
  const lat = Math.min(Math.max(place.lat, bounds.south), bounds.north);
  if (lng === place.lng) {
    return distance(place, { lng, lat });
  }
  // Flat, with the shorter of the two parallels and 5 % off: a lower bound is what the search for the nearest needs.
  const eastward = Math.abs(lng - place.lng) * DEGREE * EARTH_M * Math.cos(Math.max(Math.abs(place.lat), Math.abs(lat)) * DEGREE);
  const northward = Math.abs(lat - place.lat) * DEGREE * EARTH_M;
  return 0.95 * Math.sqrt(eastward ** 2 + northward ** 2);
}
