/* What the first view needs, asked for while the map's own code is still on its way: on a slow line that is a second. */

import { readCriteria } from "./criteria.js";
import { byId } from "./dom.js";
import { Leaves } from "./leaves.js";
import { addressesAround } from "./tiles.js";

export const AROUND_ZOOM = 14; // a quarter of an hour on foot, on a phone
export const config = JSON.parse(byId("map-config").textContent);
export const criteria = readCriteria(window.location.search);
export const leaves = new Leaves(config.published);
export const indexed = leaves.open();
indexed.catch(() => undefined); // the finder says so

/** What lies around the visitor, if they have allowed the portal to ask and the address names no other place. */
async function fetchAround() {
  const [found] = await Promise.all([window.position, indexed]);
  if (!found) {
    return;
  }
  const place = { lng: found.coords.longitude, lat: found.coords.latitude };
  leaves.expect(place);
  const { clientWidth: width, clientHeight: height } = byId("map");
  addressesAround(place, AROUND_ZOOM, { width, height }, config.leaflet.base.tiles).forEach((address) => {
    new Image().src = address; // the map finds it in the browser's cache
  });
}

fetchAround().catch(() => undefined); // whoever needs it asks again, and says what is wrong
