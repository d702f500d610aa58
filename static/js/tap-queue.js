/* Taps that wait to be sent, kept in localStorage, sent one after the other in the order of tapping. */

import { Refusal, postForm } from "./post.js";
import { read } from "./storage.js";

const AGAIN_MS = 4000;
const MOST_DOUBLINGS = 4; // so that the pauses between tries grow to a minute
const TURN_MS = 60000;

export class TapQueue {
  /**
   * `post` sends one item and answers like `postForm`. Where the order does not matter (`isOrdered` false), an item that
   * does not get through does not hold up the others.
   */
  constructor(name, { answered, refused, changed, isOrdered = true, post = (item) => postForm(item.url, item.fields) }) {
    this.name = name;
    this.post = post;
    this.answered = answered;
    this.refused = refused;
    this.changed = changed;
    this.isOrdered = isOrdered;
    this.isSending = false;
    this.hasSent = false;
    this.needsLogin = false;
    this.failures = 0;
    this.pauses = [];
    this.reasons = new Map();
  }

  items() {
    return read(this.name, []);
  }

  add(item) {
    item.fields.client_key = newKey();
    this.store(this.items().concat(item));
    this.send();
  }

  /** Now, because there is reason to hope: something new, a network, or somebody who looks. */
  send() {
    this.failures = 0;
    return this.sendAll();
  }

  async sendAll() {
    if (this.isSending) {
      return;
    }
    this.isSending = true;
    clearTimeout(this.timer);
    this.pauses = [];
    this.reasons.clear();
    await this.sendEach();
    this.isSending = false;
    if (this.pauses.length) {
      this.timer = setTimeout(() => this.sendAll(), Math.min(...this.pauses));
      this.failures += 1;
    }
    this.changed();
  }

  /** Why the server wants the item later, if it said so. */
  reasonOf(item) {
    return this.reasons.get(item.fields.client_key) || "";
  }

  /** Every item once, those too that are added meanwhile; in order, up to the first that has to be tried again. */
  async sendEach() {
    const tried = new Set();
    for (;;) {
      const next = this.items().find((item) => !tried.has(item.fields.client_key));
      if (!next) {
        return;
      }
      tried.add(next.fields.client_key);
      const isDone = await inTurn(this.name, () => this.sendOne(next));
      if (!isDone && this.isOrdered) {
        return;
      }
    }
  }

  /** True when the item is done with: counted, or refused with a reason. Anything else is tried again. */
  async sendOne(item) {
    if (!this.items().some((other) => isSame(other, item))) {
      return true; // another tab was quicker
    }
    try {
      const answer = await this.post(item);
      this.needsLogin = false;
      this.failures = 0;
      this.hasSent = true;
      this.remove(item);
      this.answered(item, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.postpone(item, error);
        return false;
      }
      this.remove(item);
      this.refused(item, error.message);
    }
    this.changed();
    return true;
  }

  postpone(item, error) {
    this.needsLogin = error.needsLogin || false;
    this.pauses.push(error.pauseMs || AGAIN_MS * 2 ** Math.min(this.failures, MOST_DOUBLINGS));
    if (error.pauseMs) {
      this.reasons.set(item.fields.client_key, error.message);
    }
  }

  remove(done) {
    this.store(this.items().filter((item) => !isSame(item, done)));
  }

  store(items) {
    localStorage.setItem(this.name, JSON.stringify(items));
    this.changed();
  }
}

function isSame(item, other) {
  return item.fields.client_key === other.fields.client_key;
}

/**
 * Do it while no other tab does the same, where the browser can tell. Nothing depends on it, since the server knows every
 * key; so a tab that was put to sleep with the lock in its hands is not waited for longer than a sending takes.
 */
async function inTurn(name, work) {
  if (!navigator.locks) {
    return work();
  }
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), TURN_MS);
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    clearTimeout(timer);
    return work();
  };
  try {
    return await navigator.locks.request(name, { signal: patience.signal }, begin);
  } catch (error) {
    if (hasBegun) {
      throw error;
    }
    return begin();
  }
}

/** A version 4 UUID; `crypto.randomUUID` exists only on https and localhost, and a bank's test server may be neither. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
