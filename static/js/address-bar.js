/* The address bar holds the whole state, so that it can be shared. Steps of the visitor can be taken back; panning the map
   and walking along the list only bring the address up to date. */

import { readCriteria, writeCriteria } from "./criteria.js";
import { byId } from "./dom.js";

export class AddressBar {
  /** `onBack` gets the criteria to which the visitor went back, or forward. */
  constructor(onBack) {
    this.isStep = false;
    this.isInside = false;
    window.addEventListener("popstate", () => onBack(readCriteria(window.location.search)));
  }

  /** What is written next is a step of its own; `isInside`: into a station, from which "close" goes back. */
  step(isInside) {
    this.isStep = true;
    this.isInside = Boolean(isInside);
  }

  write(criteria) {
    const { pathname, search } = window.location;
    const query = writeCriteria(criteria);
    const isNew = this.isStep && query !== search;
    if (isNew) {
      window.history.pushState({ inside: this.isInside }, "", pathname + query);
    } else if (query !== search) {
      window.history.replaceState(window.history.state, "", pathname + query);
    }
    this.isStep = false;
    byId("as-list").search = query;
  }

  /** Whether closing a station is the same as going back. */
  get canGoBack() {
    return Boolean(window.history.state && window.history.state.inside);
  }
}
