/* The address bar holds the whole state, so that it can be shared. Steps of the visitor can be taken back; panning the map
   and walking along the list only bring the address up to date. */

import { readCriteria, writeCriteria } from "./criteria.js";
import { byId } from "./dom.js";

export class AddressBar {
  /** `onBack` gets the criteria to which the visitor went back, or forward. */
  constructor(onBack) {
    this.isStep = false;
    this.isInside = false;
    this.query = null;
    window.addEventListener("popstate", () => {
      this.query = null; // it was of the state that is left
      onBack(readCriteria(window.location.search));
    });
  }

  /** What is written next is a step of its own; `isInside`: into a station, from which "close" goes back. */
  step(isInside) {
    this.isStep = true;
    this.isInside = Boolean(isInside);
  }

  /** A step is written at once; bringing the address up to date costs a slow phone a frame, so it waits for one to pass. */
  write(criteria) {
    const query = writeCriteria(criteria);
    if (this.isStep) {
      this.bringUpToDate();
    }
    if (this.isStep && query !== window.location.search) {
      window.history.pushState({ inside: this.isInside }, "", window.location.pathname + query);
    }
    this.isStep = false;
    this.query = query;
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.bringUpToDate());
    byId("as-list").search = query;
  }

  bringUpToDate() {
    const { pathname, search } = window.location;
    if (this.query !== null && this.query !== search) {
      window.history.replaceState(window.history.state, "", pathname + this.query);
    }
    this.query = null;
  }

  /** Whether closing a station is the same as going back. */
  get canGoBack() {
    return Boolean(window.history.state && window.history.state.inside);
  }
}
