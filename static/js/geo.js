/* Distances on the sphere, quadtree tiles, and the device's position. */

const EARTH_M = 6371008.8;
const DEGREE = Math.PI / 180;
const WALK_M_PER_MIN = 75;
const DETOUR = 1.3; // streets are about a third longer than the straight line

/** Great-circle metres between two {lng, lat}. */
export function distance(a, b) {
  const dLat = (b.lat - a.lat) * DEGREE;
  const dLng = (b.lng - a.lng) * DEGREE;
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * DEGREE) * Math.cos(b.lat * DEGREE) * Math.sin(dLng / 2) ** 2;
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

/** The device's {lng, lat, accuracy}; rejects with "absent", "refused" or "failed". */
export function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || !window.isSecureContext) {
      reject(new Error("absent"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      (error) => reject(new Error(error.code === error.PERMISSION_DENIED ? "refused" : "failed")),
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 },
    );
  });
}

/** Whether the visitor has already allowed the position, so that asking shows no prompt. */
export async function isLocationAllowed() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch (error) {
    return false; // old browsers have no such question
  }
}
