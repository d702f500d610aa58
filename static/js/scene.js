/* Draws map, list, filters and panel from one state. It changes nothing and fetches nothing. */

import { AlertBanner } from "./alerts.js";
import { byId } from "./dom.js";
import { countFilters } from "./criteria.js";
import { DetailPanel } from "./detail-panel.js";
import { FilterBar } from "./filter-bar.js";
import { distance } from "./geo.js";
import { ListView } from "./list-view.js";
import { searchHere } from "./search.js";
import { sift } from "./sift.js";
import { StationView } from "./station-view.js";

const WALK = 200; // rows through which one can walk from station to station
const LOOKED_AT = 8; // of the nearest: where the visitor looks
const NOTHING = { matches: [], rows: [], here: 0, unknown: 0, counts: null };

export class Scene {
  constructor(config, texts, map, handlers) {
    this.config = config;
    this.texts = texts;
    this.map = map;
    this.handlers = handlers;
    this.list = new ListView(texts, handlers);
    this.accessible = [];
    this.view = null;
  }

  /** What needs the catalogue. */
  furnish(published) {
    const catalogue = {
      amenities: this.named(published.amenities),
      programmes: this.named(published.programmes),
      supplies: this.named(published.supplies || []),
    };
    this.alerts = new AlertBanner(this.config, this.texts);
    this.accessible = catalogue.amenities.filter(({ tier }) => tier === "accessible").map(({ code }) => code);
    this.view = new StationView(this.config, this.texts, catalogue);
    this.filters = new FilterBar(this.config, this.texts, catalogue, {
      changed: this.handlers.changed,
      opened: this.handlers.panelOpened,
    });
    this.panel = new DetailPanel(this.view, this.texts, { closed: this.handlers.closed, stepped: this.handlers.selected });
  }

  named(entries) {
    return entries.map((entry) => Object.assign({}, entry, { name: entry.names[this.config.language] || entry.names.en }));
  }

  /** The drawing in pieces, each about as much as a slow phone does between two frames. */
  *steps(state) {
    const found = this.find(state);
    const { criteria } = state;
    const named = criteria.q ? this.searched(state) : [];
    const rows = criteria.q ? named.filter(({ station }) => state.sieve.fits(station)) : found.rows;
    this.isEmpty = rows.length === 0 && !state.isTooFar && !criteria.q && state.leaves.count > 0;
    yield;
    this.drawMap(state, found);
    yield;
    this.warn(state, found);
    this.drawList(state, found, rows, criteria.q ? named.length - rows.length : 0);
    this.filters.count(found.counts, found.matches.length);
    this.drawPanel(state, rows);
    this.list.endWaiting();
  }

  find({ sieve, inView, isTooFar, origin, limit }) {
    const loaded = inView.filter((leaf) => leaf.stations);
    return isTooFar ? NOTHING : sift(sieve, loaded, this.map.bounds(), origin, Math.max(limit, WALK));
  }

  /** Heat and cold where the visitor looks: a banner, and what helps before all else. */
  warn({ leaves, inView }, { rows }) {
    const looked = rows.length ? rows.map(({ station }) => station) : inView.flatMap((leaf) => leaf.stations || []);
    this.alerts.show(leaves.alerts, looked.slice(0, LOOKED_AT), Date.now());
    this.view.first = this.alerts.first;
  }

  searched({ leaves, criteria, origin }) {
    const found = searchHere(Array.from(leaves.byCode.values()), criteria.q);
    return found.map((station) => ({ station, metres: distance(origin, station) }));
  }

  drawMap({ isTooFar, inView, leaves, criteria, sieve, origin }, found) {
    if (isTooFar) {
      this.map.drawCounts(inView);
      return;
    }
    const describe = (station) => this.view.marker(station, distance(origin, station), sieve.moment, criteria.programme);
    this.map.drawStations(found.matches, describe, leaves.byCode.get(criteria.station));
  }

  drawList(state, found, rows, filteredOut) {
    const { criteria, leaves } = state;
    this.list.draw({
      view: this.view,
      criteria,
      rows: rows.slice(0, state.limit),
      total: criteria.q ? rows.length : found.matches.length,
      moment: state.sieve.moment,
      answers: state.answers,
      from: state.from,
      isTooFar: state.isTooFar,
      countInView: state.inView.reduce((sum, leaf) => sum + leaf.count, 0),
      unknownCount: found.unknown,
      filteredOut,
      filters: countFilters(criteria),
      isEmptyPortal: leaves.leaves.length === 0,
      hasAnyHere: found.here > 0,
    });
  }

  drawPanel({ leaves, criteria, origin, sieve }, rows) {
    const station = leaves.byCode.get(criteria.station);
    byId("list-view").hidden = Boolean(station);
    const entry = station && { station, metres: distance(origin, station) };
    this.panel.show(entry, rows.map((row) => row.station), criteria, sieve.moment);
  }
}
