/* The filters: chips for what most people look for, a panel for the rest, and how many would remain for each choice. */

import { byId, element } from "./dom.js";
import { countFilters, daysToChoose, isHour, withoutFilters } from "./criteria.js";

const QUICK = ["water", "toilet", "microwave", "charging"];
const WALK_IN = "walk_in";

export class FilterBar {
  constructor(config, texts, catalogue, handlers) {
    this.texts = texts;
    this.handlers = handlers;
    const isQuick = ({ code }) => QUICK.includes(code);
    byId("quick-amenities").append(...catalogue.amenities.filter(isQuick).map((entry) => this.chip(entry)));
    byId("more-amenities").append(...this.groups(catalogue.amenities.filter((entry) => !isQuick(entry)), config.tiers));
    byId("programme").append(...catalogue.programmes.map(({ code, name }) => option(code, name)));
    byId("mark").append(...Object.entries(config.marks).map(([code, name]) => option(code, name)));
    this.legend(catalogue.programmes);
    byId("host_kind").append(...Object.entries(config.host_kinds).map(([code, name]) => option(code, name)));
    this.wire();
    byId("filters").hidden = false;
  }

  chip(entry) {
    const count = element("span", { "data-count": `amenity/${entry.code}` });
    return element(
      "label",
      { class: "chip" },
      element("input", { type: "checkbox", name: "amenity", value: entry.code }),
      element("span", null, entry.name, count),
    );
  }

  groups(amenities, tiers) {
    return Object.entries(tiers).map(([tier, name]) => {
      const chips = amenities.filter((entry) => entry.tier === tier).map((entry) => this.chip(entry));
      const group = element("div", { class: "chips", role: "group", "aria-label": name }, ...chips);
      return chips.length ? element("div", null, element("h3", null, name), group) : "";
    });
  }

  /** Whose colour is whose: each a choice of its own, with how many there are in view. */
  legend(programmes) {
    this.legendRows = programmes.map(({ code, name, colour }) => {
      const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.setProperty("--plate", colour);
      const count = element("span", { class: "legend-count" });
      const row = element("button", { type: "button", class: "legend-row", "aria-pressed": "false" }, swatch, element("span", null, name), count);
      row.addEventListener("click", () => {
        byId("programme").value = byId("programme").value === code ? "" : code;
        this.handlers.changed(this.read());
      });
      const item = element("li", { hidden: true }, row);
      return { code, item, row, count };
    });
    byId("legend-rows").append(...this.legendRows.map(({ item }) => item));
  }

  showLegend(counts) {
    this.legendRows.forEach(({ code, item, row, count }) => {
      const n = (counts && counts.programme[code]) || 0;
      item.hidden = n === 0 && row.getAttribute("aria-pressed") === "false";
      count.textContent = this.texts.number.format(n);
    });
    byId("legend").hidden = this.legendRows.every(({ item }) => item.hidden);
  }

  /** The days to choose from are others after midnight. */
  offerDays() {
    const select = byId("day");
    const days = daysToChoose(Date.now());
    if (!select.options[1] || select.options[1].value !== days[0]) {
      select.replaceChildren(select.options[0], ...days.map((day) => option(day, this.texts.dayName(day))));
    }
  }

  wire() {
    byId("filters").addEventListener("change", (event) => this.changed(event.target));
    byId("more-filters").addEventListener("click", () => this.toggle());
    byId("filters-done").addEventListener("click", () => {
      this.toggle(false);
      byId("more-filters").focus();
    });
    byId("filters-clear").addEventListener("click", () => this.handlers.changed(withoutFilters()));
  }

  /** The chip "open now" and the select of all openings are two ways to say one thing. */
  changed(field) {
    if (field.id === "open-now") {
      byId("open").value = field.checked ? "now" : "";
    }
    this.handlers.changed(this.read());
  }

  toggle(force) {
    const panel = byId("filter-panel");
    panel.hidden = force === undefined ? !panel.hidden : !force;
    byId("more-filters").setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) {
      this.handlers.opened();
    }
  }

  boxes() {
    return Array.from(byId("filters").querySelectorAll("input[name=amenity]"));
  }

  read() {
    const open = byId("open").value;
    return {
      amenities: this.boxes().filter((box) => box.checked).map((box) => box.value),
      open,
      day: isHour(open) ? byId("day").value : "",
      stepFree: byId("step-free").checked,
      entry: byId("walk-in").checked ? WALK_IN : "",
      programme: byId("programme").value,
      mark: byId("mark").value,
      hostKind: byId("host_kind").value,
    };
  }

  /** Show the criteria, however they came about. */
  show(criteria) {
    this.boxes().forEach((box) => {
      box.checked = criteria.amenities.includes(box.value);
    });
    byId("open-now").checked = criteria.open === "now";
    choose(byId("open"), criteria.open);
    byId("day-field").hidden = !isHour(criteria.open);
    if (isHour(criteria.open)) {
      this.offerDays();
    }
    byId("day").value = criteria.day;
    byId("step-free").checked = criteria.stepFree;
    byId("walk-in").checked = criteria.entry === WALK_IN;
    byId("programme").value = criteria.programme;
    byId("mark").value = criteria.mark;
    this.legendRows.forEach(({ code, row }) => row.setAttribute("aria-pressed", String(code === criteria.programme)));
    byId("host_kind").value = criteria.hostKind;
    const onStrip = criteria.amenities.filter((code) => QUICK.includes(code)).length + (criteria.open === "now" ? 1 : 0);
    const inPanel = countFilters(criteria) - onStrip;
    byId("more-filters").textContent = inPanel ? this.texts.say("more_filters_on", { n: inPanel }) : this.texts.say("more_filters");
    byId("filters-clear").disabled = countFilters(criteria) === 0;
  }

  /** How many of the stations in view would remain for each choice; null while that is not known. */
  count(counts, total) {
    byId("filters").querySelectorAll("[data-count]").forEach((node) => {
      const [group, code] = node.dataset.count.split("/");
      const n = counts && (code ? counts[group][code] || 0 : counts[group]);
      node.textContent = counts ? ` ${this.texts.number.format(n)}` : "";
    });
    this.showLegend(counts);
    ["open", "programme", "mark", "host_kind"].forEach((id) => this.countOptions(byId(id), counts && counts[id]));
    byId("filters-done").textContent = counts ? this.texts.say("show_stations", { n: total }) : this.texts.say("back_to_list");
  }

  countOptions(select, counts) {
    Array.from(select.options).forEach((node) => {
      node.dataset.name = node.dataset.name || node.textContent;
      const isCounted = counts && node.value && !isHour(node.value);
      const text = isCounted ? `${node.dataset.name} (${this.texts.number.format(counts[node.value] || 0)})` : node.dataset.name;
      if (node.textContent !== text) {
        node.textContent = text;
      }
    });
  }
}

function option(value, name) {
  return element("option", { value }, name);
}

/** An hour from the address need not be one of those offered. */
function choose(select, value) {
  select.value = value;
  if (select.value !== value) {
    select.append(option(value, value));
    select.value = value;
  }
}
