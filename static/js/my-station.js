/* My station: every tap gets its key here, waits in this device's storage and is sent until the server has it. */

import { postForm, renewToken } from "./post.js";
import { Parts, clock } from "./station-parts.js";
import { TapQueue } from "./tap-queue.js";

const page = document.querySelector("[data-my-station]");
const sending = page.querySelector("[data-sending]");
const texts = page.dataset;
const parts = new Parts(page);

const queue = new TapQueue(`harbor-taps:${texts.user}`, { answered, refused, changed: show, post: postItem });

/** A tap is written to the queue before anything else, so that neither a dead link nor a closed page loses it. */
function tap(event) {
  const form = event.target.closest("form[data-send]");
  if (!form) {
    return;
  }
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken; // the page that sends it has its own
  const { send: what, about = "", timed } = form.dataset;
  const label = `${about} ${what === "count" ? fields.count : event.submitter.textContent.trim()}`.trim();
  const part = form.closest("[data-part]");
  queue.add({ url: form.action, day: texts.day, what, label, part: part && part.dataset.part, isTimed: timed !== undefined, at: Date.now(), fields });
  if (what === "undo") {
    event.submitter.disabled = true;
  } else if (!part) {
    form.reset();
  }
}

/** Signed with who tapped: another person may have logged in on this device since. */
async function postItem({ url, fields, isTimed, at }) {
  if (queue.needsLogin) {
    await renewToken();
  }
  // How long, not since when: a clock that is wrong is wrong at both ends.
  const waited = isTimed ? { waited: Math.max(0, Math.round((Date.now() - at) / 1000)) || 0 } : {};
  return postForm(url, Object.assign({ as: texts.user }, fields, waited));
}

function answered(item, answer) {
  if (item.day !== texts.day) {
    return;
  }
  parts.take(answer.parts);
  for (const [group, count] of Object.entries(answer.counts)) {
    const output = outputOf(group);
    if (output) {
      output.dataset.count = count;
    }
  }
}

function refused(item, message) {
  const note = document.createElement("p");
  note.className = "errornote";
  note.setAttribute("role", "alert");
  const day = item.day === texts.day ? "" : item.day.split("/").reverse().join(" ");
  const what = [day, item.at && clock(item.at), item.label].filter(Boolean).join(" ");
  note.textContent = `${texts.textRefused} ${[what, message].filter(Boolean).join(" · ")}`;
  sending.after(note);
}

/** What the server knows plus what waits: the figure moves at once, and the line above says how much is only here. */
function show() {
  const waiting = queue.items();
  const ofToday = waiting.filter((item) => item.day === texts.day);
  parts.show(ofToday);
  for (const output of page.querySelectorAll(".counter-count")) {
    const group = output.closest("form").elements.group.value;
    const mine = ofToday.filter(({ fields }) => fields.group === group && fields.method === "tally");
    const extra = mine.reduce((sum, item) => sum + Number(item.fields.count), 0);
    output.textContent = Number(output.dataset.count) + extra;
    output.classList.toggle("is-waiting", mine.length > 0);
  }
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

function outputOf(group) {
  const name = document.getElementById(`group-${group}`);
  return name && name.closest("form").querySelector("output");
}

page.addEventListener("submit", tap);
window.addEventListener("online", () => queue.send());
document.addEventListener("visibilitychange", () => document.hidden || queue.send());
show();
queue.send();
