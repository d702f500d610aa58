/* What lies under the stations: the tiles of the configured source, moved into place if they are drawn in GCJ-02, and the
   portal's own schematic map where none arrive. The map itself is WGS-84 throughout. */

/* global L */

import { gcj02ToWgs84, wgs84ToGcj02 } from "./datum.js";

const SLOW_MS = 4000; // so long a map without a single tile looks broken

/** Tiles drawn in GCJ-02, each where its middle belongs: within a tile the shift changes by less than half a pixel. */
const MOVED = {
  _getTilePos(coords) {
    const size = this.getTileSize();
    const middle = coords.scaleBy(size).add(size.divideBy(2));
    const place = this._map.unproject(middle, coords.z);
    const [lng, lat] = gcj02ToWgs84([place.lng, place.lat]);
    const shift = middle.subtract(this._map.project([lat, lng], coords.z));
    return L.TileLayer.prototype._getTilePos.call(this, coords).subtract(shift).round();
  },

  /* Which tiles are wanted: those under the view as GCJ-02 sees it. */
  _getTiledPixelBounds(center) {
    const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, center);
    const [lng, lat] = wgs84ToGcj02([center.lng, center.lat]);
    const shift = this._map.project([lat, lng], this._tileZoom).subtract(this._map.project(center, this._tileZoom));
    return L.bounds(bounds.min.add(shift), bounds.max.add(shift));
  },
};

/** Add what `base` describes (the server's `leaflet_options`) to a map. */
export function addBaseMap(map, base) {
  const { layers, datum, attribution, subdomains, max_zoom: maxNativeZoom } = base.tiles;
  const options = { attribution, subdomains: subdomains || "a", maxNativeZoom, maxZoom: Math.min(map.getMaxZoom(), 22) };
  const Tiles = datum === "gcj02" ? L.TileLayer.extend(MOVED) : L.TileLayer;
  const tiles = layers.map((address) => new Tiles(address, options).addTo(map));
  if (base.schematic) {
    drawWhenBlank(map, base, tiles);
  }
}

/** The schematic map, once it turns out that it is needed; whoever has tiles never loads it. */
function drawWhenBlank(map, base, tiles) {
  let isAsked = false;
  const draw = async () => {
    if (isAsked) {
      return;
    }
    isAsked = true;
    try {
      const { SchematicLayer } = await import("./schematic.js");
      new SchematicLayer(base.schematic, { attribution: base.schematic_note }).addTo(map);
    } catch (error) {
      isAsked = false; // the grid behind it stays
    }
  };
  let hasAny = false;
  tiles.forEach((layer) => layer.on("tileload", () => (hasAny = true)).on("tileerror", draw));
  window.addEventListener("offline", draw);
  if (!tiles.length || !navigator.onLine) {
    draw();
  } else {
    setTimeout(() => hasAny || draw(), SLOW_MS);
  }
}
