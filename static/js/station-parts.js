/* The parts of My station that the server draws, and how they look while something that was tapped waits on the device. */

const ZONE = "Asia/Shanghai";

export class Parts {
  constructor(page) {
    this.page = page;
    this.known = new Map();
    page.querySelectorAll("[data-part]").forEach((node) => this.known.set(node.dataset.part, { node, html: node.innerHTML, drawn: "" }));
  }

  /** What the server answered: its word on these parts. */
  take(parts) {
    Object.entries(parts).forEach(([name, html]) => this.known.has(name) && Object.assign(this.known.get(name), { html, drawn: null }));
  }

  /** Each part as the server knows it, with what waits for it on top; what nothing happened to is left alone. */
  show(waiting) {
    this.known.forEach((part, name) => {
      const acts = waiting.filter((item) => item.part === name);
      const wanted = acts.map((item) => item.fields.client_key).join();
      if (part.drawn !== wanted) {
        part.drawn = wanted;
        this.draw(part, acts);
      }
    });
  }

  draw({ node, html }, acts) {
    const hadFocus = node.contains(document.activeElement);
    const source = document.createElement("template");
    source.innerHTML = html;
    node.replaceChildren(source.content.cloneNode(true));
    acts.forEach((item) => this.lay(node, source.content, item));
    if (hadFocus) {
      node.focus({ preventScroll: true }); // so that the keyboard does not begin again at the top of the page
    }
  }

  /** The look that the server gave for it, else a word in the part's list of what waits, or in the place of its form. */
  lay(node, source, item) {
    const look = source.querySelector(`template[data-after="${item.what}"]`);
    if (look) {
      node.replaceChildren(look.content.cloneNode(true));
      node.querySelectorAll("[data-clock]").forEach((place) => {
        place.textContent = item.fields.time || clock(item.at);
      });
      return;
    }
    const word = document.createElement("p");
    word.className = "waits";
    word.textContent = `${item.label} · ${this.page.dataset.textWaits}`;
    const list = node.querySelector("[data-waiting]");
    const form = Array.from(node.querySelectorAll(`form[data-send="${item.what}"]`)).find((one) => isOf(one, item.fields));
    if (list) {
      list.append(word);
    } else if (form) {
      form.replaceWith(word);
    }
  }
}

/** Whether the form is about the same entry, method or note. */
function isOf(form, fields) {
  const hidden = Array.from(form.querySelectorAll("input[type=hidden]")).filter(({ name }) => name in fields && name !== "client_key");
  return hidden.every(({ name, value }) => fields[name] === value);
}

/** The time of day of a moment, as at the station. */
export function clock(at) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" }).format(at);
}

/** The day of a moment, as at the station: "2026-11-22". */
export function dayOf(at) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }).format(at);
}
