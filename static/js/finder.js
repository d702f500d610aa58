/* What holds the page together: the state, what changes it, and the leaves that it needs. scene.js draws it. */

import { AddressBar } from "./address-bar.js";
import { Arrival } from "./arrival.js";
import { byId } from "./dom.js";
import { InView } from "./in-view.js";
import { remember } from "./memory.js";
import { nearestFit } from "./nearest.js";
import { pause } from "./pause.js";
import { Scene } from "./scene.js";
import { SearchBox } from "./search.js";
import { Sheet } from "./sheet.js";
import { Sieve } from "./sift.js";
import { StationMap } from "./station-map.js";
import { Viewpoint } from "./viewpoint.js";

const PAGE = 40;
const MINUTE = 60000;

export class Finder {
  constructor(config, texts, leaves, criteria) {
    this.config = config;
    this.texts = texts;
    this.leaves = leaves;
    this.criteria = criteria;
    this.limit = PAGE;
    this.opening = null;
    this.viewpoint = new Viewpoint(texts);
    this.searchBox = new SearchBox(config.search_url, { asked: (text) => this.search(text), answered: () => this.draw() });
    this.address = new AddressBar((criteria) => this.goBack(criteria));
  }

  /** What the page consists of; open() brings it to life. */
  async build() {
    this.map = new StationMap(byId("map"), this.config, this.texts, {
      moved: () => this.moved(),
      selected: (code) => this.select(code),
    });
    await pause();
    this.sheet = new Sheet(() => this.map.resized());
    this.scene = new Scene(this.config, this.texts, this.map, {
      selected: (code) => this.select(code),
      closed: () => this.close(),
      changed: (change) => this.change(change),
      place: (place) => this.goTo(place),
      found: (found) => this.goToFound(found),
      nearest: (station) => this.showStation(station),
      more: () => this.showMore(),
      panelOpened: () => this.sheet.atLeast("full"),
    });
    this.inView = new InView(this.leaves, this.scene.list, this.texts);
    byId("q").addEventListener("focus", () => this.sheet.atLeast("full"));
    document.addEventListener("visibilitychange", () => this.tick()); // a phone out of the pocket shows what is now
    this.arrival = new Arrival(this);
  }

  /** Draw what is newer than what is shown; what failed at first is begun again. */
  async catchUp() {
    if (!this.scene.view) {
      await this.opening;
    }
    await (this.scene.view ? this.refresh() : this.open());
  }

  /** `indexed`: the promise of the index, where it was asked for before. */
  open(indexed = this.leaves.open()) {
    this.opening = this.opening || this.openOnce(indexed).finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** Load the index and place the map while the catalogue comes; on failure say so and offer to try again. */
  async openOnce(indexed) {
    const { list } = this.scene;
    list.say(this.texts.say("loading"));
    let placed = null;
    try {
      await indexed;
      list.trouble("");
      placed = this.criteria.stepFree ? null : this.arrival.begin(); // what is step-free stands in the catalogue
      await this.leaves.openCatalogue();
    } catch (error) {
      list.say("");
      list.trouble(this.texts.say("index_failed"), () => this.open());
      return;
    }
    this.furnish();
    await (placed || this.arrival.begin());
    window.setInterval(() => this.tick(), MINUTE);
  }

  /** Fill in what the catalogue names, and draw what came before it. */
  furnish() {
    this.scene.furnish(this.leaves.catalogue);
    // Somebody may have begun to type while the index was on its way.
    this.criteria.q = this.searchBox.text || this.criteria.q;
    this.showCriteria();
    if (this.isDrawnWithoutWords) {
      this.draw();
    }
  }

  /** Put the criteria, however they came about, into the fields. */
  showCriteria() {
    this.scene.filters.show(this.criteria);
    this.searchBox.show(this.criteria.q);
    this.searchBox.ask(this.criteria.q);
  }

  /* --- Changes of state --- */

  change(change) {
    this.address.step();
    Object.assign(this.criteria, change);
    this.limit = PAGE;
    this.scene.filters.show(this.criteria);
    this.refresh();
  }

  moved() {
    if (!this.arrival.hasBegun) {
      return;
    }
    this.criteria.at = this.map.view();
    remember(this.criteria.at);
    this.viewpoint.leave(this.map.bounds());
    this.refresh();
  }

  select(code) {
    const before = this.criteria.station;
    const station = this.leaves.byCode.get(code);
    if (!before) {
      this.address.step(true);
    }
    this.criteria.station = code;
    this.sheet.showBoth();
    if (station) {
      this.map.reveal(station);
    }
    this.draw();
    if (station) {
      this.sheet.scrollToTop();
      this.scene.panel.focus();
    }
  }

  close() {
    if (this.address.canGoBack) {
      window.history.back();
    } else {
      this.goBack(Object.assign({}, this.criteria, { station: "" }));
    }
  }

  /** To criteria that the address held before. Closing a station leaves the map where it was moved to meanwhile. */
  goBack(criteria) {
    const code = this.criteria.station;
    const isClosing = Boolean(code) && !criteria.station;
    const before = this.criteria.at;
    this.criteria = isClosing ? Object.assign(criteria, { at: before }) : criteria;
    if (!this.scene.view) {
      return;
    }
    this.showCriteria();
    if (criteria.at && criteria.at !== before) {
      this.map.show(criteria.at);
    }
    this.draw();
    this.refresh();
    if (isClosing) {
      this.scene.list.focus(code);
    }
  }

  goTo(place) {
    const at = { lat: place.latitude, lng: place.longitude };
    this.viewpoint.set(at, place.name);
    this.searchBox.show("");
    this.change({ q: "", station: "" });
    this.map.show(Object.assign(at, { zoom: place.zoom }));
    this.sheet.showBoth();
    this.sheet.scrollToTop();
    byId("results").focus({ preventScroll: true });
  }

  /** A search result whose leaf may not be open yet: it is selected as soon as it is. */
  async goToFound(found) {
    this.address.step(true);
    this.criteria.station = found.code;
    this.map.show({ lat: found.latitude, lng: found.longitude, zoom: 16 });
    this.sheet.showBoth();
    await this.refresh();
    this.scene.panel.focus();
  }

  showStation(station) {
    this.map.fit([this.origin(), station]);
    this.select(station.code);
  }

  showMore() {
    this.limit += PAGE;
    this.draw();
  }

  /** Neither station nor search: what was looked at is left. */
  forget() {
    this.criteria.station = "";
    this.criteria.q = "";
    this.searchBox.show("");
  }

  search(text) {
    if (!this.scene.view) {
      return; // open() takes the text up
    }
    this.scene.filters.toggle(false);
    this.criteria.q = text;
    this.criteria.station = "";
    this.limit = PAGE;
    this.searchBox.ask(text);
    this.draw();
  }

  /* --- Loading and drawing --- */

  sieve() {
    return new Sieve(this.criteria, this.scene.accessible, Date.now());
  }

  origin() {
    return this.viewpoint.from(this.map.view());
  }

  /** Open the leaves in view, then draw; a later refresh overtakes an earlier one. Nothing of it delays a finger. */
  async refresh() {
    await pause();
    if (await this.inView.open(this.map.bounds(), () => this.refresh())) {
      await this.drawInSteps();
    }
  }

  async tick() {
    if (!document.hidden && this.scene.view) {
      await this.inView.refreshLive();
      await this.drawInSteps();
    }
  }

  /** At once, as an answer to what somebody has just done. */
  draw() {
    this.drawing = this.steps();
    Array.from(this.drawing);
  }

  /** With room for a frame between the steps; another drawing overtakes it. */
  async drawInSteps() {
    const steps = this.steps();
    this.drawing = steps;
    while (this.drawing === steps && !steps.next().done) {
      await pause();
    }
  }

  *steps() {
    if (!this.scene.view) {
      this.isDrawnWithoutWords = true;
      return;
    }
    yield* this.scene.steps({
      criteria: this.criteria,
      leaves: this.leaves,
      inView: this.inView.leaves,
      isTooFar: this.inView.isTooFar,
      sieve: this.sieve(),
      origin: this.origin(),
      from: this.viewpoint.sentence(this.map.view(), Date.now()),
      answers: this.searchBox.answers,
      limit: this.limit,
    });
    yield;
    this.address.write(this.criteria);
    if (this.scene.isEmpty) {
      this.offerNearest();
    }
  }

  /** Nothing in view fits: name the nearest that does. */
  async offerNearest() {
    const { turn } = this.inView;
    const first = await nearestFit(this.leaves, this.sieve(), this.origin());
    if (turn === this.inView.turn && this.scene.isEmpty) {
      this.scene.list.offer(first);
    }
  }
}
