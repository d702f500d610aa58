/* A map below a pair of coordinate inputs: the pin follows the numbers and the numbers follow the pin. */

/* global L */

import { addBaseMap } from "./base-map.js";

const DIGITS = 6; // a tenth of a metre
const PLACED_ZOOM = 16;

for (const longitude of document.querySelectorAll("[data-place-picker]")) {
  attach(longitude, longitude.form.elements[longitude.dataset.placePicker]);
}

function attach(longitude, latitude) {
  const { dataset } = longitude;
  const map = L.map(frame(longitude, dataset.textMap), { attributionControl: true });
  map.attributionControl.setPrefix("");
  addBaseMap(map, JSON.parse(dataset.base));
  const icon = L.divIcon({ className: "place-pin", iconSize: [28, 36], iconAnchor: [14, 34] });
  const pin = L.marker([0, 0], { icon, draggable: true, title: dataset.textPin, alt: dataset.textPin });

  const typed = () => {
    const place = [latitude.value, longitude.value].map(parseFloat);
    return place.every(Number.isFinite) ? place : null;
  };
  const write = (place) => {
    longitude.value = place.lng.toFixed(DIGITS);
    latitude.value = place.lat.toFixed(DIGITS);
    pin.setLatLng(place).addTo(map);
  };
  const show = () => {
    const place = typed();
    if (place) {
      pin.setLatLng(place).addTo(map);
      map.setView(place, Math.max(map.getZoom() || 0, PLACED_ZOOM), { animate: false });
    }
  };

  map.setView([dataset.latitude, dataset.longitude], Number(dataset.zoom));
  show();
  map.on("click", (event) => write(event.latlng.wrap()));
  pin.on("dragend", () => write(pin.getLatLng().wrap()));
  longitude.addEventListener("change", show);
  latitude.addEventListener("change", show);
}

function frame(longitude, label) {
  const node = document.createElement("div");
  node.className = "place-map";
  node.setAttribute("role", "region");
  node.setAttribute("aria-label", label);
  const row = longitude.closest(".form-row, .place-fields");
  row.append(node);
  return node;
}
