/* WGS-84, GCJ-02 and BD-09, as in harbor_portal/lib/datum.py, which names the sources; tests/data/datum_cases.json holds
   both to the same published points. Places are [longitude, latitude] in degrees. */

const KRASOVSKY_A = 6378245;
const KRASOVSKY_EE = 0.006693421622965943;
const BAIDU_TURN = (Math.PI * 3000) / 180;
const INVERSE_STEPS = 10;
const INVERSE_PRECISION = 1e-9;

/** The rectangle in which the shift applies; it is wider than China itself. */
function isShifted([lng, lat]) {
  return lng >= 72.004 && lng <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
}

export function wgs84ToGcj02(place) {
  if (!isShifted(place)) {
    return place;
  }
  const [lng, lat] = place;
  const [east, north] = shiftMetres(lng - 105, lat - 35);
  const phi = (lat * Math.PI) / 180;
  const bend = 1 - KRASOVSKY_EE * Math.sin(phi) ** 2;
  const metresNorth = (KRASOVSKY_A * (1 - KRASOVSKY_EE)) / (bend * Math.sqrt(bend));
  const metresEast = (KRASOVSKY_A / Math.sqrt(bend)) * Math.cos(phi);
  return [lng + (east * 180) / (Math.PI * metresEast), lat + (north * 180) / (Math.PI * metresNorth)];
}

export function gcj02ToWgs84(place) {
  return isShifted(place) ? inverse(wgs84ToGcj02, place) : place;
}

export function gcj02ToBd09(place) {
  if (!isShifted(place)) {
    return place;
  }
  const [lng, lat] = place;
  const radius = Math.hypot(lng, lat) + 0.00002 * Math.sin(lat * BAIDU_TURN);
  const angle = Math.atan2(lat, lng) + 0.000003 * Math.cos(lng * BAIDU_TURN);
  return [radius * Math.cos(angle) + 0.0065, radius * Math.sin(angle) + 0.006];
}

export function bd09ToGcj02(place) {
  return isShifted(place) ? inverse(gcj02ToBd09, place) : place;
}

const FROM_WGS84 = { wgs84: (place) => place, gcj02: wgs84ToGcj02, bd09: (place) => gcj02ToBd09(wgs84ToGcj02(place)) };

/** The place in the datum "wgs84", "gcj02" or "bd09". */
export function fromWgs84(place, datum) {
  return FROM_WGS84[datum](place);
}

/* Eastward and northward, from 105° E, 35° N. */
function shiftMetres(x, y) {
  const root = Math.sqrt(Math.abs(x));
  const ripple = 20 * Math.sin(6 * Math.PI * x) + 20 * Math.sin(2 * Math.PI * x);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
  return [
    east + ((ripple + waves(x, [[20, 1], [40, 3], [150, 12], [300, 30]])) * 2) / 3,
    north + ((ripple + waves(y, [[20, 1], [40, 3], [160, 12], [320, 30]])) * 2) / 3,
  ];
}

function waves(z, pairs) {
  return pairs.reduce((sum, [height, length]) => sum + height * Math.sin((z * Math.PI) / length), 0);
}

/* By fixed-point iteration: the shift varies slowly. */
function inverse(forward, [lng, lat]) {
  let place = [lng, lat];
  for (let step = 0; step < INVERSE_STEPS; step += 1) {
    const reached = forward(place);
    const off = [lng - reached[0], lat - reached[1]];
    place = [place[0] + off[0], place[1] + off[1]];
    if (Math.abs(off[0]) < INVERSE_PRECISION && Math.abs(off[1]) < INVERSE_PRECISION) {
      break;
    }
  }
  return place;
}
