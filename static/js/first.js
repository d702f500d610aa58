/* What the first view needs, asked for while the map's own code is still on its way: on a slow line that is a second. */

import { readCriteria } from "./criteria.js";
import { byId } from "./dom.js";
import { Leaves } from "./leaves.js";
import { recall } from "./memory.js";
import { recallPosition } from "./position.js";
import { pause } from "./pause.js";
import { addressesAround } from "./tiles.js";

export const AROUND_ZOOM = 14; // a quarter of an hour on foot, on a phone
const SOON_MS = 500;
export const config = JSON.parse(byId("map-config").textContent);
export const criteria = readCriteria(window.location.search);
export const leaves = new Leaves(config.published);
export const indexed = leaves.open();
indexed.catch(() => undefined); // the finder says so

/** The first of these, or null if nothing has come in time. */
export function soon(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, SOON_MS, null))]);
}

/** Where to look without asking anybody: where the address says, or where this device looked last. */
export const known = criteria.at || (recallPosition(Date.now()) ? null : recall());

/** Around the visitor if that is known soon, else around the place from which the map will set out. */
async function whereabouts() {
  const found = await soon(window.position);
  if (found) {
    return { lng: found.coords.longitude, lat: found.coords.latitude, zoom: AROUND_ZOOM };
  }
  const [lat, lng] = config.leaflet.center;
  return recallPosition(Date.now()) || { lng, lat };
}

/** The stations there; and the tiles, unless it depends on the stations which those will be. */
async function fetchFirst() {
  const [view] = await Promise.all([known || whereabouts(), indexed]);
  await pause();
  if (!known || known.zoom >= AROUND_ZOOM) {
    leaves.expect(view);
  }
  if (Number.isInteger(view.zoom)) {
    const { clientWidth: width, clientHeight: height } = byId("map");
    addressesAround(view, view.zoom, { width, height }, config.leaflet.base.tiles).forEach((address) => {
      new Image().src = address; // the map finds it in the browser's cache
    });
  }
}

fetchFirst().catch(() => undefined); // whoever needs it asks again, and says what is wrong
