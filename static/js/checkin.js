/* Check-in: this device remembers what its owner works as, and offers that first. It is told to nobody else. */

import { read, write } from "./storage.js";

const KEY = "harbor.group";

const form = document.querySelector("[data-checkin]");

function offerFirst(group) {
  const button = [...form.querySelectorAll("button[name=group]")].find((one) => one.value === group);
  if (!button) {
    return;
  }
  const mine = button.cloneNode();
  mine.className = "button";
  mine.textContent = form.dataset.textMine.replace("{group}", button.textContent.trim());
  button.hidden = true;
  form.querySelector("legend").textContent = form.dataset.textOther;
  const place = form.querySelector("[data-mine]");
  place.replaceChildren(mine);
  place.hidden = false;
}

form.addEventListener("submit", (event) => event.submitter && write(KEY, event.submitter.value));
offerFirst(read(KEY));
