/* The cells that were not saved, each with the reason and with what can be done about it. */

import { element } from "./dom.js";

export class Issues {
  constructor(list, texts) {
    this.list = list;
    this.texts = texts;
    this.items = new Map();
  }

  get size() {
    return this.items.size;
  }

  /** `choices`: pairs of what a button says and what it does. */
  add(input, sentence, choices = []) {
    this.remove(input.name);
    const label = input.getAttribute("aria-label");
    const item = element(
      "li",
      {},
      element("strong", {}, label),
      ` ${sentence} `,
      ...[...choices, [this.texts.textGo, () => input.focus()]].map(([text, act]) =>
        element("button", { type: "button", class: "office-button", click: act, "aria-label": `${text} (${label})` }, text),
      ),
    );
    this.items.set(input.name, item);
    input.setAttribute("aria-invalid", "true");
    input.title = sentence;
    this.list.append(item);
    this.list.hidden = false;
  }

  remove(name) {
    const item = this.items.get(name);
    if (!item) {
      return;
    }
    const input = this.list.closest("form").elements[name];
    input.removeAttribute("aria-invalid");
    input.removeAttribute("title");
    item.remove();
    this.items.delete(name);
    this.list.hidden = !this.items.size;
  }
}
