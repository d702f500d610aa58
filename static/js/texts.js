/* The page's own sentences, filled in; moments and distances in the reader's language. */

import { dayOf, noonOf, startOf, ZONE } from "./clock.js";
import { isHour } from "./criteria.js";
import { daysBetween, isDoubted, isToday } from "./hours.js";
import { walkingMinutes } from "./geo.js";

const MINUTE = 60000;
const DATES = {
  clock: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  weekday: { weekday: "short" },
  date: { year: "numeric", month: "short", day: "numeric" },
  day: { weekday: "long", month: "short", day: "numeric" },
};

export class Texts {
  constructor(config) {
    this.texts = config.texts;
    this.formats = new Map();
  }

  /** Formats of dates and numbers are made when they are first needed: each takes a slow phone 20 ms. */
  format(name, make) {
    if (!this.formats.has(name)) {
      this.formats.set(name, make(this.say("locale"))); // a tag that the language's own translation names
    }
    return this.formats.get(name);
  }

  dates(name) {
    return this.format(name, (locale) => new Intl.DateTimeFormat(locale, Object.assign({ timeZone: ZONE }, DATES[name])));
  }

  get clock() {
    return this.dates("clock");
  }

  get weekday() {
    return this.dates("weekday");
  }

  get date() {
    return this.dates("date");
  }

  get day() {
    return this.dates("day");
  }

  get number() {
    return this.format("number", (locale) => new Intl.NumberFormat(locale));
  }

  /** The sentence `key` with its {names} replaced. */
  say(key, values) {
    return this.texts[key].replace(/\{(\w+)\}/g, (whole, name) => {
      const value = (values || {})[name];
      return typeof value === "number" ? this.number.format(value) : value;
    });
  }

  /** "17:30", "tomorrow 08:30", "Mon 08:30", or with the date when it is more than six days off. */
  moment(then, now) {
    const time = this.clock.format(then);
    const days = daysBetween(now, then);
    if (days < 2) {
      return days === 0 ? time : this.say("tomorrow_at", { time });
    }
    return `${(days < 7 ? this.weekday : this.date).format(then)} ${time}`;
  }

  /** What the states say if they are those of a chosen hour, else "". */
  ahead({ open }, moment) {
    return isHour(open) ? this.say("ahead", { time: this.moment(moment, Date.now()) }) : "";
  }

  /** "14:05" of today, else the date. */
  when(then, now) {
    return (isToday(new Date(then).toISOString(), now) ? this.clock : this.date).format(then);
  }

  /** A date of an address, as a reader says it. */
  dayName(date) {
    return this.day.format(noonOf(date));
  }

  /** "Checked 3 Oct 2026". */
  checked(date) {
    return date ? this.say("checked", { date: this.date.format(noonOf(date)) }) : this.say("unchecked");
  }

  distance(metres) {
    if (metres < 1000) {
      return this.say("metres", { n: Math.max(10, Math.round(metres / 10) * 10) });
    }
    return this.say("kilometres", { n: metres < 10000 ? Math.round(metres / 100) / 10 : Math.round(metres / 1000) });
  }

  /** The distance, with minutes on foot where somebody would walk. */
  way(metres) {
    const far = this.distance(metres);
    return metres > 5000 ? far : `${far} · ${this.say("walk", { n: walkingMinutes(metres) })}`;
  }

  /** The sentence for an open state. */
  state(open, station, now) {
    if (open.why === "suspended") {
      return this.suspension(station.suspendedUntil);
    }
    if (open.state === "open") {
      return this.openText(open, now);
    }
    if (open.why === "being_checked") {
      return this.say("being_checked");
    }
    if (open.state === "unknown") {
      return this.unknownText(open, station, now);
    }
    const isMidnight = open.why === "keeper_closed" && open.until === startOf(dayOf(open.until));
    if (open.until && open.then !== "unknown" && !isMidnight) {
      return this.say("closed_opens", { time: this.moment(open.until, now) });
    }
    return this.say(open.why === "keeper_closed" ? "closed_today" : "closed");
  }

  openText(open, now) {
    if (open.until) {
      return this.say("open_until", { time: this.moment(open.until, now) });
    }
    return this.say(open.why === "keeper_open" || open.why === "seen" ? "open" : "open_always");
  }

  unknownText(open, station, now) {
    if (open.until && open.why !== "no_hours" && station.phone) {
      return this.say("unknown_until", { time: this.moment(open.until, now) });
    }
    return this.say(station.phone ? "unknown" : "unknown_no_phone");
  }

  suspension(until) {
    const day = noonOf(until);
    return Number.isNaN(day) ? this.say("suspended") : this.say("suspended_until", { date: this.date.format(day) });
  }

  /** "Opened today at 08:31 · Confirmed open 12 min ago", or "" when nobody has been there today. */
  seen(live, now) {
    if (!live) {
      return "";
    }
    const opened = isToday(live.opened_at, now) ? Date.parse(live.opened_at) : null;
    const parts = opened === null ? [] : [this.say("open_today", { time: this.clock.format(opened) })];
    if (isToday(live.closed_at, now)) {
      return parts.join(" · ");
    }
    if (isDoubted(live, now)) {
      parts.push(this.say("found_closed", { time: this.clock.format(Date.parse(live.reported_closed_at)) }));
    } else {
      const seen = isToday(live.seen_at, now) ? Date.parse(live.seen_at) : opened;
      const minutes = seen === null ? -1 : Math.floor((now - seen) / MINUTE);
      if (minutes >= 0 && minutes < 60) {
        parts.push(this.say("seen", { minutes }));
      } else if (minutes >= 60 && minutes < 180 && seen !== opened) {
        parts.push(this.say("seen_at", { time: this.clock.format(seen) }));
      }
    }
    return parts.join(" · ");
  }
}
