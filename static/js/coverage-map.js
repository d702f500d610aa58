/* The map of a coverage: counties by how many of their streets have no station, and stations with the walk round them.
   Everything on it stands in the tables of the page, so it takes no place in the order of the keyboard. */

/* global L */

import { addBaseMap } from "./base-map.js";
import { byId } from "./dom.js";

const NEAREST_ZOOM = 15;
const MARGIN = 32; // pixels: what stands at the edge is wider than its point
const STATIONS_ZOOM = 12; // from here on single stations stand apart, and counties are larger than the view

function draw(data, options) {
  byId("coverage-map-section").hidden = false;
  const node = byId("coverage-map");
  const quiet = { zoomControl: false, scrollWheelZoom: false, keyboard: false, fadeAnimation: false };
  const map = L.Map.djangoMap(node, { djoptions: options, ...quiet });
  L.control.zoom({ zoomInTitle: data.zoom_in, zoomOutTitle: data.zoom_out, position: "bottomleft" }).addTo(map);
  addBaseMap(map, options.base);
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", data.name);
  const stations = L.featureGroup(data.stations.flatMap((dot) => station(dot, data.reach)));
  const counties = L.featureGroup(data.counties.map(mark));
  data.blank.forEach((item) => mark(item).addTo(map));
  const places = [...data.counties, ...data.blank, ...data.stations].map((item) => item.at);
  map.fitBounds(places, { padding: [MARGIN, MARGIN], maxZoom: NEAREST_ZOOM, animate: false });
  const nearZoom = Math.max(STATIONS_ZOOM, map.getZoom() + 1);
  const choose = () => {
    const isNear = !data.counties.length || (data.stations.length > 0 && map.getZoom() >= nearZoom);
    toggle(map, stations, isNear);
    toggle(map, counties, !isNear);
  };
  map.on("zoomend", choose);
  choose();
}

function toggle(map, layer, isShown) {
  if (isShown) {
    layer.addTo(map);
  } else {
    layer.remove();
  }
}

function station(dot, reach) {
  const walk = L.circle(dot.at, { radius: reach, className: `coverage-walk coverage-walk-${dot.state}`, interactive: false });
  return [walk, marker(dot, `coverage-dot coverage-dot-${dot.state}`, [20, 20], "")];
}

function mark(item) {
  return marker(item, `coverage-mark coverage-mark-${item.kind}`, null, item.label);
}

function marker(item, className, iconSize, label) {
  const icon = L.divIcon({ className, iconSize, html: element(label) });
  const found = L.marker(item.at, { icon, keyboard: false }).bindTooltip(element(item.text));
  return found.on("click", () => window.location.assign(item.url));
}

function element(text) {
  const node = document.createElement("span");
  node.textContent = text;
  return node;
}

const read = (id) => JSON.parse(byId(id).textContent);
draw(read("coverage-map-data"), read("coverage-map-options"));
