/* Search: first what this device has already seen, then places and stations from the server. */

import { byId } from "./dom.js";
import { getJSON } from "./request.js";

const MOST = 30;
const TYPING_MS = 300;

/**
 * The stations among `stations` that answer `text`, best first: each word stands in name or address, or all of it are
 * initials of the name's pinyin. The server's side is stations/searching.py.
 */
export function searchHere(stations, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = [];
  for (const station of stations) {
    const rank = rankOf(station, words);
    if (rank >= 0) {
      ranked.push({ station, rank });
    }
  }
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ station }) => station);
}

function rankOf(station, words) {
  const name = station.name.toLowerCase();
  if (words.every((word) => name.includes(word))) {
    return name.startsWith(words[0]) ? 0 : 1;
  }
  const initials = station.pinyin.indexOf(words.join(""));
  if (initials >= 0) {
    return initials === 0 ? 2 : 3;
  }
  const address = station.address.toLowerCase();
  return words.every((word) => name.includes(word) || address.includes(word)) ? 4 : -1;
}

/** The search field: it asks the server while one types, and keeps the answers to the latest question only. */
export class SearchBox {
  constructor(url, handlers) {
    this.url = url;
    this.handlers = handlers;
    this.field = byId("q");
    this.answers = noAnswers("");
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.report();
    });
    this.field.addEventListener("input", () => {
      window.clearTimeout(this.typing);
      this.typing = window.setTimeout(() => this.report(), TYPING_MS);
    });
  }

  get text() {
    return this.field.value.trim();
  }

  /** Put the text into the field unless it says so already: somebody may be typing in it. */
  show(text) {
    if (this.text !== text) {
      this.field.value = text;
    }
    if (!text) {
      this.answers = noAnswers("");
    }
  }

  report() {
    window.clearTimeout(this.typing);
    if (this.text !== this.answers.q || this.answers.failed) {
      this.handlers.asked(this.text);
    }
  }

  /** Ask for places and stations of the whole portal. */
  async ask(q) {
    const mine = noAnswers(q);
    this.answers = mine;
    if (!q) {
      return;
    }
    mine.isWaiting = true;
    try {
      Object.assign(mine, await getJSON(`${this.url}?q=${encodeURIComponent(q)}`));
    } catch (error) {
      mine.failed = true;
    }
    mine.isWaiting = false;
    if (mine === this.answers) {
      this.handlers.answered();
    }
  }
}

function noAnswers(q) {
  return { q, places: [], stations: [], isWaiting: false, failed: false };
}
