/* Routes and the hours of the coming week in the panel of a station: from its leaf alone, so that a station that was
   never opened as a page has them without a network too. */

import { DAY_MS, dayOf, startOf } from "./clock.js";
import { element, replaceChildren } from "./dom.js";
import { suspensionOf } from "./hours.js";
import { routesTo } from "./routes.js";

const DAYS = 7;
const DAY = 1440;

/** Fill what templates/_station_ways.html made room for. */
export function fillWays(panel, station, now) {
  const part = (name) => panel.querySelector(`[data-part="${name}"]`);
  fillRoutes(part("routes"), station);
  part("hours").hidden = !station.schedule;
  if (station.schedule) {
    replaceChildren(part("week"), ...week(station, now, part("week").dataset));
  }
}

/* Made anew only for another place: the panel is drawn every minute, and one of the links may have the focus. */
function fillRoutes(list, { name, lng, lat }) {
  const place = `${lng},${lat},${name}`;
  if (list.dataset.place === place) {
    return;
  }
  list.dataset.place = place;
  const links = routesTo(name, lng, lat).map(({ code, url, datum }) => {
    const properties = { class: "button button-quiet", href: url, "data-datum": datum, rel: "noopener external nofollow" };
    return element("li", null, element("a", properties, list.dataset[code]));
  });
  replaceChildren(list, ...links);
}

function week(station, now, texts) {
  const today = dayOf(now);
  const name = new Intl.DateTimeFormat(document.documentElement.dataset.locale, { timeZone: "UTC", weekday: "long", month: "short", day: "numeric" });
  return Array.from({ length: DAYS }, (_, number) =>
    element(
      "tr",
      { class: number === 0 && "is-today" },
      element("th", { scope: "row" }, name.format((today + number) * DAY_MS)),
      element("td", null, hours(station, today + number, texts), ...note(station.schedule, today + number)),
    ),
  );
}

/** Why it opens otherwise on that day. */
function note({ exceptions }, day) {
  const exception = exceptions.find(({ first, last }) => first <= day && day <= last);
  return exception ? [" ", element("span", { class: "week-note" }, exception.reason)] : [];
}

/** "08:30–12:00, 13:00–17:30": what begins on the day; beyond the weeks that the leaf knows, unknown. */
function hours(station, day, texts) {
  const { schedule } = station;
  if (isSuspended(station, day)) {
    return texts.suspended;
  }
  const pattern = schedule.patterns[parseInt(schedule.days[day - schedule.firstDay], 36)];
  if (!pattern) {
    return texts.unknown;
  }
  return pattern.map((interval) => span(interval, texts)).join(", ") || texts.closed;
}

function isSuspended(station, day) {
  const { start, end } = suspensionOf(station);
  return start <= startOf(day) && startOf(day) < end;
}

function span([start, end, state], texts) {
  const isAllDay = start === 0 && end === DAY;
  if (isAllDay) {
    return state === 1 ? texts.allDay : texts.unknown;
  }
  const text = `${clock(start)}–${end > DAY ? texts.nextDay.replace("{time}", clock(end)) : clock(end)}`;
  return state === 1 ? text : texts.uncertain.replace("{hours}", text);
}

function clock(minute) {
  const two = (number) => String(number).padStart(2, "0");
  return minute === DAY ? "24:00" : `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}
