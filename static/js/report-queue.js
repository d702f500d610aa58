/* Reports that wait to be sent, those that were refused, and the receipts of those that arrived: all on this device alone. */

import { blobOf, post } from "./post.js";
import { read, write } from "./storage.js";
import { TapQueue, newKey } from "./tap-queue.js";

const NAME = "harbor.reports";
const REFUSED = "harbor.refused";
const RECEIPTS = "harbor.receipts";
const DEVICE = "harbor.device";
const LIMIT_MS = 60000; // a photo on a slow network
const MOST_RECEIPTS = 50;
const DAY_MS = 24 * 3600 * 1000;

const listeners = [];
let queue = null;

/**
 * The one queue of this document, whoever asks for it. `listener()` is called after every change: what became of a report
 * stands in the lists below, whichever part of the page, or which other tab, sent it.
 */
export function reportQueue(listener) {
  listeners.push(listener);
  if (queue === null) {
    queue = new TapQueue(NAME, { answered, refused, changed, isOrdered: false, post: postReport });
    window.addEventListener("online", () => queue.send());
    window.addEventListener("storage", ({ key }) => [NAME, REFUSED, RECEIPTS].includes(key) && changed());
    document.addEventListener("visibilitychange", () => document.hidden || queue.send());
  }
  return queue;
}

function answered(item, { receipt, without_photo }) {
  const { station, kind, at, fields } = item;
  // A photo may stay behind on either side; the page that thanks for the report says so.
  const reason = without_photo ? "limit" : item.lostPhoto;
  const thanks = new URLSearchParams(reason ? { sent: 1, without_photo: reason } : { sent: 1 });
  remember({ receipt, station, kind, at, key: fields.client_key, thanks: thanks.toString() });
  changed();
}

/** Kept with the reason, so that nothing is lost that was said where nobody looked at the page any more. */
function refused(item, message) {
  const kept = Object.assign({}, item, { problem: message });
  const others = refusedReports();
  if (!write(REFUSED, others.concat(kept))) {
    write(REFUSED, others.concat(Object.assign(kept, { photo: null })));
  }
  changed();
}

function changed() {
  listeners.forEach((listener) => listener());
}

export function waitingReports() {
  return read(NAME, []);
}

export function refusedReports() {
  return read(REFUSED, []);
}

/** Once it was sent in another form, or is not to be sent at all. */
export function dropRefused(key) {
  write(REFUSED, refusedReports().filter((item) => item.fields.client_key !== key));
  changed();
}

export function receipts() {
  return read(RECEIPTS, []);
}

export function remember(entry) {
  const known = receipts().filter((other) => other.receipt !== entry.receipt);
  write(RECEIPTS, [entry].concat(known).slice(0, MOST_RECEIPTS));
}

export function forget(receipt) {
  write(RECEIPTS, receipts().filter((entry) => entry.receipt !== receipt));
}

/** A random word by which one device is one in the counting of a day; another one the next day, so it follows nobody. */
function device() {
  const known = read(DEVICE, null);
  if (known && Date.now() - known.since < DAY_MS) {
    return known.word;
  }
  const fresh = { word: newKey(), since: Date.now() };
  write(DEVICE, fresh);
  return fresh.word;
}

function postReport({ url, fields, photo, at }) {
  const body = new FormData();
  Object.entries(fields).forEach(([name, value]) => body.append(name, value));
  body.append("device", device());
  // How long, not since when: a clock that is wrong is wrong at both ends.
  body.append("waited", Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000)) || 0);
  if (photo) {
    body.append("photo", blobOf(photo), "photo");
  }
  return post(url, body, {}, LIMIT_MS);
}
