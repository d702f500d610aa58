/* One GeoJSON of everything, fetched once; leaflet.markercluster shows it. */

/* global L */

import { list, nearest, openMap } from "./shared.js";

const arriving = fetch("/everything.json").then((answer) => answer.json());
const { map, here } = await openMap();
const { features } = await arriving;

list(nearest(features, here));
const clusters = L.markerClusterGroup({ chunkedLoading: true });
map.addLayer(clusters);
show(features);

function show(chosen) {
  clusters.clearLayers();
  clusters.addLayers(chosen.map(({ geometry: { coordinates }, properties }) => L.marker([coordinates[1], coordinates[0]], { title: properties.name })));
}

/** Filter by an amenity: the list at once, the clusters anew. */
window.rivalFilter = async (amenity) => {
  const found = nearest(features, here, amenity);
  list(found);
  show(found.map(({ feature }) => feature));
};
