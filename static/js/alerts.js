/* Heat and cold: the banner above the list while an alert holds where the visitor looks, and what then comes first. */

import { isoDay, noonOf } from "./clock.js";
import { byId, element, replaceChildren } from "./dom.js";

/** Of these alerts those that run at `now` where the stations are, one of each kind: the first station's, the narrowest division's. */
export function alertsFor(alerts, stations, now) {
  const today = isoDay(now);
  const running = alerts.filter((alert) => alert.from <= today && today <= alert.until);
  const found = new Map();
  for (const station of running.length ? stations : []) {
    const here = running.filter((alert) => station.division.startsWith(alert.division));
    here.sort((a, b) => b.division.length - a.division.length);
    here.filter((alert) => !found.has(alert.kind)).forEach((alert) => found.set(alert.kind, alert));
  }
  return Array.from(found.values());
}

export class AlertBanner {
  constructor(config, texts) {
    this.relief = config.relief;
    this.texts = texts;
    this.node = byId("alerts");
    this.shown = "[]";
    this.first = [];
  }

  /** Show what holds for these stations, nearest first; `first` are then the amenities that help, the best first. */
  show(alerts, stations, now) {
    const here = alertsFor(alerts, stations, now);
    const shown = JSON.stringify(here);
    if (shown === this.shown) {
      return; // so that nothing is read out again
    }
    this.shown = shown;
    this.first = [].concat(...here.map(({ kind }) => this.relief[kind]));
    replaceChildren(this.node, ...here.map((alert) => this.banner(alert)));
    bringForward(this.first);
  }

  banner({ kind, name, until, message }) {
    const date = this.texts.date.format(noonOf(until));
    return element(
      "div",
      { class: `alert alert-${kind}` },
      element("p", null, element("strong", null, this.texts.say(`alert_${kind}`, { place: name, date }))),
      message && element("p", null, message),
    );
  }
}

/** Move the chips of these amenities to the front; those that were there go back to where they came from. */
function bringForward(codes) {
  document.querySelectorAll("[data-chip-home]").forEach((home) => {
    home.replaceWith(chipOf(home.dataset.chipHome));
  });
  const chips = codes.map(chipOf).filter(Boolean);
  chips.forEach((chip) => {
    const code = chip.querySelector("input").value;
    chip.before(element("span", { "data-chip-home": code, hidden: "" }));
  });
  byId("quick-amenities").prepend(...chips);
}

function chipOf(code) {
  const box = document.querySelector(`#filters input[name=amenity][value="${CSS.escape(code)}"]`);
  return box && box.closest("label");
}
