/* A leaf's stations as columns. Sifting reads the columns; a station as an object is only a view of its row. */

import { readSchedule } from "./hours.js";

/** The columns of a leaf as published (docs/publishing.md). */
export function readColumns(content) {
  const at = {};
  content.fields.forEach((name, position) => {
    at[name] = content.stations[position];
  });
  const schedules = content.schedules.map((raw) => readSchedule(raw, content.from));
  return {
    size: at.code.length,
    rowOf: new Map(at.code.map((code, row) => [code, row])),
    text: at,
    lng: Float64Array.from(at.longitude),
    lat: Float64Array.from(at.latitude),
    schedules,
    schedule: Int16Array.from(at.schedule),
    amenities: readAmenities(at.amenities),
    programmes: readWords(at.plates),
    marks: readWords(at.marks || at.code.map(() => "")), // a leaf that was saved for later may be older
    hosts: readChoices(at.host_kind),
    entries: readChoices(at.entry_mode),
    suspended: Uint8Array.from(at.suspended_until, (until) => (until ? 1 : 0)),
  };
}

/** Numbers for the words of one leaf, in the order in which they are met. */
class Codes {
  constructor() {
    this.list = [];
    this.numbers = new Map();
  }

  numberOf(code) {
    if (!this.numbers.has(code)) {
      this.numbers.set(code, this.list.length);
      this.list.push(code);
    }
    return this.numbers.get(code);
  }
}

function readChoices(column) {
  const codes = new Codes();
  const values = Uint8Array.from(column, (code) => codes.numberOf(code));
  return { codes: codes.list, values };
}

/** Bits of what each station has, `words` 32-bit numbers a row: which can be used, and of which it is known that not. */
function readAmenities(column) {
  const codes = new Codes();
  const rows = column.map((text) => parseAmenities(text).map((item) => [codes.numberOf(item.code), isUsable(item)]));
  const words = Math.max(1, Math.ceil(codes.list.length / 32));
  const found = { codes: codes.list, words, usable: new Uint32Array(rows.length * words), lacking: new Uint32Array(rows.length * words) };
  rows.forEach((row, number) => {
    for (const [code, isThere] of row) {
      (isThere ? found.usable : found.lacking)[number * words + (code >> 5)] |= 1 << (code & 31);
    }
  });
  return found;
}

/** Bits of the words of each station, such as the programmes of its plates. */
function readWords(column) {
  const codes = new Codes();
  const rows = column.map((text) => split(text).map((word) => codes.numberOf(word.split(":")[0])));
  const words = Math.max(1, Math.ceil(codes.list.length / 32));
  const bits = new Uint32Array(rows.length * words);
  rows.forEach((row, number) => {
    for (const code of row) {
      bits[number * words + (code >> 5)] |= 1 << (code & 31);
    }
  });
  return { codes: codes.list, words, bits };
}

/** One station: a row of its leaf's columns under the names that the views use. */
export class Station {
  constructor(leaf, columns, row) {
    this.leaf = leaf;
    this.columns = columns;
    this.row = row;
  }

  get code() {
    return this.columns.text.code[this.row];
  }

  get name() {
    return this.columns.text.name[this.row];
  }

  get lng() {
    return this.columns.lng[this.row];
  }

  get lat() {
    return this.columns.lat[this.row];
  }

  get address() {
    return this.columns.text.address[this.row];
  }

  get phone() {
    return this.columns.text.phone[this.row];
  }

  get hostKind() {
    return this.columns.text.host_kind[this.row];
  }

  get entryMode() {
    return this.columns.text.entry_mode[this.row];
  }

  get division() {
    return this.columns.text.division[this.row];
  }

  get pinyin() {
    return this.columns.text.pinyin[this.row] || "";
  }

  /** The first day of a suspension that was still to come when the leaf was written, or "". */
  get suspendedFrom() {
    const [last, first] = this.suspension;
    return last ? first || "" : "";
  }

  /** The last day of the suspension, "?" until further notice, or "". */
  get suspendedUntil() {
    return this.suspension[0];
  }

  /** [last day, first day], the latter only if the leaf names it. */
  get suspension() {
    return (this.columns.text.suspended_until[this.row] || "").split("/").reverse();
  }

  /** The day on which somebody last checked the facts, or "". */
  get verifiedAt() {
    return this.columns.text.verified_at[this.row] || "";
  }

  get schedule() {
    const number = this.columns.schedule[this.row];
    return number < 0 ? null : this.columns.schedules[number];
  }

  get amenities() {
    return parseAmenities(this.columns.text.amenities[this.row]);
  }

  get plates() {
    return parsePlates(this.columns.text.plates[this.row]);
  }

  /** What makes it stand out: [{mark, text}]. */
  get marks() {
    const column = this.columns.text.marks;
    return split(column && column[this.row]).map((word) => {
      const [mark, text] = word.split(":");
      return { mark, text: (text || "").replace(/_/g, " ") };
    });
  }
}

/** "water toilet:ask_staff microwave:open:out_of_order" → [{code, access, health}]. */
function parseAmenities(text) {
  return split(text).map((word) => {
    const [code, access, health] = word.split(":");
    return { code, access: access || "open", health: health || "ok" };
  });
}

function parsePlates(text) {
  return split(text).map((word) => {
    const [programme, number] = word.split(":");
    return { programme, number: number || "" };
  });
}

function split(text) {
  return text ? text.split(" ") : [];
}

/** What can be used now: there, and working. */
function isUsable(amenity) {
  return amenity.access !== "none" && amenity.health === "ok";
}
