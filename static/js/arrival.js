/* How the map comes to where somebody is: when the page begins, and when they ask for it. */

import { byId } from "./dom.js";
import { AROUND_ZOOM, known, soon } from "./first.js";
import { nearestToGo } from "./nearest.js";
import { pause } from "./pause.js";
import { isLocationAllowed } from "./position.js";

export class Arrival {
  constructor(finder) {
    this.finder = finder;
    this.viewpoint = finder.viewpoint;
    this.hasBegun = false;
    this.isBusy = false; // the visitor has done something since the position was asked for
    for (const event of ["pointerdown", "keydown", "wheel"]) {
      byId("finder").addEventListener(event, () => (this.isBusy = true), { passive: true });
    }
    byId("near-me").disabled = false;
    byId("near-me").addEventListener("click", () => this.findMe());
    this.viewpoint.recall();
    this.located = finder.criteria.at ? Promise.resolve(false) : this.locateIfAllowed();
  }

  async locateIfAllowed() {
    return (await isLocationAllowed()) && this.viewpoint.find(() => this.arriveLate());
  }

  /** Where to look first: the address, then where this device was last time, else the middle given for the portal. */
  async begin() {
    const { criteria, map, config } = this.finder;
    const view = criteria.at || known;
    this.hasBegun = true;
    if (view) {
      map.show(view);
      this.viewpoint.leave(map.bounds());
      await this.finder.refresh();
    } else if (!(await soon(this.located))) {
      const [lat, lng] = config.leaflet.center;
      await this.frameNearest(this.viewpoint.place || { lat, lng });
    }
    if (await this.located) {
      await this.arriveLate(true); // first.js has asked for the tiles
    }
  }

  async findMe() {
    this.isBusy = false;
    if (await this.viewpoint.find(() => this.arriveLate())) {
      await this.arrive();
      return;
    }
    byId("q").focus({ preventScroll: true });
    this.finder.sheet.showBoth();
    await this.finder.refresh();
  }

  async arrive(hasTiles = false) {
    this.finder.forget();
    this.finder.map.showMe(this.viewpoint.place);
    await this.frameNearest(this.viewpoint.place, hasTiles);
  }

  /** A position for which nobody waits any more takes nobody away from what they look at. */
  async arriveLate(hasTiles = false) {
    if (!this.hasBegun) {
      return; // begin() takes it up
    }
    const { criteria } = this.finder;
    if (this.isBusy || criteria.station || criteria.q) {
      this.finder.map.showMe(this.viewpoint.place);
      this.finder.draw();
    } else {
      await this.arrive(hasTiles);
    }
  }

  /**
   * Show what lies around the place; or if the nearest that fits lies further away, the place with that and its like, so
   * that the list in view begins with the truly nearest. The map waits a moment to know which, since each means other
   * tiles; unless the tiles around the place are on their way already.
   */
  async frameNearest(place, hasTiles = false) {
    const { map } = this.finder;
    const around = { lat: place.lat, lng: place.lng, zoom: AROUND_ZOOM };
    this.place = place;
    const asked = this.nearestTo(place);
    const nearest = hasTiles ? null : await soon(asked);
    await pause();
    if (nearest && this.place === place) {
      map.frame(around, nearest);
    } else if (this.place === place) {
      map.show(around);
      await asked.then((places) => this.place === place && map.include(around, places));
    }
    await this.finder.refresh();
  }

  async nearestTo(place) {
    const { leaves, scene, texts } = this.finder;
    try {
      return (await nearestToGo(leaves, this.finder.sieve(), place)).map(({ station }) => station);
    } catch (error) {
      scene.list.trouble(texts.say("leaf_failed"), () => this.frameNearest(place));
      return [];
    }
  }
}
