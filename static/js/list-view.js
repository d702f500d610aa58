/* The list beside the map: rows, what the search found, and a sentence for every state of loading and emptiness. */

import { withoutFilters } from "./criteria.js";
import { byId, element, replaceChildren, showText } from "./dom.js";

const PAGE = 40;

export class ListView {
  constructor(texts, handlers) {
    this.texts = texts;
    this.handlers = handlers;
    byId("more").addEventListener("click", () => this.showMore());
  }

  say(text) {
    showText(byId("status"), text);
  }

  focus(code) {
    const link = code && document.querySelector(`#results a[data-code="${CSS.escape(code)}"]`);
    if (link) {
      link.focus();
    }
  }

  /** A failure with its button, or "" when all is well again. */
  trouble(text, retry) {
    const [sentence, button] = byId("trouble").children;
    sentence.textContent = text;
    button.textContent = this.texts.say("retry");
    button.onclick = retry || null;
    byId("trouble").hidden = !text;
    if (text) {
      this.endWaiting();
    }
  }

  /** What room was kept for is there now, and is shown all at once. */
  endWaiting() {
    document.documentElement.classList.remove("is-waiting");
  }

  draw(state) {
    this.state = state;
    this.drawRows();
    this.say(this.summary(state));
    showText(byId("from"), state.rows.length && !state.isTooFar ? state.from : "");
    this.drawUnknown(state);
    this.drawEmpty(state);
  }

  drawRows() {
    const { rows, total, view, answers, criteria, moment } = this.state;
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.code : "";
    const shown = rows.map((row) => view.row(row, criteria, moment, (event) => this.clicked(event)));
    replaceChildren(byId("results"), ...(criteria.q ? this.found(answers, rows) : []), ...shown);
    const rest = total - rows.length;
    showText(byId("more"), rest > 0 ? this.texts.say("more", { n: Math.min(rest, PAGE) }) : "");
    this.focus(focused);
  }

  /** Places, and stations that this device has not opened yet. */
  found(answers, rows) {
    const known = new Set(rows.map(({ station }) => station.code));
    const places = answers.places.map((place) => this.answer(place.name, place.path, this.texts.say("place"), () => this.handlers.place(place)));
    const fresh = answers.stations.filter(({ code }) => !known.has(code));
    return places.concat(fresh.map((found) => this.answer(found.name, found.address, "", () => this.handlers.found(found))));
  }

  answer(name, detail, hint, click) {
    return element(
      "li",
      { class: "result answer" },
      element("h2", null, element("button", { type: "button", class: "link-button", click }, name)),
      element("p", { class: "soft" }, [hint, detail].filter(Boolean).join(" · ")),
    );
  }

  clicked(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) {
      return; // a new tab gets the station's own page
    }
    event.preventDefault();
    this.handlers.selected(event.currentTarget.dataset.code);
  }

  showMore() {
    const first = this.state.rows.length;
    this.handlers.more();
    const link = byId("results").querySelectorAll("a[data-code]")[first];
    if (link) {
      link.focus();
    }
  }

  summary(state) {
    const { texts } = this;
    if (state.isEmptyPortal) {
      return texts.say("none_published");
    }
    if (state.criteria.q) {
      return this.searchSummary(state);
    }
    if (state.isTooFar) {
      const far = texts.say("too_far_out", { n: state.countInView });
      return state.filters ? `${far} ${texts.say("filters_wait")}` : far;
    }
    if (state.rows.length === 0) {
      return texts.say(state.hasAnyHere ? "none_match" : "none_in_view");
    }
    const ahead = texts.ahead(state.criteria, state.moment);
    return [texts.say("in_view", { n: state.total }), ahead].filter(Boolean).join(" ");
  }

  searchSummary({ answers, rows, criteria }) {
    const known = new Set(rows.map(({ station }) => station.code));
    const n = rows.length + answers.places.length + answers.stations.filter(({ code }) => !known.has(code)).length;
    if (answers.isWaiting && n === 0) {
      return this.texts.say("searching");
    }
    const sentence = this.texts.say(n ? "found" : "none_found", { n, q: criteria.q });
    return answers.failed ? `${sentence} ${this.texts.say("search_failed")}` : sentence;
  }

  /** Unknown is not "no": say how many are left out, and let them in. The same for what a search found. */
  drawUnknown({ criteria, unknownCount, isTooFar, filteredOut }) {
    const node = byId("unknown-note");
    const [sentence, button] = node.children;
    if (criteria.q) {
      node.hidden = filteredOut === 0;
      sentence.textContent = this.texts.say("filtered_out", { n: filteredOut });
      button.textContent = this.texts.say("clear_filters");
      button.onclick = () => this.handlers.changed(withoutFilters());
      return;
    }
    node.hidden = isTooFar || unknownCount === 0;
    sentence.textContent = criteria.unknown ? this.texts.say("unknown_shown") : this.texts.say("unknown_hidden", { n: unknownCount });
    button.textContent = this.texts.say(criteria.unknown ? "unknown_hide" : "unknown_show");
    button.onclick = () => this.handlers.changed({ unknown: !criteria.unknown });
  }

  drawEmpty({ rows, filters, criteria, isTooFar }) {
    const node = byId("empty");
    const isEmpty = rows.length === 0 && !isTooFar && !criteria.q;
    node.hidden = !isEmpty || filters === 0;
    if (!node.hidden) {
      const clear = () => this.handlers.changed(withoutFilters());
      replaceChildren(node, this.button("clear_filters", clear));
    }
  }

  button(key, click, values) {
    return element("button", { type: "button", class: "button button-quiet", click }, this.texts.say(key, values));
  }

  /** Name the nearest match outside of the view. */
  offer(first) {
    const node = byId("empty");
    const rest = node.querySelector("[data-offer]");
    if (rest) {
      rest.remove();
    }
    if (node.hidden) {
      replaceChildren(node);
    }
    node.hidden = false;
    node.prepend(element("p", { "data-offer": "" }, first ? this.offerButton(first) : this.texts.say("no_match_anywhere")));
  }

  offerButton({ station, metres }) {
    const values = { name: station.name, distance: this.texts.distance(metres) };
    return this.button("nearest_match", () => this.handlers.nearest(station), values);
  }
}
