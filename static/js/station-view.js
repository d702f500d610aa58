/* A station in words: the row of the list and the panel of the one selected. */

import { element, replaceChildren, showText } from "./dom.js";
import { openState } from "./criteria.js";
import { fillWays } from "./ways.js";

const MOST_TAGS = 6; // in a row of the list

export class StationView {
  constructor(config, texts, catalogue) {
    this.config = config;
    this.texts = texts;
    const nameOf = (entry) => (config.language === "en" ? entry.name_en : entry.name);
    this.first = []; // what helps in heat or cold stands before all else
    this.amenityNames = new Map(catalogue.amenities.map((entry) => [entry.code, nameOf(entry)]));
    this.programmeNames = new Map(catalogue.programmes.map((entry) => [entry.code, nameOf(entry)]));
  }

  url(station) {
    return this.config.station_url.replace("CODE", encodeURIComponent(station.code));
  }

  /** {state, text} of "is it open?" for this moment. */
  open(station, now) {
    const open = openState(station, now);
    return { state: open.state, text: this.texts.state(open, station, now), note: open.note };
  }

  /** The row of the list; `metres` is from the visitor or from the middle of the map. */
  row({ station, metres }, now, onSelect) {
    const open = this.open(station, now);
    const link = element("a", { href: this.url(station), "data-code": station.code, click: onSelect }, station.name);
    const isFree = station.entryMode === "walk_in";
    return element(
      "li",
      { class: "result" },
      element("h2", null, link),
      element(
        "p",
        { class: "result-facts" },
        element("span", { class: `state state-${open.state}` }, open.text),
        metres === null ? null : element("span", { class: "result-distance" }, this.texts.way(metres)),
      ),
      element("p", { class: "soft" }, [isFree ? "" : this.entry(station), station.address].filter(Boolean).join(" · ")),
      element("ul", { class: "tags" }, ...this.firstAmenities(station)),
    );
  }

  entry(station) {
    return this.config.entry_modes[station.entryMode] || "";
  }

  /** What is there, as list items in the catalogue's order; what needs asking, is nearby or broken says so. */
  amenities(station) {
    const order = this.first.concat(Array.from(this.amenityNames.keys()));
    const there = station.amenities.filter(({ access }) => access !== "none");
    return there.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code)).map((amenity) => this.amenity(amenity));
  }

  firstAmenities(station) {
    const all = this.amenities(station);
    const rest = all.length - MOST_TAGS;
    return rest > 1 ? all.slice(0, MOST_TAGS).concat(element("li", { class: "tag-rest" }, this.texts.say("and_more", { n: rest }))) : all;
  }

  amenity({ code, access, health }) {
    const name = this.amenityNames.get(code) || code;
    if (health === "out_of_order") {
      return element("li", { class: "tag tag-broken" }, this.texts.say("out_of_order", { name }));
    }
    if (access === "open") {
      return element("li", { class: "tag" }, name);
    }
    return element("li", { class: "tag tag-limited" }, this.texts.say(access, { name }));
  }

  absent(station) {
    const missing = station.amenities.filter(({ access }) => access === "none");
    const names = missing.map(({ code }) => this.amenityNames.get(code) || code).join(this.config.language === "en" ? ", " : "、");
    return names && this.texts.say("not_available", { names });
  }

  plates(station) {
    return station.plates.map(({ programme, number }) => {
      const name = this.programmeNames.get(programme) || programme;
      return element("li", { class: "tag plate" }, [name, number].filter(Boolean).join(" "));
    });
  }

  /** Fill the panel made from the page's template. */
  fillDetail(panel, { station, metres }, position, now) {
    const part = (name) => panel.querySelector(`[data-part="${name}"]`);
    const open = this.open(station, now);
    showText(part("name"), station.name);
    part("state").className = `state state-${open.state}`;
    showText(part("state"), open.text);
    showText(part("seen"), [open.note, this.texts.seen(station.leaf.live[station.code], now)].filter(Boolean).join(" · "));
    showText(part("distance"), metres === null ? "" : this.texts.way(metres));
    showText(part("address"), station.address);
    showText(part("entry"), this.entry(station));
    replaceChildren(part("amenities"), ...this.amenities(station));
    showText(part("absent"), this.absent(station));
    replaceChildren(part("plates"), ...this.plates(station));
    part("plates").hidden = station.plates.length === 0;
    showText(part("position"), position);
    part("page").href = this.url(station);
    showText(part("phone"), station.phone && this.texts.say("call", { phone: station.phone }));
    fillWays(panel, station, now);
    part("phone").href = `tel:${station.phone.replace(/[^\d+]/g, "")}`;
  }
}
