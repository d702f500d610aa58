/* Tell us: the report is written to the queue before anything else, so that neither a dead link nor a closed page loses it. */

import { byId, element, replaceChildren } from "./dom.js";
import { placePin } from "./place-pin.js";
import { reportQueue } from "./report-queue.js";
import { shrink } from "./shrink.js";

const form = byId("tell");
const problems = byId("tell-problems");
const done = byId("tell-done");
const texts = done.dataset;
let mine = null;
let isNew = false;

const queue = reportQueue({ sent, refused, changed });

async function submit(event) {
  event.preventDefault();
  form.querySelector("[type=submit]").disabled = true;
  const { fields, file } = contents();
  const photo = file ? await shrink(file) : null;
  const item = { url: form.action, station: form.dataset.station, kind: labelOf(fields.kind), at: new Date().toISOString() };
  mine = Object.assign(item, { fields });
  if (file && !photo) {
    // What this browser cannot read the server may; it goes as it is, or not at all.
    form.submit();
    return;
  }
  if (!queued(photo)) {
    form.submit();
  }
}

/** True once the report is in this device's storage; without the photo where that has no room for it. */
function queued(photo) {
  for (const kept of photo ? [photo, null] : [null]) {
    try {
      mine.photo = kept;
      isNew = true;
      queue.add(mine);
      return true;
    } catch {
      texts.note = photo ? texts.noPhoto : "";
    } finally {
      isNew = false;
    }
  }
  return false;
}

function contents() {
  const fields = Object.fromEntries(new FormData(form));
  const file = fields.photo && fields.photo.size ? fields.photo : null;
  delete fields.photo;
  return { fields, file };
}

function labelOf(kind) {
  return form.querySelector(`[value="${kind}"]`).closest("label").querySelector("strong").textContent;
}

function sent(item, answer) {
  if (isMine(item)) {
    window.location.assign(`${answer.url}?sent=1`);
  }
}

function refused(item, message) {
  if (!isMine(item)) {
    return;
  }
  mine = null;
  show(form);
  form.querySelector("[type=submit]").disabled = false;
  replaceChildren(problems, element("p", { class: "notice notice-warn" }, message));
  problems.scrollIntoView();
}

function changed() {
  if (!mine || !queue.items().some(isMine)) {
    return;
  }
  show(done);
  const text = isNew || queue.isSending ? texts.sending : queue.pauseReason || texts.waiting;
  if (done.textContent !== text) {
    done.textContent = [text, texts.note].filter(Boolean).join(" ");
    done.focus();
  }
}

function isMine(item) {
  return mine !== null && item.fields.client_key === mine.fields.client_key;
}

function show(node) {
  form.hidden = node !== form;
  done.hidden = node !== done;
}

function draw() {
  const node = byId("pin-map");
  const isAsked = form.elements.kind.value === "wrong_place";
  if (node && isAsked && !node.dataset.isDrawn) {
    node.dataset.isDrawn = "yes";
    placePin(node, byId("pin-tools"), form.elements.longitude, form.elements.latitude).catch(() => {
      node.hidden = true; // without network and not seen before: the numbers and the text remain
    });
  }
}

/** The form that the device keeps for every station learns from the address which one it is. */
function adopt() {
  const [, code] = /^\/s\/([0-9A-Za-z]+)\/tell\/$/.exec(window.location.pathname) || [];
  if (!code) {
    form.hidden = true;
    return;
  }
  form.action = window.location.pathname;
  form.dataset.station = code;
  replaceChildren(byId("tell-where"), element("a", { class: "target", href: `/s/${code}/` }, `‹ ${code}`));
}

if (byId("tell-where")) {
  adopt();
}
form.addEventListener("submit", submit);
form.addEventListener("change", draw);
window.addEventListener("online", () => queue.send());
document.addEventListener("visibilitychange", () => document.hidden || queue.send());
draw();
queue.send();
