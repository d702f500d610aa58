/* Which pictures of a base map make up a view, by the sums of the usual web map. */

const TILE_PX = 256;

/** Addresses of the tiles around a place at a zoom; none of a source that is moved into place (base-map.js). */
export function addressesAround({ lat, lng }, zoom, { width, height }, { layers, datum, subdomains }) {
  if (datum !== "wgs84") {
    return [];
  }
  const world = TILE_PX * 2 ** zoom;
  const middle = { x: (lng / 360 + 0.5) * world, y: (0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * world };
  const found = [];
  for (let y = Math.floor((middle.y - height / 2) / TILE_PX); y * TILE_PX < middle.y + height / 2; y += 1) {
    for (let x = Math.floor((middle.x - width / 2) / TILE_PX); x * TILE_PX < middle.x + width / 2; x += 1) {
      found.push({ x, y, z: zoom, s: subdomains && subdomains[Math.abs(x + y) % subdomains.length] });
    }
  }
  return layers.flatMap((layer) => found.map((tile) => layer.replace(/\{(\w)\}/g, (_, name) => tile[name])));
}
