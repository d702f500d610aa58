/* The day sheet: typed like a spreadsheet, saved by itself, cell by cell. Without this it is a form with a button. */

import { Grid } from "./day-sheet-grid.js";
import { Issues } from "./day-sheet-issues.js";
import { Marks } from "./day-sheet-marks.js";
import { Saver } from "./day-sheet-saver.js";

const form = document.querySelector("[data-day-sheet]");
const status = form.querySelector("[data-status]");
const texts = form.dataset;
const marks = new Marks(form.querySelector("table"));
const issues = new Issues(form.querySelector("[data-issues]"), texts);
const saver = new Saver(form, { texts, status, issues, marks });
new Grid(form, { leftOut: (count) => saver.sayAlso(`${texts.textLeftOut} ${count}`) });

form.addEventListener("input", (event) => {
  issues.remove(event.target.name);
  marks.show(event.target.closest("[data-row]"));
});
form.addEventListener("change", (event) => saver.hasChanged(event.target));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  saver.again();
});
window.addEventListener("online", () => saver.again());
window.addEventListener("beforeunload", (event) => {
  if (saver.waiting().length) {
    event.preventDefault();
  }
});
marks.showAll();
saver.again();
