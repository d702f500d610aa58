/* What holds the page together: one state, from which map, list, panel and address bar are drawn. */

import { AlertBanner } from "./alerts.js";
import { byId } from "./dom.js";
import { countFilters, judge, openState, readCriteria, writeCriteria } from "./criteria.js";
import { FilterBar } from "./filter-bar.js";
import { contains, distance, isLocationAllowed, locate } from "./geo.js";
import { ListView } from "./list-view.js";
import { DetailPanel } from "./detail-panel.js";
import { recall, remember } from "./memory.js";
import { SearchBox, searchHere } from "./search.js";
import { StationMap } from "./station-map.js";
import { StationView } from "./station-view.js";

const MOST_LEAVES = 12; // of up to 600 stations: what a phone opens at once
const MOST_LEAVES_NEAR = 24;
const NEAREST = 8;
const MINUTE = 60000;

export class Finder {
  constructor(config, texts, leaves) {
    this.config = config;
    this.texts = texts;
    this.leaves = leaves;
    this.criteria = readCriteria(window.location.search);
    this.me = null;
    this.searchBox = new SearchBox(config.search_url, { asked: (text) => this.search(text), answered: () => this.draw() });
    this.rows = [];
    this.turn = 0;
    this.list = new ListView(texts, {
      selected: (code) => this.select(code),
      place: (place) => this.goTo(place),
      station: (found) => this.goToFound(found),
      changed: (change) => this.change(change),
      nearest: (station) => this.showStation(station),
    });
  }

  async start() {
    this.list.begin();
    this.map = new StationMap(byId("map"), this.config, this.texts, {
      moved: () => this.moved(),
      selected: (code) => this.select(code),
    });
    this.wire();
    await this.open();
  }

  /** Load the index; on failure say so and offer to try again. */
  async open() {
    this.list.say(this.texts.say("loading"));
    try {
      await this.leaves.open();
    } catch (error) {
      this.list.say("");
      this.list.trouble(this.texts.say("index_failed"), () => this.open());
      return;
    }
    this.list.trouble("");
    this.view = new StationView(this.config, this.texts, this.leaves.catalogue);
    this.filters = new FilterBar(this.config, this.texts, this.leaves.catalogue, (change) => this.change(change));
    this.panel = new DetailPanel(this.view, this.texts, {
      closed: () => this.select(""),
      stepped: (code) => this.select(code),
    });
    this.filters.show(this.criteria);
    this.alerts = new AlertBanner(this.config, this.texts);
    // Somebody may have begun to type while the index was on its way.
    this.criteria.q = this.searchBox.text || this.criteria.q;
    this.searchBox.show(this.criteria.q);
    this.searchBox.ask(this.criteria.q);
    await this.placeMap();
    window.setInterval(() => this.tick(), MINUTE);
  }

  /** Where to look first: the address, then the device's position if it is allowed, the last visit, all stations. */
  async placeMap() {
    const known = this.criteria.at || recall();
    if (this.criteria.at || !(await isLocationAllowed())) {
      this.isReady = true;
      if (known) {
        this.map.show(known);
      } else {
        await this.frameAll();
      }
      await this.refresh();
      return;
    }
    this.isReady = true;
    await this.findMe();
  }

  wire() {
    byId("near-me").hidden = false;
    byId("near-me").addEventListener("click", () => this.findMe());
    byId("map-size").hidden = false;
    byId("map-size").addEventListener("click", () => this.resizeMap());
  }

  resizeMap() {
    const isLarge = byId("finder").classList.toggle("map-is-large");
    byId("map-size").setAttribute("aria-pressed", String(isLarge));
    byId("map-size").textContent = this.texts.say(isLarge ? "map_smaller" : "map_larger");
    this.map.resized();
  }

  /* --- Changes of state --- */

  change(change) {
    Object.assign(this.criteria, change);
    this.filters.show(this.criteria);
    this.refresh();
  }

  moved() {
    if (!this.isReady) {
      return;
    }
    this.criteria.at = this.map.view();
    remember(this.criteria.at);
    this.refresh();
  }

  select(code) {
    const before = this.criteria.station;
    this.criteria.station = code;
    const station = this.leaves.byCode.get(code);
    if (station) {
      this.map.reveal(station);
    }
    this.draw();
    if (!code) {
      this.list.focus(before);
    } else if (station) {
      this.panel.focus();
    }
  }

  goTo(place) {
    this.searchBox.show("");
    this.change({ q: "" });
    this.map.show({ lat: place.latitude, lng: place.longitude, zoom: place.zoom });
    this.list.focusStatus();
  }

  /** A search result whose leaf may not be open yet: it is selected as soon as it is. */
  goToFound(found) {
    this.criteria.station = found.code;
    this.map.show({ lat: found.latitude, lng: found.longitude, zoom: 16 });
    this.refresh();
  }

  showStation(station) {
    this.map.fit([this.me || this.map.view(), station]);
    this.select(station.code);
  }

  async findMe() {
    const button = byId("near-me");
    button.setAttribute("aria-busy", "true");
    this.list.note(this.texts.say("locating"));
    try {
      this.me = await locate();
    } catch (error) {
      this.list.note(this.texts.say(`location_${error.message}`));
      await this.withoutPosition();
      return;
    } finally {
      button.removeAttribute("aria-busy");
    }
    this.list.note(this.texts.say("located", { n: Math.round(this.me.accuracy) }));
    this.map.showMe(this.me);
    await this.frameNearest();
  }

  async withoutPosition() {
    byId("q").focus();
    if (!this.criteria.at) {
      await this.frameAll();
    }
    await this.refresh();
  }

  /** All there is: to the last station where few leaves hold them all, else by the middles of the leaves. */
  async frameAll() {
    const { leaves } = this.leaves;
    if (leaves.length <= MOST_LEAVES) {
      await this.leaves.load(leaves).catch(() => undefined); // refresh() reports what is missing
    }
    const places = [].concat(...leaves.map((leaf) => (leaves.length <= MOST_LEAVES && leaf.stations) || [leaf]));
    if (places.length) {
      this.map.fit(places);
    }
  }

  /** Show me with the nearest stations that fit, so that the list in view begins with the truly nearest. */
  async frameNearest() {
    let nearest = [];
    try {
      nearest = await this.leaves.nearest(this.me, (station) => this.verdict(station) === "yes", NEAREST, MOST_LEAVES_NEAR);
    } catch (error) {
      this.list.trouble(this.texts.say("leaf_failed"), () => this.findMe());
    }
    this.criteria.station = "";
    this.criteria.q = "";
    this.searchBox.show("");
    this.map.fit([this.me].concat(nearest.map(({ station }) => station)));
    await this.refresh();
  }

  search(text) {
    if (!this.view) {
      return; // open() takes the text up
    }
    this.filters.toggle(false);
    this.criteria.q = text;
    this.criteria.station = "";
    this.searchBox.ask(text);
    this.draw();
  }

  /* --- Loading and drawing --- */

  verdict(station) {
    return judge(station, this.criteria, Date.now());
  }

  /** Open the leaves in view, then draw; a later refresh overtakes an earlier one. */
  async refresh() {
    this.turn += 1;
    const turn = this.turn;
    const leaves = this.leaves.inBounds(this.map.bounds());
    this.inView = leaves;
    this.isTooFar = leaves.length > MOST_LEAVES;
    if (!this.isTooFar) {
      await this.openLeaves(leaves, turn);
    }
    if (turn === this.turn) {
      this.draw();
    }
  }

  async openLeaves(leaves, turn) {
    if (leaves.some((leaf) => !leaf.stations)) {
      this.list.say(this.texts.say("loading"));
    }
    try {
      await this.leaves.load(leaves);
      this.list.trouble("");
    } catch (error) {
      if (turn === this.turn) {
        this.list.trouble(this.texts.say("leaf_failed"), () => this.refresh());
      }
    }
  }

  async tick() {
    if (document.hidden) {
      return;
    }
    await this.leaves.refreshLive((this.inView || []).filter((leaf) => leaf.stations));
    this.draw();
  }

  draw() {
    if (!this.view) {
      return;
    }
    this.sort();
    this.warn();
    this.drawMap();
    this.drawList();
    this.drawPanel();
    const address = window.location.pathname + writeCriteria(this.criteria);
    window.history.replaceState(null, "", address);
  }

  /** The stations in view, judged and measured; nearest to me, or else to the middle of the map, first. */
  sort() {
    const bounds = this.map.bounds();
    const origin = this.me || this.map.view();
    const loaded = (this.inView || []).filter((leaf) => leaf.stations);
    const here = this.isTooFar ? [] : [].concat(...loaded.map((leaf) => leaf.stations)).filter((station) => contains(bounds, station));
    const judged = here.map((station) => ({ station, verdict: this.verdict(station), order: distance(origin, station) }));
    const isShown = ({ verdict }) => verdict === "yes" || (verdict === "unknown" && this.criteria.unknown);
    this.here = here;
    this.unknownCount = judged.filter(({ verdict }) => verdict === "unknown").length;
    this.matches = judged.filter(isShown).sort((a, b) => a.order - b.order).map(({ station }) => this.measured(station));
    this.rows = this.criteria.q ? this.searchRows() : this.matches;
  }

  /** Metres only from where the visitor really is: from the middle of the map they would mean nothing. */
  measured(station) {
    return { station, metres: this.me ? distance(this.me, station) : null };
  }

  searchRows() {
    return searchHere(Array.from(this.leaves.byCode.values()), this.criteria.q).map((station) => this.measured(station));
  }

  /** Heat and cold where the visitor looks: a banner, and what helps before all else. */
  warn() {
    const looked = this.matches.length ? this.matches.map(({ station }) => station) : this.here;
    this.alerts.show(this.leaves.alerts, looked.slice(0, NEAREST), Date.now());
    this.view.first = this.alerts.first;
  }

  drawMap() {
    const now = Date.now();
    if (this.isTooFar) {
      this.map.drawCounts(this.inView);
      return;
    }
    const selected = this.leaves.byCode.get(this.criteria.station);
    const label = (station) => this.texts.say("marker", { name: station.name, state: this.view.open(station, now).text });
    const describe = (station) => ({ state: openState(station, now).state, label: label(station) });
    this.map.drawStations(this.matches.map(({ station }) => station), describe, selected);
  }

  drawList() {
    this.list.draw({
      view: this.view,
      criteria: this.criteria,
      rows: this.rows,
      answers: this.searchBox.answers,
      isNear: Boolean(this.me),
      isTooFar: this.isTooFar,
      countInView: (this.inView || []).reduce((sum, leaf) => sum + leaf.count, 0),
      unknownCount: this.unknownCount,
      filters: countFilters(this.criteria),
      isEmptyPortal: this.leaves.leaves.length === 0,
      hasAnyHere: this.here.length > 0,
    });
    if (!this.isTooFar && !this.criteria.q && this.rows.length === 0 && this.leaves.leaves.length) {
      this.offerNearest();
    }
  }

  /** Nothing in view fits: name the nearest that does. */
  async offerNearest() {
    const turn = this.turn;
    const origin = this.me || this.map.view();
    try {
      const [first] = await this.leaves.nearest(origin, (station) => this.verdict(station) === "yes", 1, MOST_LEAVES_NEAR);
      if (turn === this.turn && this.rows.length === 0) {
        this.list.offer(first);
      }
    } catch (error) {
      this.list.offer(null);
    }
  }

  drawPanel() {
    const station = this.leaves.byCode.get(this.criteria.station);
    byId("list-view").hidden = Boolean(station);
    this.panel.show(station && this.measured(station), this.rows.map((row) => row.station));
  }
}
