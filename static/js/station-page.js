/* The small map of a station's page. */

/* global L */

import { addBaseMap } from "./base-map.js";
import { byId } from "./dom.js";

const ZOOM = 16;

function draw(node) {
  const config = JSON.parse(byId(node.dataset.config).textContent);
  const map = L.Map.djangoMap(node, { djoptions: config.leaflet, zoomControl: false, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: config.zoom_in, zoomOutTitle: config.zoom_out, position: "bottomleft" }).addTo(map);
  addBaseMap(map, config.leaflet.base);
  map.setView(config.place, ZOOM, { animate: false });
  node.setAttribute("role", "application");
  node.setAttribute("aria-label", config.map_name);
  const icon = L.divIcon({ className: `pin pin-${config.state} is-selected`, iconSize: [44, 44] });
  const marker = L.marker(config.place, { icon, interactive: false, keyboard: false }).addTo(map);
  marker.getElement().setAttribute("role", "img");
  marker.getElement().setAttribute("aria-label", config.name);
}

draw(byId("station-map"));
