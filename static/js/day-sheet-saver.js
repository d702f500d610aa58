/* Sends what differs from what the server has, a handful of cells at a time, and says how that went. */

import { figureOf } from "./day-sheet-marks.js";
import { Refusal, postForm, renewToken } from "./post.js";
import { newKey } from "./tap-queue.js";

const AT_ONCE = 24; // cells in a request
const PAUSE_MS = 300; // so that a pasted block goes together
const AGAIN_MS = 4000;

export class Saver {
  constructor(form, { texts, status, issues, marks }) {
    Object.assign(this, { form, texts, status, issues, marks });
    this.seen = JSON.parse(form.elements.seen.value);
    this.inputs = Array.from(form.querySelectorAll("[data-row] input"));
    this.held = new Map(); // by name the value that was not accepted: it is not sent again by itself
    this.batch = null; // what was sent without an answer: it goes again under the same key
    this.isSending = false;
    this.hasSaved = false;
    this.needsLogin = false;
    this.note = "";
  }

  /** The cells whose text is not yet what the server has. */
  waiting() {
    return this.inputs.filter((input) => valueOf(input) !== this.seenOf(input));
  }

  seenOf(input) {
    return this.seen[input.name] === undefined ? emptyOf(input) : this.seen[input.name];
  }

  sendable() {
    return this.waiting().filter((input) => this.held.get(input.name) !== input.value);
  }

  hasChanged(input) {
    this.held.delete(input.name);
    this.note = "";
    this.plan(PAUSE_MS);
  }

  /** Something that is to be read beside how the saving went. */
  sayAlso(note) {
    this.note = note;
    this.plan(PAUSE_MS);
  }

  again() {
    this.held.clear();
    this.plan(0);
  }

  plan(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  async send() {
    if (this.isSending) {
      return;
    }
    this.isSending = true;
    let isDone = false;
    while (!isDone && (this.batch || this.sendable().length)) {
      this.say(this.texts.textSaving, this.waiting().length);
      isDone = !(await this.sendBatch());
    }
    this.isSending = false;
    if (!isDone) {
      this.sayResult();
    }
  }

  /** False if there is no use in going on now. */
  async sendBatch() {
    this.batch = this.batch || this.nextBatch();
    try {
      if (this.needsLogin) {
        await renewToken();
      }
      this.accept(await postForm(window.location.href, this.batch.fields));
    } catch (error) {
      return this.failed(error);
    }
    this.batch = null;
    return true;
  }

  nextBatch() {
    const inputs = this.sendable().slice(0, AT_ONCE);
    const seen = Object.fromEntries(inputs.map((input) => [input.name, this.seenOf(input)]));
    const fields = { method: this.form.elements.method.value, client_key: newKey(), seen: JSON.stringify(seen) };
    inputs.forEach((input) => (fields[input.name] = input.value));
    return { inputs, fields };
  }

  accept(answer) {
    this.needsLogin = false;
    Object.assign(this.seen, answer.saved);
    this.hasSaved = true;
  }

  failed(error) {
    if (!(error instanceof Refusal)) {
      this.needsLogin = error.needsLogin || false;
      this.say(error.needsLogin ? this.texts.textLogin : this.texts.textLater, this.waiting().length);
      this.plan(error.pauseMs || AGAIN_MS);
      return false;
    }
    const { inputs, fields } = this.batch;
    this.batch = null;
    if (!error.answer || !error.answer.saved) {
      inputs.forEach((input) => this.held.set(input.name, fields[input.name]));
      this.say(error.message || this.texts.textRefused);
      return false;
    }
    this.accept(error.answer);
    inputs.forEach((input) => this.judge(input, fields[input.name], error.answer));
    return true;
  }

  /** Show why the cell was not saved, if it was not, and if nobody has typed on meanwhile. */
  judge(input, sent, { theirs, error }) {
    const sentences = error.fields[input.name];
    if (!sentences || input.value !== sent) {
      return;
    }
    this.held.set(input.name, sent);
    const isConflict = input.name in theirs;
    this.issues.add(input, sentences.join(" "), isConflict ? this.choices(input, theirs[input.name]) : []);
  }

  choices(input, theirs) {
    const settle = (value) => {
      this.seen[input.name] = theirs;
      this.held.delete(input.name);
      this.issues.remove(input.name);
      input.value = value;
      this.marks.show(input.closest("[data-row]"));
      input.focus();
      this.plan(0);
    };
    const { textTheirs, textMine, textEmpty } = this.texts;
    return [
      [`${textTheirs}: ${theirs || textEmpty}`, () => settle(theirs || "")],
      [`${textMine}: ${input.value || textEmpty}`, () => settle(input.value)],
    ];
  }

  sayResult() {
    const waiting = this.waiting().length;
    if (waiting) {
      this.say(this.texts.textUnsaved, waiting, this.note);
    } else {
      this.say(this.hasSaved ? `✓ ${this.texts.textSaved}` : "", this.note);
    }
  }

  say(...parts) {
    this.status.textContent = parts.filter(Boolean).join(" ");
  }
}

function isRemark(input) {
  return input.name.endsWith("-reason");
}

function valueOf(input) {
  return isRemark(input) ? input.value.trim().replace(/\s+/g, " ") : figureOf(input.value);
}

function emptyOf(input) {
  return isRemark(input) ? "" : 0;
}
