/* The filters: chips for what most people look for, a panel for the rest. */

import { byId, element } from "./dom.js";
import { countFilters } from "./criteria.js";

const QUICK = ["water", "toilet", "microwave", "charging"];

export class FilterBar {
  constructor(config, texts, catalogue, onChange) {
    this.texts = texts;
    this.onChange = onChange;
    this.nameOf = (entry) => (config.language === "en" ? entry.name_en : entry.name);
    const isQuick = ({ code }) => QUICK.includes(code);
    byId("quick-amenities").append(...catalogue.amenities.filter(isQuick).map((entry) => this.chip(entry)));
    byId("more-amenities").append(...this.groups(catalogue.amenities.filter((entry) => !isQuick(entry)), config.tiers));
    byId("programme").append(...catalogue.programmes.map((entry) => element("option", { value: entry.code }, this.nameOf(entry))));
    this.wire();
    byId("filters").hidden = false;
  }

  chip(entry) {
    return element(
      "label",
      { class: "chip" },
      element("input", { type: "checkbox", name: "amenity", value: entry.code }),
      element("span", null, this.nameOf(entry)),
    );
  }

  groups(amenities, tiers) {
    return Object.entries(tiers).map(([tier, name]) => {
      const chips = amenities.filter((entry) => entry.tier === tier).map((entry) => this.chip(entry));
      const group = element("div", { class: "chips", role: "group", "aria-label": name }, ...chips);
      return chips.length ? element("div", null, element("h3", null, name), group) : "";
    });
  }

  wire() {
    byId("filters").addEventListener("change", () => this.onChange(this.read()));
    byId("more-filters").addEventListener("click", () => this.toggle());
    byId("filters-done").addEventListener("click", () => {
      this.toggle(false);
      byId("more-filters").focus();
    });
    byId("filters-clear").addEventListener("click", () => this.onChange({ amenities: [], open: false, unknown: false, programme: "" }));
  }

  toggle(force) {
    const panel = byId("filter-panel");
    panel.hidden = force === undefined ? !panel.hidden : !force;
    byId("more-filters").setAttribute("aria-expanded", String(!panel.hidden));
  }

  boxes() {
    return Array.from(byId("filters").querySelectorAll("input[name=amenity]"));
  }

  read() {
    return {
      amenities: this.boxes().filter((box) => box.checked).map((box) => box.value),
      open: byId("open-now").checked,
      programme: byId("programme").value,
    };
  }

  /** Show the criteria, however they came about. */
  show(criteria) {
    this.boxes().forEach((box) => {
      box.checked = criteria.amenities.includes(box.value);
    });
    byId("open-now").checked = criteria.open;
    byId("programme").value = criteria.programme;
    const inPanel = criteria.amenities.filter((code) => !QUICK.includes(code)).length + (criteria.programme ? 1 : 0);
    byId("more-filters").textContent = inPanel ? this.texts.say("more_filters_on", { n: inPanel }) : this.texts.say("more_filters");
    byId("filters-clear").disabled = countFilters(criteria) === 0;
  }
}
