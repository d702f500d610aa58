/* The portal's own base map: sea, lakes, rivers, lines between divisions and their names, drawn on canvas from small files
   (stations/data/schematic.py). A scheme to find one's way by, not a map of borders. */

/* global L */

import { getJSON } from "./request.js";

const COUNTRY_ZOOM = 6; // up to here one file holds the whole country
const FILE_ZOOM = 7;
const WATER_ZOOM = 10; // rivers and lakes are too coarse for a closer look
const LOOKS = {
  province: { width: 1.6, dash: [], colour: "#8aa3a6", from: 0 },
  city: { width: 1.2, dash: [7, 3], colour: "#9fb4b5", from: 7 },
  district: { width: 1, dash: [3, 3], colour: "#afc1c1", from: 8 },
};
const SEA = "#c3dbe2";
const RIVER = "#a9cbd6";
/* By level: from and to which zoom it is named, its size, and its colour (4.5:1 on the map's ground). */
const NAMES = [
  { from: 3, to: 7, size: 13, colour: "#33494e" },
  { from: 5, to: 10, size: 13, colour: "#33494e" },
  { from: 9, to: 22, size: 13, colour: "#4b6166" },
];

export const SchematicLayer = L.GridLayer.extend({
  initialize(address, options) {
    this.address = address;
    this.files = new Map();
    L.GridLayer.prototype.initialize.call(this, Object.assign({ pane: "schematic" }, options));
  },

  onAdd(map) {
    if (!map.getPane("schematic")) {
      map.createPane("schematic").style.zIndex = 150; // below the tiles
    }
    L.GridLayer.prototype.onAdd.call(this, map);
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    const size = this.getTileSize();
    const density = Math.min(window.devicePixelRatio || 1, 2);
    Object.assign(canvas, { width: size.x * density, height: size.y * density });
    this.load(coords).then(
      (file) => {
        if (file) {
          draw(canvas.getContext("2d"), file, coords, size.x, density);
        }
        done(null, canvas);
      },
      (error) => done(error, canvas),
    );
    return canvas;
  },

  /** The file that covers the tile, or null where there is none: abroad and far out at sea. */
  load({ x, y, z }) {
    const down = z - FILE_ZOOM;
    const name = z <= COUNTRY_ZOOM ? "country" : `${x >> down}-${y >> down}`;
    if (!this.files.has(name)) {
      const found = getJSON(this.address.replace("NAME", name)).catch((error) => {
        if (error.status !== 404) {
          this.files.delete(name); // the next tile asks again
        }
        return null;
      });
      this.files.set(name, found);
    }
    return this.files.get(name);
  },
});

function draw(context, file, coords, size, density) {
  const [west, north, side] = file.square;
  const world = size * 2 ** coords.z;
  const scale = (side * world) / file.grid;
  const left = west * world - coords.x * size;
  const top = north * world - coords.y * size;
  const frame = { scale, left, top };
  context.scale(density, density);
  context.lineJoin = "round";
  fill(context, file.sea, frame, SEA);
  if (coords.z <= WATER_ZOOM) {
    fill(context, file.lakes, frame, SEA);
    stroke(context, file.rivers, frame, { width: 1.4, dash: [], colour: RIVER });
  }
  Object.entries(LOOKS).forEach(([kind, look]) => coords.z >= look.from && stroke(context, file[kind], frame, look));
  placeNames(file, coords.z, scale).forEach((name) => write(context, name, frame, size));
}

/** Follow a path whose points are given as ways from the one before. */
function trace(context, path, { scale, left, top }) {
  let x = 0;
  let y = 0;
  for (let i = 0; i < path.length; i += 2) {
    x += path[i];
    y += path[i + 1];
    context[i ? "lineTo" : "moveTo"](x * scale + left, y * scale + top);
  }
}

function fill(context, paths, frame, colour) {
  context.beginPath();
  paths.forEach((path) => trace(context, path, frame));
  context.fillStyle = colour;
  context.fill("evenodd");
}

function stroke(context, paths, frame, { width, dash, colour }) {
  context.beginPath();
  paths.forEach((path) => trace(context, path, frame));
  Object.assign(context, { lineWidth: width, strokeStyle: colour });
  context.setLineDash(dash);
  context.stroke();
}

/** The names of a zoom that do not cover each other, the same for every tile of a file. */
function placeNames(file, zoom, scale) {
  file.placed = file.placed || new Map();
  if (!file.placed.has(zoom)) {
    const kept = [];
    for (const [level, x, y, text] of file.names) {
      const { from, to, size, colour } = NAMES[level];
      const name = { x: x * scale, y: y * scale, width: text.length * size + 8, height: size + 8, text, size, colour };
      if (zoom >= from && zoom <= to && !kept.some((other) => covers(other, name))) {
        kept.push(name);
      }
    }
    file.placed.set(zoom, kept);
  }
  return file.placed.get(zoom);
}

function covers(a, b) {
  return Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;
}

function write(context, name, { left, top }, size) {
  const x = name.x + left;
  const y = name.y + top;
  if (Math.abs(x - size / 2) * 2 > size + name.width || Math.abs(y - size / 2) * 2 > size + name.height) {
    return;
  }
  context.setLineDash([]);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", lineWidth: 3, strokeStyle: "#f2f6f5", fillStyle: name.colour });
  context.font = `600 ${name.size}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  context.strokeText(name.text, x, y);
  context.fillText(name.text, x, y);
}
