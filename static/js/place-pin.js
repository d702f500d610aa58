/* A map with a pin to move: by finger, by arrow keys, by buttons, or to where one stands. The numbers follow the pin. */

/* global L */

import { byId } from "./dom.js";
import { distance } from "./geo.js";

const ZOOM = 17;
const STEP_M = 5;
const LEAP_M = 50;
const METRES_PER_DEGREE = 111320;
const DIGITS = 6; // a tenth of a metre
const WAYS = { north: [0, 1], south: [0, -1], east: [1, 0], west: [-1, 0] };
const KEYS = { ArrowUp: "north", ArrowDown: "south", ArrowRight: "east", ArrowLeft: "west" };

/** Draw the map into `node` and keep the inputs in step; nothing is written into them before the pin was moved. */
export async function placePin(node, tools, longitude, latitude) {
  const config = JSON.parse(byId(node.dataset.config).textContent);
  await loadLeaflet();
  const { addBaseMap } = await import("./base-map.js"); // it builds on Leaflet, which came only now
  node.hidden = false;
  tools.hidden = false;
  const map = L.Map.djangoMap(node, { djoptions: config.leaflet, zoomControl: false, scrollWheelZoom: false });
  L.control.zoom({ zoomInTitle: config.zoom_in, zoomOutTitle: config.zoom_out, position: "bottomleft" }).addTo(map);
  addBaseMap(map, config.leaflet.base);
  map.setView(config.place, ZOOM, { animate: false });
  node.setAttribute("role", "application");
  node.setAttribute("aria-label", config.map_name);
  const icon = L.divIcon({ className: "tell-pin", iconSize: [44, 44], iconAnchor: [22, 42] });
  const pin = L.marker(config.place, { icon, draggable: true, autoPan: true, title: config.pin, alt: config.pin }).addTo(map);

  const write = () => {
    const { lat, lng } = pin.getLatLng().wrap();
    longitude.value = lng.toFixed(DIGITS);
    latitude.value = lat.toFixed(DIGITS);
    const metres = Math.round(distance({ lat: config.place[0], lng: config.place[1] }, { lat, lng }));
    tools.querySelector("output").textContent = config.moved.replace("{n}", metres);
  };
  const put = (place) => {
    pin.setLatLng(place);
    map.panInside(pin.getLatLng(), { padding: [60, 60], animate: false });
    write();
  };
  const step = (way, metres) => {
    const { lat, lng } = pin.getLatLng();
    const [east, north] = WAYS[way];
    const shrunk = Math.cos((lat * Math.PI) / 180);
    put([lat + (north * metres) / METRES_PER_DEGREE, lng + (east * metres) / (METRES_PER_DEGREE * shrunk)]);
  };
  const here = () => {
    const failed = () => {
      tools.querySelector("output").textContent = config.no_position;
    };
    if (!navigator.geolocation) {
      failed();
      return;
    }
    navigator.geolocation.getCurrentPosition(({ coords }) => put([coords.latitude, coords.longitude]), failed, {
      enableHighAccuracy: true,
      timeout: 10000,
    });
  };

  pin.on("dragend", write);
  map.on("click", (event) => put(event.latlng));
  pin.getElement().addEventListener("keydown", (event) => {
    if (event.key in KEYS) {
      event.preventDefault();
      event.stopPropagation(); // the map would move along
      step(KEYS[event.key], event.shiftKey ? LEAP_M : STEP_M);
    }
  });
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pin]");
    if (button) {
      button.dataset.pin === "here" ? here() : step(button.dataset.pin, STEP_M);
    }
  });
  [longitude, latitude].forEach((input) => {
    input.addEventListener("change", () => {
      const place = [latitude.value, longitude.value].map(parseFloat);
      if (place.every(Number.isFinite)) {
        put(place);
      }
    });
  });
}

/** The files that the page names in its template, one after the other. */
async function loadLeaflet() {
  for (const node of byId("leaflet-files").content.querySelectorAll("link, script")) {
    await load(node); // the second script needs the first
  }
}

function load(node) {
  return new Promise((resolve, reject) => {
    const copy = document.createElement(node.localName);
    [...node.attributes].forEach(({ name, value }) => copy.setAttribute(name, value));
    copy.textContent = node.textContent;
    copy.addEventListener("load", resolve);
    copy.addEventListener("error", reject);
    document.head.append(copy);
    if (!copy.src && !copy.href) {
      resolve(); // settings of the scripts: nothing is fetched
    }
  });
}
