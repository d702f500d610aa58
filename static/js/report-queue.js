/* Reports that wait to be sent, each with its key, and the receipts of those that were. Both stay on this device. */

import { post } from "./post.js";
import { TapQueue, newKey } from "./tap-queue.js";

const NAME = "harbor.reports";
const RECEIPTS = "harbor.receipts";
const DEVICE = "harbor.device";
const LIMIT_MS = 60000; // a photo on a slow network
const MOST_RECEIPTS = 50;
const DAY_MS = 24 * 3600 * 1000;

/** `sent(item, answer)`, `refused(item, message)` and `changed()` as in TapQueue. */
export function reportQueue({ sent, refused, changed }) {
  const answered = (item, answer) => {
    remember({ receipt: answer.receipt, station: item.station, kind: item.kind, at: item.at });
    sent(item, answer);
  };
  return new TapQueue(NAME, { answered, refused, changed, post: postReport });
}

export function waitingReports() {
  return read(NAME, []);
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

function postReport({ url, fields, photo }) {
  const body = new FormData();
  Object.entries(fields).forEach(([name, value]) => body.append(name, value));
  body.append("device", device());
  if (photo) {
    body.append("photo", blobOf(photo), "photo");
  }
  return post(url, body, {}, LIMIT_MS);
}

/** The file of a data URL; `fetch` could read it too, but the content policy forbids it. */
function blobOf(dataUrl) {
  const [head, text] = dataUrl.split(",");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5, head.indexOf(";")) });
}

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) || otherwise;
  } catch {
    return otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // storage refused or full: the receipt is still on the page
  }
}
