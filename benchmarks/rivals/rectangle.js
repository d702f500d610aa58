/* GeoJSON of the rectangle in view, asked of the server after every move; a later question takes back an earlier one. */

/* global L */

import { list, nearest, openMap } from "./shared.js";

const FARTHEST = 9;
const { map } = await openMap();
const layer = L.layerGroup().addTo(map);
let asking = null;
let amenity = "";

async function refresh() {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(`/rectangle.json?box=${map.getBounds().toBBoxString()}`, { signal: asking.signal });
  const { features } = await answer.json();
  const found = nearest(features, map.getCenter(), amenity);
  layer.clearLayers();
  found.forEach(({ feature: { geometry, properties } }) => {
    const [lng, lat] = geometry.coordinates;
    L.circleMarker([lat, lng], { radius: 8 }).bindTooltip(properties.name).addTo(layer);
  });
  list(found);
  return found.length;
}

while (!(await refresh()) && map.getZoom() > FARTHEST) {
  map.setZoom(map.getZoom() - 1, { animate: false });
}
map.on("moveend", () => refresh().catch(() => undefined)); // taken back by the next move

/** Filter by an amenity: asked of the server again, as every change is. */
window.rivalFilter = (wanted) => {
  amenity = wanted;
  return refresh();
};
