/* What both rivals have: a map at the visitor's place, and a list of the nearest. */

/* global L */

const LISTED = 40;
const DEGREE = Math.PI / 180;

/** The Leaflet map at `?at=latitude,longitude,zoom`, or else where the visitor is; with the place. */
export async function openMap() {
  const [lat, lng, zoom] = (new URLSearchParams(location.search).get("at") || "").split(",").map(Number);
  const here = zoom ? { lat, lng } : await position();
  const map = L.map("map", { preferCanvas: true }).setView([here.lat, here.lng], zoom || 15);
  L.tileLayer("/tiles/{z}/{x}/{y}.png", { maxZoom: 19 }).addTo(map);
  return { map, here };
}

function position() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude }),
      reject,
      { maximumAge: 60000 },
    );
  });
}

export function metres(here, [lng, lat]) {
  const x = (lng - here.lng) * DEGREE * Math.cos(here.lat * DEGREE);
  const y = (lat - here.lat) * DEGREE;
  return 6371008.8 * Math.sqrt(x * x + y * y);
}

/** The features that have the amenity (any if it is ""), nearest first. */
export function nearest(features, here, amenity = "") {
  return features
    .filter(({ properties }) => !amenity || (properties.amenities || "").split(" ").includes(amenity))
    .map((feature) => ({ feature, away: metres(here, feature.geometry.coordinates) }))
    .sort((a, b) => a.away - b.away);
}

export function list(found) {
  const rows = found.slice(0, LISTED).map(({ feature: { properties }, away }) => {
    const row = document.createElement("li");
    const name = row.appendChild(document.createElement("h2")).appendChild(document.createElement("a"));
    name.href = `/s/${properties.code}/`;
    name.textContent = properties.name;
    row.appendChild(document.createElement("p")).textContent = `${Math.round(away)} m · ${properties.hours || "—"}`;
    return row;
  });
  document.getElementById("results").replaceChildren(...rows);
  document.getElementById("status").textContent = `${found.length}`;
}
