/* From where distances are measured: the visitor, where the visitor was last time, a place searched for, or else the
   middle of the map. It also speaks of the way there: asking for the position, and what to do when none comes. */

import { byId, showText } from "./dom.js";
import { contains } from "./geo.js";
import { locate, recallPosition, rememberPosition } from "./position.js";

export class Viewpoint {
  constructor(texts) {
    this.texts = texts;
    this.button = byId("near-me");
    this.place = null;
    this.say(texts.say("near_me_hint"));
  }

  /** {kind: "me" | "last" | "place" | "middle", lat, lng}. */
  from(mapView) {
    return this.place || { kind: "middle", lat: mapView.lat, lng: mapView.lng };
  }

  /** A place searched for; `name` as the visitor reads it. */
  set({ lat, lng }, name) {
    this.place = { kind: "place", lat, lng, name };
  }

  /** Take up where this device was last time; answers whether it knows. */
  recall() {
    const last = recallPosition(Date.now());
    this.place = last && Object.assign({ kind: "last" }, last);
    return Boolean(last);
  }

  /** What was not the visitor's own position is left behind with the part of the map that it lies in. */
  leave(bounds) {
    if (this.place && this.place.kind !== "me" && !contains(bounds, this.place)) {
      this.place = null;
    }
  }

  /** Ask the device; answers whether the position came. `onLate` is told when it comes after all. */
  async find(onLate) {
    this.button.setAttribute("aria-busy", "true");
    this.say(this.texts.say("locating"));
    try {
      this.arrive(await locate((place) => {
        this.arrive(place);
        onLate();
      }));
      return true;
    } catch (error) {
      this.say(this.texts.say(`location_${error.message}`));
      return false;
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  arrive(place) {
    this.place = Object.assign({ kind: "me" }, place);
    rememberPosition(place, Date.now());
    this.say(this.texts.say("located", { n: Math.round(place.accuracy) }));
  }

  say(text) {
    showText(byId("place-note"), text);
  }

  /** What the list is sorted by, in words. */
  sentence(mapView, now) {
    const { kind, name, at } = this.from(mapView);
    return this.texts.say(`from_${kind}`, { name, time: at && this.texts.when(at, now) });
  }
}
