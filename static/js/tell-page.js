/* Tell us: the report is written to the queue before anything else, so that neither a dead link nor a closed page loses it. */

import { byId, element, replaceChildren } from "./dom.js";
import { placePin } from "./place-pin.js";
import { dropRefused, receipts, refusedReports, reportQueue } from "./report-queue.js";
import { asItIs, shrink } from "./shrink.js";

const form = byId("tell");
const problems = byId("tell-problems");
const done = byId("tell-done");
const keptPhoto = byId("tell-kept-photo");
const texts = done.dataset;
let mine = null; // what was sent from this page
let former = null; // what was refused before, and is in the form again
let isNew = false;

const queue = reportQueue(changed);

async function submit(event) {
  event.preventDefault();
  form.querySelector("[type=submit]").disabled = true;
  const { fields, file } = contents();
  const photo = file ? (await shrink(file)) || (await asItIs(file)) : photoAgain();
  const at = former ? former.at : new Date().toISOString();
  mine = { url: form.action, station: form.dataset.station, kind: labelOf(fields.kind), at, fields };
  if (!queued(photo, file)) {
    form.submit();
  }
}

/** True once the report is in this device's storage; without the photo where that has no room for it. */
function queued(photo, file) {
  for (const kept of photo ? [photo, null] : [null]) {
    try {
      const isLost = Boolean(photo || file) && !kept;
      Object.assign(mine, { photo: kept, lostPhoto: isLost ? "device" : "" });
      texts.note = isLost ? texts.noPhoto : "";
      isNew = true;
      queue.add(mine);
      takeBack();
      return true;
    } catch {
      // no room: once more without the photo
    } finally {
      isNew = false;
    }
  }
  return false;
}

/** What was refused has now been said in another form. */
function takeBack() {
  if (former) {
    dropRefused(former.fields.client_key);
  }
  former = null;
  keptPhoto.hidden = true;
}

function photoAgain() {
  return !keptPhoto.hidden && keptPhoto.querySelector("input").checked ? former.photo : null;
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

/** The report is on its way, has arrived or was refused: read from the device, since another tab may have sent it. */
function changed() {
  if (!mine) {
    return;
  }
  const arrived = receipts().find(({ key }) => key === mine.fields.client_key);
  const refused = refusedReports().find(isMine);
  if (arrived) {
    mine = null;
    window.location.assign(`${texts.url.replace("RECEIPT", arrived.receipt)}?${arrived.thanks}`);
  } else if (refused) {
    mine = null;
    fillAgain(refused);
  } else if (queue.items().some(isMine)) {
    sayDone(isNew || queue.isSending ? texts.sending : queue.reasonOf(mine) || texts.waiting);
  }
}

function sayDone(text) {
  show(done);
  replaceChildren(problems);
  const whole = [text, texts.note].filter(Boolean).join(" ");
  if (done.textContent !== whole) {
    done.textContent = whole;
    done.focus();
  }
}

/** A refused report comes back into the form with the reason; it stays on the device until it was sent in another form. */
function fillAgain(item) {
  former = item;
  Object.entries(item.fields).forEach(([name, value]) => fill(form.elements.namedItem(name), value));
  keptPhoto.hidden = !item.photo || form.elements.photo.files.length > 0;
  show(form);
  form.querySelector("[type=submit]").disabled = false;
  replaceChildren(problems, element("p", { class: "notice notice-warn" }, item.problem || texts.refused));
  problems.scrollIntoView();
}

/** A choice that is no longer offered is left open. */
function fill(control, value) {
  if (control && control.type !== "hidden" && control.type !== "file") {
    control.value = value;
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

/** Back from the receipt: browsers bring the page back as it was left. */
function startAnew(event) {
  changed();
  if (event.persisted && !done.hidden && !mine) {
    form.reset();
    form.querySelector("[type=submit]").disabled = false;
    show(form);
  }
}

if (byId("tell-where")) {
  adopt();
}
form.addEventListener("submit", submit);
form.addEventListener("change", draw);
window.addEventListener("pageshow", startAnew);
const again = refusedReports().find((item) => item.fields.client_key === new URLSearchParams(window.location.search).get("again"));
if (again) {
  fillAgain(again);
}
draw();
queue.send();
