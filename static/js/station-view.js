/* A station in words: its row of the list, its marker, and the panel of the one selected. */

import { element, replaceChildren, showText } from "./dom.js";
import { isToday, stateAt } from "./hours.js";
import { dialled } from "./phone.js";
import { fillWays } from "./ways.js";

const SPECIAL = "special";
const MOST_TAGS = 3; // in a row of the list

export class StationView {
  constructor(config, texts, catalogue) {
    this.config = config;
    this.texts = texts;
    this.first = []; // what helps in heat or cold stands before all else
    this.amenityNames = new Map(catalogue.amenities.map(({ code, name }) => [code, name]));
    this.supplies = catalogue.supplies;
    this.programmeNames = new Map(catalogue.programmes.map(({ code, name }) => [code, name]));
    this.colours = new Map(catalogue.programmes.map(({ code, colour }) => [code, colour]));
  }

  url(station) {
    return this.config.station_url.replace("CODE", encodeURIComponent(station.code));
  }

  /** {state, text, note} of "is it open?" for this moment. */
  open(station, moment) {
    const open = stateAt(station, station.leaf.live[station.code], moment);
    return { state: open.state, text: this.texts.state(open, station, Date.now()), note: open.note };
  }

  /** {state, label, colour, isSpecial} of its marker: name, state and distance, for whoever cannot see where it lies. */
  marker(station, metres, moment, programme) {
    const open = this.open(station, moment);
    const [first] = station.plates;
    const label = this.texts.say("row", { name: station.name, state: open.text, way: this.texts.way(metres) });
    const special = station.marks.find(({ mark }) => mark === SPECIAL);
    return {
      state: open.state,
      label: special ? `${label} · ${special.text}` : label,
      colour: this.colours.get(programme || (first && first.programme)) || "",
      isSpecial: Boolean(special),
    };
  }

  /** What makes it stand out: its theme in its own words, an honour by its level. */
  marks(station) {
    return station.marks.map(({ mark, text }) => {
      const said = mark === SPECIAL ? text : this.config.honour_levels[text] || "";
      return element("li", { class: "tag tag-mark" }, `★ ${[this.config.marks[mark], said].filter(Boolean).join(" · ")}`);
    });
  }

  /** The row of the list, for the moment asked for; `metres` from where distances are measured. */
  row({ station, metres }, criteria, moment, onSelect) {
    const open = this.open(station, moment);
    const way = this.texts.way(metres);
    const label = this.texts.say("row", { name: station.name, state: open.text, way });
    const link = element("a", { href: this.url(station), "data-code": station.code, "aria-label": label, click: onSelect }, station.name);
    const isFree = station.entryMode === "walk_in";
    const facts = [isFree ? "" : this.entry(station), criteria.q ? station.address : this.fresh(station)];
    return element(
      "li",
      { class: `result result-${open.state}` },
      element("h2", null, link),
      element(
        "p",
        { class: "result-facts" },
        element("span", { class: `state state-${open.state}` }, open.text),
        element("span", { class: "result-distance" }, way),
      ),
      element("ul", { class: "tags" }, ...this.givenOut(station), ...this.marks(station), ...this.firstAmenities(station, criteria.amenities)),
      element("p", { class: "soft result-more" }, facts.filter(Boolean).join(" · ")),
    );
  }

  entry(station) {
    return this.config.entry_modes[station.entryMode] || "";
  }

  /** How fresh the facts are, as of now: today's confirmation, or the day on which somebody checked them. */
  fresh(station) {
    const now = Date.now();
    return this.texts.seen(station.leaf.live[station.code], now) || this.texts.checked(station.verifiedAt);
  }

  /** What is given out there today, as long as it is today. */
  givenOut(station) {
    const live = station.leaf.live[station.code];
    const there = (live && live.supplies) || {};
    const today = this.supplies.filter(({ code }) => isToday(there[code], Date.now()));
    return today.map(({ name }) => element("li", { class: "tag tag-today" }, this.texts.say("supply_today", { name })));
  }

  /** What was asked for first, known or not; then what is there, in the catalogue's order. */
  amenities(station, asked) {
    const order = this.first.concat(Array.from(this.amenityNames.keys()));
    const known = new Map(station.amenities.map((amenity) => [amenity.code, amenity]));
    const first = asked.map((code) => this.amenity(known.get(code) || { code, access: "unheard_of", health: "ok" }));
    const there = station.amenities.filter(({ code, access }) => access !== "none" && !asked.includes(code));
    return first.concat(there.sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code)).map((amenity) => this.amenity(amenity)));
  }

  firstAmenities(station, asked) {
    const all = this.amenities(station, asked);
    const most = Math.max(MOST_TAGS, asked.length);
    const rest = all.length - most;
    return rest > 1 ? all.slice(0, most).concat(element("li", { class: "tag-rest" }, this.texts.say("and_more", { n: rest }))) : all;
  }

  amenity({ code, access, health }) {
    const name = this.amenityNames.get(code) || code;
    if (health === "out_of_order") {
      return element("li", { class: "tag tag-broken" }, this.texts.say("out_of_order", { name }));
    }
    if (access === "open") {
      return element("li", { class: "tag" }, name);
    }
    const kind = access === "none" ? "tag-broken" : "tag-limited";
    return element("li", { class: `tag ${kind}` }, this.texts.say(access === "none" ? "not_here" : access, { name }));
  }

  absent(station) {
    const missing = station.amenities.filter(({ access }) => access === "none");
    const names = missing.map(({ code }) => this.amenityNames.get(code) || code).join(this.texts.say("comma"));
    return names && this.texts.say("not_available", { names });
  }

  plates(station) {
    return station.plates.map(({ programme, number }) => {
      const name = this.programmeNames.get(programme) || programme;
      return element("li", { class: "tag plate" }, [name, number].filter(Boolean).join(" "));
    });
  }

  /** Fill the panel made from the page's template. */
  fillDetail(panel, { station, metres }, position, criteria, moment) {
    const part = (name) => panel.querySelector(`[data-part="${name}"]`);
    const open = this.open(station, moment);
    showText(part("name"), station.name);
    part("state").className = `state state-${open.state}`;
    showText(part("state"), open.text);
    const ahead = this.texts.ahead(criteria, moment);
    showText(part("seen"), [ahead, open.note, this.fresh(station)].filter(Boolean).join(" · "));
    showText(part("distance"), this.texts.way(metres));
    showText(part("address"), station.address);
    showText(part("entry"), this.entry(station));
    replaceChildren(part("amenities"), ...this.givenOut(station), ...this.amenities(station, criteria.amenities));
    showText(part("absent"), this.absent(station));
    const known = [...this.marks(station), ...this.plates(station)];
    replaceChildren(part("plates"), ...known);
    part("plates").hidden = known.length === 0;
    showText(part("position"), position);
    part("page").href = this.url(station);
    part("tell").href = this.config.tell_url.replace("CODE", encodeURIComponent(station.code));
    this.fillPhone(part("phone"), station.phone);
    fillWays(panel, station, Date.now());
  }

  /** A link where there is a number to dial, else what is written. */
  fillPhone(link, phone) {
    const number = dialled(phone);
    link.className = number ? "button button-quiet" : "";
    showText(link, number ? this.texts.say("call", { phone }) : phone);
    if (number) {
      link.href = `tel:${number}`;
    } else {
      link.removeAttribute("href");
    }
  }
}
