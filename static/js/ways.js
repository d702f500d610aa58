/* Routes and the hours of the coming week in the panel of a station: from its leaf alone, so that a station that was
   never opened as a page has them without a network too. */

import { element, replaceChildren } from "./dom.js";
import { routesTo } from "./routes.js";

const DAYS = 7;
const DAY = 1440;
const DAY_MS = DAY * 60000;
const CHINA_MS = 8 * 3600000; // no daylight saving

/** Fill what templates/_station_ways.html made room for. */
export function fillWays(panel, station, now) {
  const part = (name) => panel.querySelector(`[data-part="${name}"]`);
  const names = part("routes").dataset;
  const links = routesTo(station.name, station.lng, station.lat).map(({ code, url, datum }) =>
    element("li", null, element("a", { class: "button button-quiet", href: url, "data-datum": datum, rel: "noopener external nofollow" }, names[code])),
  );
  replaceChildren(part("routes"), ...links);
  part("hours").hidden = !station.schedule;
  if (station.schedule) {
    replaceChildren(part("week"), ...week(station.schedule, now, part("week").dataset));
  }
}

function week(schedule, now, texts) {
  const today = Math.floor((now + CHINA_MS) / DAY_MS);
  const name = new Intl.DateTimeFormat(document.documentElement.dataset.locale, { timeZone: "UTC", weekday: "long", month: "short", day: "numeric" });
  return Array.from({ length: DAYS }, (_, number) =>
    element(
      "tr",
      { class: number === 0 && "is-today" },
      element("th", { scope: "row" }, name.format((today + number) * DAY_MS)),
      element("td", null, hours(schedule, today + number, texts)),
    ),
  );
}

/** "08:30–12:00, 13:00–17:30": what begins on the day; beyond the weeks that the leaf knows, unknown. */
function hours(schedule, day, texts) {
  const pattern = schedule.patterns[parseInt(schedule.days[day - schedule.firstDay], 36)];
  if (!pattern) {
    return texts.unknown;
  }
  return pattern.map((interval) => span(interval, texts)).join(", ") || texts.closed;
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
