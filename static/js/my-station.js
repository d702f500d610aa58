/* My station: every tap gets its key here, waits in this device's storage and is sent until the server has it. */

import { Counters } from "./my-counters.js";
import { postForm, postPhoto, renewToken } from "./post.js";
import { asItIs, shrink } from "./shrink.js";
import { Parts, clock, dayOf } from "./station-parts.js";
import { read } from "./storage.js";
import { TapQueue } from "./tap-queue.js";

const page = document.querySelector("[data-my-station]");
const sending = page.querySelector("[data-sending]");
const others = page.querySelector("[data-others]");
const texts = page.dataset;
const QUEUES = "harbor-taps:"; // one for each person
const NIGHT_ENDS = "06:00"; // until then a station that is still open has its shift of the day before
const begun = dayOf(Date.now());
const parts = new Parts(page);
const counters = new Counters(page, show);

const queue = new TapQueue(QUEUES + texts.user, { answered, refused, changed: show, post: postItem });

/** A tap is written to the queue before anything else, so that neither a dead link nor a closed page loses it. */
function tap(event) {
  const form = event.target.closest("form[data-send]");
  if (!form) {
    return;
  }
  event.preventDefault();
  if (isOver()) {
    complain(texts.textNewDay);
    return;
  }
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken; // the page that sends it has its own
  const { send: what, timed } = form.dataset;
  const label = labelOf(form, event.submitter, fields);
  const item = { url: form.action, day: texts.day, what, label, part: partOf(form), isTimed: timed !== undefined, at: Date.now(), fields };
  if (fields.photo) {
    addWithPhoto(item);
  } else {
    queue.add(item);
  }
  if (!form.closest("[data-part]")) {
    form.reset();
  }
}

/** The photo is made small first; where the device has no room for it, the rest goes without it, and that is said. */
async function addWithPhoto(item) {
  const file = item.fields.photo;
  delete item.fields.photo;
  const photo = file.size ? (await shrink(file)) || (await asItIs(file)) : null;
  try {
    queue.add(Object.assign(item, { photo }));
  } catch (error) {
    queue.add(Object.assign(item, { photo: null }));
  }
  if (file.size && !item.photo) {
    complain(texts.textPhoto);
  }
}

/** A page that is left open overnight shows yesterday, and what is tapped on it in the morning is not yesterday's. */
function isOver() {
  const isOpen = Boolean(page.querySelector("form[data-send=close]"));
  return texts.today !== undefined && dayOf(Date.now()) !== begun && !(isOpen && clock(Date.now()) < NIGHT_ENDS);
}

/** Somebody looks at the page, or there is a network again. */
function wake() {
  if (isOver() && navigator.onLine) {
    window.location.assign(texts.today);
  } else {
    queue.send();
  }
}

/** The part of the page that it changes: the one it stands in, or the one it says. */
function partOf(form) {
  const around = form.closest("[data-part]");
  return form.dataset.for || (around && around.dataset.part);
}

/** What a person would call it. */
function labelOf(form, button, fields) {
  const item = form.elements.namedItem("item");
  const chosen = item && item.selectedOptions ? item.selectedOptions[0].text : "";
  const deed = form.dataset.send === "count" ? fields.count : button.textContent.trim().replace(/\s+/g, " ");
  const about = form.dataset.about || (item && `${chosen} ${fields.quantity}`);
  return fields.text || [about, deed].filter(Boolean).join(" ");
}

/** Nobody leaves the desk while something of theirs is only on this device. */
function handOver(event) {
  const form = event.target.closest("form[data-hand-over]");
  if (form && queue.items().length > 0) {
    event.preventDefault();
    form.querySelector("[data-not-yet]").hidden = false;
    queue.send();
  }
}

/** How much of other people waits on this device. */
function sayOthers() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(QUEUES) && name !== queue.name);
  const count = names.reduce((sum, name) => sum + read(name, []).length, 0);
  others.hidden = count === 0;
  others.textContent = count ? `${texts.textOthers} ${count}` : "";
}

/** Signed with who tapped: another person may have logged in on this device since. */
async function postItem({ url, fields, photo, isTimed, at }) {
  if (queue.needsLogin) {
    await renewToken();
  }
  // How long, not since when: a clock that is wrong is wrong at both ends.
  const waited = isTimed ? { waited: Math.max(0, Math.round((Date.now() - at) / 1000)) || 0 } : {};
  const signed = Object.assign({ as: texts.user }, fields, waited);
  return photo ? postPhoto(url, signed, photo) : postForm(url, signed);
}

function answered(item, answer) {
  if (item.day !== texts.day) {
    return;
  }
  parts.take(answer.parts);
  counters.take(answer);
}

function complain(sentence) {
  const note = document.createElement("p");
  note.className = "errornote";
  note.setAttribute("role", "alert");
  note.textContent = sentence;
  sending.parentElement.querySelectorAll(".errornote").forEach((other) => other.textContent === sentence && other.remove());
  sending.after(note);
}

function refused(item, message) {
  const day = item.day === texts.day ? "" : item.day.split("/").reverse().join(" ");
  const what = [day, item.at && clock(item.at), item.label].filter(Boolean).join(" ");
  complain(`${texts.textRefused} ${[what, message].filter(Boolean).join(" · ")}`);
}

/** What the server knows plus what waits: the figure moves at once, and the line above says how much is only here. */
function show() {
  const waiting = queue.items();
  const ofToday = waiting.filter((item) => item.day === texts.day);
  parts.show(ofToday);
  counters.show(ofToday);
  sayHowMany(waiting.length);
}

function sayHowMany(count) {
  sending.classList.toggle("is-waiting", count > 0);
  if (queue.needsLogin) {
    sending.textContent = texts.textLogin;
  } else {
    sending.textContent = count ? `${texts.textWaiting} ${count}` : queue.hasSent ? `✓ ${texts.textSent}` : "";
  }
}

page.addEventListener("submit", tap);
page.addEventListener("submit", handOver);
window.addEventListener("online", wake);
document.addEventListener("visibilitychange", () => document.hidden || wake());
show();
sayOthers();
queue.send();
