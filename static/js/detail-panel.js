/* The panel of the station that is selected, with steps to the previous and next of the list. */

import { byId } from "./dom.js";

export class DetailPanel {
  constructor(view, texts, handlers) {
    this.view = view;
    this.texts = texts;
    this.node = byId("detail");
    this.node.textContent = "";
    this.node.append(document.importNode(byId("detail-template").content, true));
    this.handlers = handlers;
    this.order = [];
    this.isWalking = false;
    this.on("close", handlers.closed);
    this.on("previous", () => this.step(-1));
    this.on("next", () => this.step(1));
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
      this.isWalking = false;
      return;
    }
    // Revealing a station moves the map, and with it the list: the order is kept while one walks along it.
    if (!this.isWalking || !this.order.includes(entry.station)) {
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

  step(by) {
    this.isWalking = true;
    this.handlers.stepped(this.order[this.order.indexOf(this.station) + by].code);
  }

  focus() {
    byId("detail-name").focus({ preventScroll: true });
    window.scrollTo(0, 0); // where map and list stand below each other: both in sight
  }
}
