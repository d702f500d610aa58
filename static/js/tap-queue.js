/* Taps that wait to be sent, kept in localStorage, sent one after the other in the order of tapping. */

import { Refusal, postForm } from "./post.js";

const AGAIN_MS = 4000;

export class TapQueue {
  /** `post` sends one item and answers like `postForm`. */
  constructor(name, { answered, refused, changed, post = (item) => postForm(item.url, item.fields) }) {
    this.name = name;
    this.post = post;
    this.answered = answered;
    this.refused = refused;
    this.changed = changed;
    this.isSending = false;
    this.hasSent = false;
    this.needsLogin = false;
    this.pauseMs = 0;
    this.pauseReason = "";
  }

  items() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) || [];
    } catch {
      return [];
    }
  }

  add(item) {
    item.fields.client_key = newKey();
    this.store(this.items().concat(item));
    this.send();
  }

  async send() {
    if (this.isSending) {
      return;
    }
    this.isSending = true;
    clearTimeout(this.timer);
    while (this.items().length && (await this.sendFirst()));
    this.isSending = false;
    if (this.items().length) {
      this.timer = setTimeout(() => this.send(), this.pauseMs || AGAIN_MS);
    }
    this.changed();
  }

  /** True when the first item is done with: counted, or refused with a reason. Anything else is tried again. */
  async sendFirst() {
    const [item] = this.items();
    try {
      const answer = await this.post(item);
      this.needsLogin = false;
      this.pauseMs = 0;
      this.hasSent = true;
      this.remove(item);
      this.answered(item, answer);
    } catch (error) {
      this.needsLogin = error.needsLogin || false;
      this.pauseMs = error.pauseMs || 0;
      this.pauseReason = error.pauseMs ? error.message : "";
      if (!(error instanceof Refusal)) {
        return false;
      }
      this.remove(item);
      this.refused(item, error.message);
    }
    this.changed();
    return true;
  }

  remove(done) {
    this.store(this.items().filter((item) => item.fields.client_key !== done.fields.client_key));
  }

  store(items) {
    localStorage.setItem(this.name, JSON.stringify(items));
    this.changed();
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
