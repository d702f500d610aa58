/* The counters of My station: what the server knows plus what waits on the device, of the running hour or of the day. */

import { clock } from "./station-parts.js";

const HOUR_MS = 3600000;

export class Counters {
  /** `turned` is called when another hour begins. */
  constructor(page, turned) {
    this.section = page.querySelector("[data-counters]"); // a locked day has none
    if (this.section) {
      this.wait(turned);
    }
  }

  wait(turned) {
    const left = HOUR_MS - (Date.now() % HOUR_MS);
    setTimeout(() => {
      turned();
      this.wait(turned);
    }, left + 500);
  }

  take({ counts, hours, by_hour: isByHour }) {
    if (!this.section) {
      return;
    }
    this.section.toggleAttribute("data-by-hour", isByHour);
    this.outputs().forEach((output) => {
      const group = groupOf(output);
      output.dataset.count = counts[group];
      output.dataset.hours = Object.entries(hours[group]).map((pair) => pair.join(":")).join(" ");
    });
  }

  show(waiting) {
    if (!this.section) {
      return;
    }
    const isByHour = this.section.hasAttribute("data-by-hour");
    const hour = this.hour();
    this.section.querySelector("[data-hour-name]").textContent = nameOf(hour);
    this.outputs().forEach((output) => {
      const group = groupOf(output);
      const mine = waiting.filter(({ fields }) => fields.group === group && fields.method === "tally");
      const inHour = isByHour ? mine.filter((item) => hourOf(item) === hour) : mine;
      const known = isByHour ? hoursOf(output).get(hour) || 0 : Number(output.dataset.count);
      output.textContent = isByHour ? Math.max(0, known + sum(inHour)) : known + sum(inHour);
      output.classList.toggle("is-waiting", mine.length > 0);
      output.closest("form").querySelector("[data-of-day]").textContent = Number(output.dataset.count) + sum(mine);
    });
  }

  /** The one that was chosen, else the running one. */
  hour() {
    const { hour } = this.section.dataset;
    return hour ? Number(hour) : hourAt(Date.now());
  }

  outputs() {
    return this.section.querySelectorAll(".counter-count");
  }
}

function groupOf(output) {
  return output.closest("form").elements.group.value;
}

function hoursOf(output) {
  const pairs = output.dataset.hours.trim().split(" ").filter(Boolean);
  return new Map(pairs.map((pair) => pair.split(":").map(Number)));
}

function hourOf({ fields, at }) {
  return fields.hour ? Number(fields.hour) : hourAt(at);
}

function hourAt(moment) {
  return Number(clock(moment).slice(0, 2));
}

function nameOf(hour) {
  return [hour, hour + 1].map((one) => `${String(one).padStart(2, "0")}:00`).join("–");
}

function sum(items) {
  return items.reduce((total, item) => total + Number(item.fields.count), 0);
}
