/* My station: every tap gets its key here, waits in this device's storage and is sent until the server has it. */

import { TapQueue } from "./tap-queue.js";

const page = document.querySelector("[data-my-station]");
const live = page.querySelector("[data-live]");
const sending = page.querySelector("[data-sending]");
const texts = page.dataset;

const queue = new TapQueue(`harbor-taps:${texts.user}`, { answered, refused, changed: show });

/** A tap is written to the queue before anything else, so that neither a dead link nor a closed page loses it. */
function tap(event) {
  const form = event.target.closest("form[data-tap]");
  if (!form) {
    return;
  }
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrfmiddlewaretoken; // the page that sends it has its own
  queue.add({ url: form.action, day: texts.day, fields });
  if (form.querySelector("[name=entry]")) {
    event.submitter.disabled = true;
  }
}

function answered(item, answer) {
  if (item.day !== texts.day) {
    return;
  }
  live.innerHTML = answer.html;
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
  note.textContent = `${texts.textRefused} ${message}`;
  sending.after(note);
}

/** What the server knows plus what waits: the figure moves at once, and the line above says how much is only here. */
function show() {
  const waiting = queue.items();
  for (const output of page.querySelectorAll(".counter-count")) {
    const group = output.closest("form").elements.group.value;
    const mine = waiting.filter((item) => item.day === texts.day && item.fields.group === group);
    const extra = mine.reduce((sum, item) => sum + Number(item.fields.count), 0);
    output.textContent = Number(output.dataset.count) + extra;
    output.classList.toggle("is-waiting", mine.length > 0);
  }
  if (!sending) {
    return;
  }
  sending.classList.toggle("is-waiting", waiting.length > 0);
  if (queue.needsLogin) {
    sending.textContent = texts.textLogin;
  } else {
    sending.textContent = waiting.length ? `${texts.textWaiting} ${waiting.length}` : queue.hasSent ? `✓ ${texts.textSent}` : "";
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
