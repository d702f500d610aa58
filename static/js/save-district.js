/* "Save this district": all leaves that hold its stations are kept by the service worker until they are removed. */

import { ZONE } from "./clock.js";
import { byId, element, replaceChildren, showText } from "./dom.js";
import { contains, overlaps } from "./geo.js";
import { getJSON } from "./request.js";

const MOST_LEAVES = 50; // of up to 360 stations: more than any district has
const DISTRICT_DIGITS = 6;
const SCHEMATIC_ZOOM = 7;

export class SaveDistrict {
  /** `bounds()` is what the map shows; `schematic` is the address of the schematic map's files, with NAME in it. */
  constructor(leaves, bounds, schematic) {
    this.leaves = leaves;
    this.bounds = bounds;
    this.schematic = schematic;
    this.node = byId("save-district");
    this.button = this.node.querySelector('[data-do="save"]');
    this.button.addEventListener("click", () => this.save());
    if (navigator.serviceWorker) {
      navigator.serviceWorker.ready.then(() => this.list()).then(() => this.show());
    }
  }

  show() {
    this.node.hidden = false;
    this.look();
    this.leaves.onView = () => this.look();
  }

  /** There is something to save only where stations of a district are in sight. */
  look() {
    this.button.disabled = !this.district();
  }

  /** The code of the district of most stations in view, or "". */
  district() {
    const bounds = this.bounds();
    const counts = new Map();
    for (const leaf of this.leaves.inBounds(bounds)) {
      for (const station of leaf.stations || []) {
        const code = station.division.slice(0, DISTRICT_DIGITS);
        if (code && contains(bounds, station)) {
          counts.set(code, (counts.get(code) || 0) + 1);
        }
      }
    }
    const [most] = Array.from(counts).sort((a, b) => b[1] - a[1]);
    return most ? most[0] : "";
  }

  async save() {
    const code = this.district();
    this.button.disabled = true;
    this.say("saving");
    try {
      const [leaves, name] = await Promise.all([this.leavesOf(code), this.nameOf(code)]);
      const stations = [].concat(...leaves.map((leaf) => leaf.stations)).filter(({ division }) => division.startsWith(code));
      await this.ask({ type: "save", district: this.described(code, name, leaves, stations) });
      askToStay();
      this.say("saved", { name });
    } catch (error) {
      this.say("failed");
    }
    await this.list();
    this.look();
  }

  described(code, name, leaves, stations) {
    const address = (leaf) => new URL(`${this.leaves.root}leaves/${this.leaves.fileName(leaf)}.json`, window.location.href).href;
    const extras = leaves.map((leaf) => `${this.leaves.root}live/${leaf.quadkey || "r"}.json`).concat(this.schematicFiles(stations));
    return {
      code,
      name,
      count: stations.length,
      tiles: leaves.map(({ quadkey }) => quadkey),
      urls: leaves.map(address),
      extras: extras.map((url) => new URL(url, window.location.href).href),
    };
  }

  schematicFiles(stations) {
    const side = 2 ** SCHEMATIC_ZOOM;
    const tile = ({ lng, lat }) => {
      const sine = Math.sin((lat * Math.PI) / 180);
      const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      return `${Math.floor((lng / 360 + 0.5) * side)}-${Math.floor(y * side)}`;
    };
    return ["country"].concat(Array.from(new Set(stations.map(tile)))).map((name) => this.schematic.replace("NAME", name));
  }

  /** From the leaves in view outward, as long as a leaf holds stations of the district. */
  async leavesOf(code) {
    const found = [];
    const known = new Set(this.leaves.inBounds(this.bounds()));
    let waiting = Array.from(known);
    while (waiting.length && found.length < MOST_LEAVES) {
      await this.leaves.load(waiting);
      const here = waiting.filter((leaf) => leaf.stations.some(({ division }) => division.startsWith(code)));
      found.push(...here);
      waiting = this.leaves.leaves.filter((leaf) => !known.has(leaf) && here.some((other) => overlaps(leaf.bounds, other.bounds)));
      waiting.forEach((leaf) => known.add(leaf));
    }
    return found;
  }

  /** The names of a province's districts come in one small file. */
  async nameOf(code) {
    try {
      const names = await getJSON(this.schematic.replace("NAME", `names-${code.slice(0, 2)}`));
      return names[code] || this.text("unnamed", { code });
    } catch (error) {
      return this.text("unnamed", { code });
    }
  }

  /* --- What is saved --- */

  async list() {
    const districts = await this.ask({ type: "saved" });
    const node = this.node.querySelector('[data-part="list"]');
    node.hidden = districts.length === 0;
    replaceChildren(node, ...districts.map((district) => this.item(district)));
  }

  item(district) {
    const { locale } = document.documentElement.dataset;
    const format = new Intl.DateTimeFormat(locale, { timeZone: ZONE, dateStyle: "medium", timeStyle: "short" });
    const facts = { n: district.count, size: Math.max(1, Math.round(district.bytes / 1024)), time: format.format(district.savedAt) };
    const remove = { type: "button", class: "button button-quiet", "aria-label": this.text("removeName", district), click: () => this.remove(district) };
    return element(
      "li",
      null,
      element("span", null, element("strong", null, district.name), ` ${this.text("facts", facts)}`),
      element("button", remove, this.text("remove")),
    );
  }

  async remove(district) {
    await this.ask({ type: "remove", code: district.code });
    this.say("removed", district);
    await this.list();
    this.button.focus();
  }

  say(key, values) {
    showText(this.node.querySelector('[data-part="status"]'), this.text(key, values));
  }

  text(key, values) {
    return this.node.dataset[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /** Ask the worker; rejects when it could not do it. */
  async ask(message) {
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve, reject) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.answer));
      active.postMessage(message, [channel.port2]);
    });
  }
}

/** Browsers may clear what pages keep; some can be asked not to. A no changes nothing. */
function askToStay() {
  if (navigator.storage && navigator.storage.persist) {
    navigator.storage.persist().catch(() => undefined);
  }
}
