/* The published map: an index of leaves, the leaves in view, and what changes by the minute. Each is fetched once. */

import { pause } from "./pause.js";
import { getDated, getJSON, LoadError } from "./request.js";
import { readColumns, Station } from "./leaf-data.js";
import { centre, distance, distanceToBounds, overlaps, tileBounds } from "./geo.js";

const LIVE_MS = 60000;
const VERSION = 3;
const AROUND_M = 1000; // about what a phone shows around the visitor

export class Leaves {
  constructor(root) {
    this.root = root;
    this.leaves = [];
    this.byCode = new Map();
    this.alerts = [];
    this.catalogue = { amenities: [], programmes: [] };
    this.onAge = () => undefined;
    this.onView = () => undefined;
  }

  /** Load the index; may be called again after a failure. */
  async open() {
    // The page's preload is taken only by a request with the same credentials; the server says no-cache itself.
    const index = await getJSON(`${this.root}index.json`, { credentials: "same-origin" });
    if (index.version !== VERSION) {
      throw new LoadError("The index is of a newer version than this page", 0);
    }
    this.leaves = this.merged(index.leaves);
    const isKnown = new Set(this.leaves);
    this.byCode.forEach((station, code) => !isKnown.has(station.leaf) && this.byCode.delete(code));
    this.alerts = index.alerts || [];
    this.catalogueAt = `${this.root}${index.catalogue}`;
  }

  /** Load the catalogue that the index names: only words need it, so the map is placed meanwhile. */
  async openCatalogue() {
    this.catalogue = await getJSON(this.catalogueAt);
  }

  /** Fetch what lies around a place, before anybody asks for it. */
  expect(place) {
    const around = this.leaves.filter((leaf) => distanceToBounds(place, leaf.bounds) <= AROUND_M);
    around.forEach((leaf) => this.loadOne(leaf).catch(() => undefined)); // whoever needs it asks again
  }

  /** The index again: what did not change stays as it is, with its stations. */
  async renew() {
    await this.open();
    await this.openCatalogue();
  }

  /** The leaves of an index; those with a known hash are the objects that are there already. */
  merged([quadkeys, counts, hashes, waysToMean]) {
    const known = new Map(this.leaves.map((leaf) => [`${leaf.quadkey}-${leaf.hash}`, leaf]));
    return quadkeys.map(
      (quadkey, number) =>
        known.get(`${quadkey}-${hashes[number]}`) || {
          quadkey,
          count: counts[number],
          hash: hashes[number],
          ...centre(tileBounds(quadkey + waysToMean[number])),
          bounds: tileBounds(quadkey),
          stations: null,
          loading: null,
          live: {},
          liveAt: 0,
          liveFrom: 0,
          isStored: false,
        },
    );
  }

  /** Ask for the live state anew, however young what there is. */
  expire() {
    this.leaves.forEach((leaf) => {
      leaf.liveAt = 0;
    });
  }

  get count() {
    return this.leaves.reduce((sum, leaf) => sum + leaf.count, 0);
  }

  inBounds(bounds) {
    return this.leaves.filter((leaf) => overlaps(leaf.bounds, bounds));
  }

  /** The stations of these leaves; rejects with the first LoadError after all have been tried. */
  async load(leaves) {
    const failures = [];
    const catchOne = (error) => failures.push(error);
    await Promise.all(leaves.map((leaf) => this.loadOne(leaf).catch(catchOne)));
    this.tellAge(leaves);
    this.onView();
    if (failures.length) {
      throw failures[0];
    }
  }

  fileName({ quadkey, hash }) {
    return `${quadkey || "r"}-${hash}`;
  }

  loadOne(leaf) {
    if (!leaf.loading) {
      leaf.loading = this.fetchLeaf(leaf).catch((error) => {
        leaf.loading = null; // the next attempt asks again
        throw error;
      });
    }
    return leaf.loading;
  }

  async fetchLeaf(leaf) {
    const [content] = await Promise.all([
      getJSON(`${this.root}leaves/${this.fileName(leaf)}.json`),
      this.fetchLive(leaf),
    ]);
    await pause(); // several come at once
    leaf.columns = readColumns(content);
    leaf.stations = leaf.columns.text.code.map((code, row) => new Station(leaf, leaf.columns, row));
    leaf.stations.forEach((station) => this.byCode.set(station.code, station));
  }

  /** Fetch the live state of these leaves where it is older than a minute; without it the schedule speaks. */
  async refreshLive(leaves) {
    const due = leaves.filter((leaf) => Date.now() - leaf.liveAt >= LIVE_MS);
    await Promise.all(due.map((leaf) => this.fetchLive(leaf)));
    this.tellAge(leaves);
    return due.length > 0;
  }

  /** From when the oldest of what these leaves say is, for whoever wants to show it; of some nothing may have come yet. */
  tellAge(leaves) {
    const known = leaves.filter(({ liveFrom }) => liveFrom);
    if (leaves.length) {
      this.onAge(known.length ? Math.min(...known.map(({ liveFrom }) => liveFrom)) : 0, known.some(({ isStored }) => isStored));
    }
  }

  /** The newest word on a leaf; if none comes, the last one stays, with its age. */
  async fetchLive(leaf) {
    leaf.liveAt = Date.now();
    try {
      const { content, storedAt } = await getDated(`${this.root}live/${leaf.quadkey || "r"}.json`);
      Object.assign(leaf, { live: content, liveFrom: storedAt || Date.now(), isStored: Boolean(storedAt) });
    } catch (error) {
      leaf.isStored = true;
    }
  }

  /**
   * The `wanted` nearest stations that `accept` takes, truly nearest: leaves are opened outward until none can hold a
   * nearer one, or one within `farthest` metres.
   */
  async nearest(place, accept, wanted, mostLeaves, farthest = Infinity) {
    const order = this.leaves
      .map((leaf) => ({ leaf, metres: distanceToBounds(place, leaf.bounds) }))
      .sort((a, b) => a.metres - b.metres);
    let found = [];
    for (const { leaf, metres } of order.slice(0, mostLeaves)) {
      if (metres > farthest || (found.length >= wanted && found[wanted - 1].metres <= metres)) {
        break;
      }
      await this.loadOne(leaf);
      const here = leaf.stations.filter(accept).map((station) => ({ station, metres: distance(place, station) }));
      found = found.concat(here).sort((a, b) => a.metres - b.metres).slice(0, wanted);
    }
    return found.filter(({ metres }) => metres <= farthest);
  }
}
