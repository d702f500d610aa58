/* The Leaflet map: clusters and markers for what it is given. It knows no filter and fetches nothing. */

/* global L */

import { addBaseMap } from "./base-map.js";

const CELL_PX = 64;
const TOUCH_PX = 48;
const SINGLE_ZOOM = 16; // from here on every station has its own marker
const MINE_ZOOM = 15;

/** The square of a pixel and those around it, itself first. */
function neighbours({ x, y }) {
  const column = Math.floor(x / CELL_PX);
  const row = Math.floor(y / CELL_PX);
  const keys = [`${column}/${row}`];
  for (let dx = -1; dx <= 1; dx += 1) {
    for (let dy = -1; dy <= 1; dy += 1) {
      keys.push(`${column + dx}/${row + dy}`);
    }
  }
  return keys;
}

/** Its name says the state and the distance, which change while it stays. */
function nameMarker(node, label) {
  if (node.title !== label) {
    node.title = label;
    node.setAttribute("aria-label", label);
  }
}

export class StationMap {
  constructor(node, config, texts, handlers) {
    this.texts = texts;
    this.handlers = handlers;
    L.Control.Scale.mergeOptions({ updateWhenIdle: true }); // else the page is laid out anew for every move of a finger
    // Tiles that fade in cost a slow phone a frame each time, and are seen later.
    this.map = L.Map.djangoMap(node, { djoptions: config.leaflet, zoomControl: false, fadeAnimation: false });
    this.base = config.leaflet.base;
    this.buttons = L.control.zoom({ zoomInTitle: texts.say("zoom_in"), zoomOutTitle: texts.say("zoom_out"), position: "bottomleft" });
    this.buttons.addTo(this.map);
    node.setAttribute("aria-label", texts.say("map_name"));
    node.setAttribute("role", "application");
    this.layer = L.layerGroup().addTo(this.map);
    this.markers = new Map();
    this.map.on("moveend", handlers.moved);
    this.measureButtons();
    this.map.on("resize", () => this.measureButtons());
  }

  view() {
    const { lat, lng } = this.map.getCenter();
    return { lat, lng, zoom: this.map.getZoom() };
  }

  bounds() {
    const bounds = this.map.getBounds();
    return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  }

  show({ lat, lng, zoom }) {
    this.map.setView([lat, lng], zoom || Math.max(this.map.getZoom(), MINE_ZOOM), { animate: false });
    this.layBase();
  }

  /** The base map, once a view was asked for: nobody needs the tiles of the one that Leaflet begins with. */
  layBase() {
    if (this.base) {
      addBaseMap(this.map, this.base);
      this.base = null;
    }
  }

  /** Show the view, or where the first of the places lies outside of it, its middle with all of them. */
  frame(view, places) {
    const project = ({ lat, lng }) => this.map.project([lat, lng], view.zoom);
    const half = this.map.getSize().divideBy(2);
    const isOutside = places.slice(0, 1).some((first) => !L.bounds([half, half.multiplyBy(-1)]).contains(project(first).subtract(project(view))));
    if (isOutside) {
      this.fit([view, ...places]);
    } else {
      this.show(view);
    }
  }

  /** The same for a view that is shown already. */
  include(view, places) {
    if (places.length && !this.map.getBounds().contains([places[0].lat, places[0].lng])) {
      this.fit([view, ...places]);
    }
  }

  /** Bring the places into view, not closer than a street corner. */
  fit(places) {
    this.map.fitBounds(
      places.map(({ lat, lng }) => [lat, lng]),
      { padding: [36, 36], maxZoom: SINGLE_ZOOM, animate: false },
    );
    this.layBase();
  }

  /** Pan to a station that is out of sight; leave the map alone otherwise. */
  reveal(station) {
    if (!this.map.getBounds().pad(-0.1).contains([station.lat, station.lng])) {
      this.map.panTo([station.lat, station.lng], { animate: false });
    }
  }

  resized() {
    this.map.invalidateSize({ animate: false });
  }

  showMe(place) {
    const circle = { radius: Math.min(place.accuracy || 0, 2000), color: "#1a5fd0", weight: 1, fillOpacity: 0.1, interactive: false };
    const icon = L.divIcon({ className: "pin-me", iconSize: [20, 20] });
    const dot = L.marker([place.lat, place.lng], { icon, interactive: false, keyboard: false, zIndexOffset: 2000 });
    if (this.me) {
      this.me.remove();
    }
    this.me = L.layerGroup([L.circle([place.lat, place.lng], circle), dot]).addTo(this.map);
    dot.getElement().setAttribute("role", "img");
    dot.getElement().setAttribute("aria-label", this.texts.say("me"));
  }

  /** Leaves as clusters with their counts, for a view that holds too many to open. */
  drawCounts(leaves) {
    const cells = this.cells(leaves, (leaf) => leaf.count);
    this.update(cells.map((cell) => this.clusterSpec(cell)));
  }

  /** Stations as markers, in clusters where they would cover each other. `describe` gives {state, label}. */
  drawStations(stations, describe, selected) {
    const isSingle = this.map.getZoom() >= SINGLE_ZOOM;
    const cells = isSingle ? [] : this.cells(stations.filter((station) => station !== selected), () => 1);
    const alone = isSingle ? stations : cells.filter(({ items }) => items.length === 1).map(({ items }) => items[0]);
    const shown = selected && !alone.includes(selected) ? alone.concat(selected) : alone;
    const specs = shown.map((station) => this.stationSpec(station, describe(station), station === selected));
    this.update(specs.concat(cells.filter(({ items }) => items.length > 1).map((cell) => this.clusterSpec(cell))));
  }

  /** Group by squares of the projected world, not of the screen: so clusters stay put while the map is dragged. */
  cells(items, weigh) {
    const zoom = this.map.getZoom();
    const cells = new Map();
    for (const item of items) {
      const point = this.map.project([item.lat, item.lng], zoom);
      const key = `${zoom}/${Math.floor(point.x / CELL_PX)}/${Math.floor(point.y / CELL_PX)}`;
      const cell = cells.get(key) || { key, count: 0, lat: 0, lng: 0, items: [] };
      const weight = weigh(item);
      cell.count += weight;
      cell.lat += item.lat * weight;
      cell.lng += item.lng * weight;
      cell.items.push(item);
      cells.set(key, cell);
    }
    return this.merged(Array.from(cells.values()), zoom);
  }

  /** Join what would overlap across the border of two squares, the larger one taking the smaller. */
  merged(cells, zoom) {
    const kept = [];
    const grid = new Map();
    for (const cell of cells.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))) {
      const point = this.map.project([cell.lat / cell.count, cell.lng / cell.count], zoom);
      const near = neighbours(point).map((key) => grid.get(key)).find((other) => other && other.point.distanceTo(point) < TOUCH_PX);
      if (near) {
        near.cell.count += cell.count;
        near.cell.items.push(...cell.items);
      } else {
        kept.push(cell);
        grid.set(neighbours(point)[0], { cell, point });
        cell.place = point;
      }
    }
    return kept.map((cell) => Object.assign(cell, { at: this.map.unproject(cell.place, zoom) }));
  }

  clusterSpec(cell) {
    const size = Math.round(44 + 5 * Math.log10(cell.count));
    return {
      key: `${cell.key}/${cell.count}`,
      place: cell.at,
      className: "pin-cluster",
      text: cell.count < 10000 ? String(cell.count) : `${Math.round(cell.count / 1000)}k`,
      size,
      label: this.texts.say("cluster", { n: cell.count }),
      activate: () => this.open(cell),
    };
  }

  stationSpec(station, { state, label, colour, isSpecial }, isSelected) {
    return {
      key: `${station.code}/${state}/${isSelected}/${colour}`,
      place: [station.lat, station.lng],
      className: `pin pin-${state}${isSelected ? " is-selected" : ""}${isSpecial ? " is-special" : ""}`,
      colour,
      text: "",
      size: 44,
      label,
      offset: isSelected ? 1000 : 0,
      isSelected,
      activate: () => this.handlers.selected(station.code),
    };
  }

  /** Zoom to what the cluster holds; keep the keyboard on the map, since the cluster itself goes away. */
  open(cell) {
    const bounds = L.latLngBounds(cell.items.map(({ lat, lng }) => [lat, lng]));
    const zoom = Math.min(Math.max(this.map.getBoundsZoom(bounds), this.map.getZoom() + 2), 18);
    this.map.setView(bounds.getCenter(), zoom, { animate: false });
    this.map.getContainer().focus();
  }

  /** Keep the markers that are still wanted: no flicker, and the focused one stays focused. */
  update(specs) {
    const wanted = new Map(specs.map((spec) => [spec.key, spec]));
    this.markers.forEach((marker, key) => {
      if (!wanted.has(key)) {
        this.layer.removeLayer(marker);
        this.markers.delete(key);
      }
    });
    wanted.forEach((spec, key) => {
      if (this.markers.has(key)) {
        nameMarker(this.markers.get(key).getElement(), spec.label);
      } else {
        this.markers.set(key, this.addMarker(spec));
      }
    });
    this.leaveToButtons();
  }

  /** What lies beneath the zoom buttons cannot be meant by a finger, nor seen by whoever uses the keyboard. */
  leaveToButtons() {
    this.markers.forEach((marker) => {
      marker.getElement().inert = this.beneath.contains(this.map.latLngToContainerPoint(marker.getLatLng()));
    });
  }

  /** Where the zoom buttons lie on the map; measured when its size changes, since that lays the page out. */
  measureButtons() {
    const map = this.map.getContainer().getBoundingClientRect();
    const { left, right, top, bottom } = this.buttons.getContainer().getBoundingClientRect();
    this.beneath = L.bounds([left - map.left, top - map.top], [right - map.left, bottom - map.top]);
  }

  addMarker(spec) {
    const icon = L.divIcon({ className: spec.className, html: spec.text, iconSize: [spec.size, spec.size] });
    const marker = L.marker(spec.place, { icon, zIndexOffset: spec.offset || 0 }).addTo(this.layer);
    const node = marker.getElement();
    nameMarker(node, spec.label);
    if (spec.colour) {
      node.style.setProperty("--plate", spec.colour);
    }
    if (spec.isSelected) {
      node.setAttribute("aria-current", "true");
    }
    marker.on("click", spec.activate);
    node.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        spec.activate();
      }
    });
    return marker;
  }
}
