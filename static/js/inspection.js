/* Saves an inspection item by item as it is filled in. What cannot be sent yet is kept on the device and sent again. */

import { Refusal, blobOf, post } from "./post.js";
import { shrink } from "./shrink.js";
import { read, write } from "./storage.js";

const AGAIN_MS = 4000;
const LIMIT_MS = 60000; // a photo on a slow network

class Filling {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-status]");
    this.name = nameOf(form.dataset.inspection);
    this.dirty = new Set(); // the items that the server does not have yet, as they stand
    this.sending = null; // the item that is under way
    this.refused = new Set(); // the items that the server does not take as they stand
    this.isLeaving = false;
    this.restore();
    form.addEventListener("input", (event) => this.note(event.target.closest("[data-item]")));
    form.addEventListener("change", (event) => this.note(event.target.closest("[data-item]"), true));
    form.addEventListener("submit", () => this.keep());
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", () => this.leave());
  }

  /** What an earlier visit could not send stands on the page again; what was tapped before this ran counts too. */
  restore() {
    const kept = read(this.name, {});
    for (const item of this.form.querySelectorAll("[data-item]")) {
      if (item.dataset.item in kept) {
        fill(item, kept[item.dataset.item]);
        this.dirty.add(item);
      } else if (inputsOf(item).some(isTouched)) {
        this.dirty.add(item);
      }
    }
    this.send();
  }

  /** Kept with every letter, sent when a field is done. */
  note(item, isDone = false) {
    if (!item) {
      return;
    }
    this.isLeaving = false;
    openIfFailed(item);
    this.refused.delete(item);
    this.dirty.add(item);
    this.keep();
    if (isDone) {
      this.send();
    }
  }

  /** Words and answers; a photo is too large to be kept beside them, and stays in its field. */
  keep() {
    if (this.isLeaving) {
      return;
    }
    const items = [...this.dirty, ...this.refused, this.sending].filter(Boolean);
    write(this.name, Object.fromEntries(items.map((item) => [item.dataset.item, fieldsOf(item)])));
  }

  /** What is saved from now on, the next page may have been drawn without: it sends that once more. */
  leave() {
    this.keep();
    this.isLeaving = true;
  }

  async send() {
    if (this.sending) {
      return;
    }
    while (this.dirty.size) {
      const [item] = this.dirty;
      this.say();
      this.dirty.delete(item); // what is changed while it is under way is dirty again
      this.sending = item;
      const error = await this.tried(item);
      this.sending = null;
      if (error) {
        this.dirty.add(item);
        this.say(error);
        setTimeout(() => this.send(), AGAIN_MS);
        return;
      }
      this.keep();
    }
    this.say();
  }

  /** The error of an item that did not get through; null when it did, or never will. */
  async tried(item) {
    try {
      await this.sendOne(item);
      return null;
    } catch (error) {
      return error;
    }
  }

  async sendOne(item) {
    const file = fileOf(item);
    const body = await bodyOf(item, file);
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await post(this.form.dataset.save, body, {}, LIMIT_MS);
      refuse(item, "");
      this.refused.delete(item);
      show(item, answer.photos[item.dataset.item], file);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      refuse(item, error.message); // said beside the item; sending it again as it stands would not help
      this.refused.add(item);
    }
  }

  say(error = null) {
    const texts = this.form.dataset;
    const waiting = this.dirty.size;
    const refused = this.refused.size;
    this.status.classList.toggle("is-waiting", waiting + refused > 0);
    if (error && error.needsLogin) {
      this.status.textContent = texts.textLogin;
    } else if (error) {
      this.status.textContent = `${texts.textWaiting} ${waiting}`;
    } else if (waiting) {
      this.status.textContent = "…";
    } else {
      this.status.textContent = refused ? `${texts.textRefused} ${refused}` : texts.textSaved;
    }
  }
}

/** Who says that it failed is asked what, and for a photo. */
function openIfFailed(item) {
  if (item.querySelector("[value=failed]:checked")) {
    item.querySelector("details").open = true;
  }
}

function nameOf(number) {
  return `inspection-${number}`;
}

function inputsOf(item) {
  return Array.from(item.querySelectorAll("input"));
}

/** Whether it holds something else than the page came with. */
function isTouched(input) {
  if (input.type === "file") {
    return input.files.length > 0;
  }
  return input.type === "radio" ? input.checked !== input.defaultChecked : input.value !== input.defaultValue;
}

function fileOf(item) {
  const input = item.querySelector("input[type=file]");
  return (input && input.files[0]) || null;
}

/** By name the values that stand in an item, without its photo. */
function fieldsOf(item) {
  const inputs = inputsOf(item).filter((input) => input.type !== "file" && (input.type !== "radio" || input.checked));
  return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
}

function fill(item, fields) {
  for (const input of inputsOf(item)) {
    if (input.type === "radio") {
      input.checked = fields[input.name] === input.value;
    } else if (input.type !== "file" && input.name in fields) {
      input.value = fields[input.name];
    }
  }
}

async function bodyOf(item, file) {
  const body = new FormData();
  Object.entries(fieldsOf(item)).forEach(([name, value]) => body.append(name, value));
  if (file) {
    const small = await shrink(file);
    body.append(`photo-${item.dataset.item}`, small ? blobOf(small) : file, "photo");
  }
  return body;
}

/** The photo as the server has it; its field is free for another, unless another is there already. */
function show(item, url, file) {
  const input = item.querySelector("input[type=file]");
  if (!url || !file) {
    return;
  }
  if (input.files[0] === file) {
    input.value = "";
  }
  const picture = document.createElement("img");
  Object.assign(picture, { src: `${url}?${Date.now()}`, alt: "", width: 120, height: 90 });
  item.querySelector("[data-photo]").replaceChildren(picture);
}

function refuse(item, message) {
  const line = item.querySelector("[data-refused]");
  if (line) {
    line.textContent = message;
    line.hidden = !message;
  }
}

const form = document.querySelector("[data-inspection]");
const finished = document.querySelector("[data-finished]");
if (form) {
  new Filling(form);
} else if (finished) {
  window.localStorage.removeItem(nameOf(finished.dataset.finished));
}
