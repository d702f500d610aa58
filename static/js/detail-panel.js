/* The panel of the station that is selected, with steps to the previous and next of the list. */

import { byId } from "./dom.js";

export class DetailPanel {
  constructor(view, texts, handlers) {
    this.view = view;
    this.texts = texts;
    this.node = byId("detail");
    this.node.textContent = "";
    this.node.append(document.importNode(byId("detail-template").content, true));
    this.order = [];
    this.on("close", handlers.closed);
    this.on("previous", () => handlers.stepped(this.neighbour(-1).code));
    this.on("next", () => handlers.stepped(this.neighbour(1).code));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.node.hidden) {
        handlers.closed();
      }
    });
  }

  on(name, handler) {
    this.button(name).addEventListener("click", handler);
  }

  button(name) {
    return this.node.querySelector(`[data-do="${name}"]`);
  }

  /** Show the station among `order`, the stations as listed; nothing hides the panel. */
  show(entry, order, criteria, moment) {
    this.node.hidden = !entry;
    byId("finder").classList.toggle("has-detail", Boolean(entry));
    if (!entry) {
      return;
    }
    // Revealing a station moves the map, and with it the list: the order is kept while one walks along it.
    if (!this.order.includes(entry.station) || order.includes(entry.station)) {
      this.order = order.includes(entry.station) ? order : [entry.station];
    }
    this.station = entry.station;
    const place = this.order.indexOf(entry.station);
    const position = this.order.length > 1 ? this.texts.say("position", { n: place + 1, total: this.order.length }) : "";
    this.view.fillDetail(this.node, entry, position, criteria, moment);
    this.button("previous").disabled = place === 0;
    this.button("next").disabled = place === this.order.length - 1;
    this.node.querySelector(".detail-steps").hidden = this.order.length < 2;
  }

  neighbour(step) {
    return this.order[this.order.indexOf(this.station) + step];
  }

  focus() {
    byId("detail-name").focus({ preventScroll: true });
    window.scrollTo(0, 0); // where map and list stand below each other: both in sight
  }
}
