/* Check-in: this device remembers what its owner works as, and offers that first. It is told to nobody else. */

const KEY = "harbor.group";

const form = document.querySelector("[data-checkin]");

function recall() {
  try {
    return window.localStorage.getItem(KEY);
  } catch (error) {
    return null;
  }
}

function remember(group) {
  try {
    window.localStorage.setItem(KEY, group);
  } catch (error) {
    // storage refused or full: next time the groups are offered as to everybody
  }
}

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

form.addEventListener("submit", (event) => event.submitter && remember(event.submitter.value));
offerFirst(recall());
