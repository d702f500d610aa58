/* Notices: the banner above the list while one is to be read where the visitor looks, and what heat and cold bring first. */

import { isoDay, noonOf } from "./clock.js";
import { byId, element, replaceChildren } from "./dom.js";

/**
 * Of these alerts those to be read at `now` where the stations are, one of each kind: the first station's, the narrowest
 * division's. Notices with a title of their own stand beside each other.
 */
function alertsFor(alerts, stations, now) {
  const today = isoDay(now);
  const isBegun = (alert) => alert.from <= today || (alert.shown && Date.parse(alert.shown) <= now);
  const running = alerts.filter((alert) => isBegun(alert) && today <= alert.until);
  const found = new Map();
  for (const station of running.length ? stations : []) {
    const here = running.filter((alert) => station.division.startsWith(alert.division));
    here.sort((a, b) => b.division.length - a.division.length);
    here.filter((alert) => !found.has(keyOf(alert))).forEach((alert) => found.set(keyOf(alert), alert));
  }
  return Array.from(found.values());
}

function keyOf({ kind, title }) {
  return kind === "holiday" || kind === "other" ? `${kind} ${title || ""}` : kind;
}

export class AlertBanner {
  constructor(config, texts) {
    this.relief = config.relief;
    this.texts = texts;
    this.node = byId("alerts");
    this.shown = "";
    this.first = [];
  }

  /** Show what holds for these stations, nearest first; `first` are then the amenities that help, the best first. */
  show(alerts, stations, now) {
    const here = alertsFor(alerts, stations, now);
    const today = isoDay(now);
    const shown = here.length ? JSON.stringify([here, today]) : "";
    if (shown === this.shown) {
      return; // so that nothing is read out again
    }
    this.shown = shown;
    this.first = [].concat(...here.map(({ kind, from }) => (from <= today && this.relief[kind]) || []));
    replaceChildren(this.node, ...here.map((alert) => this.banner(alert, today)));
    bringForward(this.first);
  }

  banner(alert, today) {
    return element(
      "div",
      { class: `alert alert-${alert.kind}` },
      element("p", null, element("strong", null, this.sentence(alert, today))),
      alert.message && element("p", null, alert.message),
    );
  }

  /** What it is and until when; and from when on, while it is to come. */
  sentence({ kind, title, name, from, until }, today) {
    const date = (day) => this.texts.date.format(noonOf(day));
    const said = this.texts.say(title ? "alert_titled" : `alert_${kind}`, { title, place: name, date: date(until) });
    return from > today ? this.texts.say("alert_ahead", { sentence: said, date: date(from) }) : said;
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
