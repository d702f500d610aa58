/* On every page: starts the service worker, hands it what was loaded before it, and says how old what is shown is. */

import { byId, showText } from "./dom.js";

const OLD_MS = 900000; // from here on the age is said even with a network
const RENEW_MS = 600000;
const FIRST_VIEW_MS = 2500; // what the map fetches once it is loaded
const ZONE = "Asia/Shanghai";
const workers = navigator.serviceWorker; // absent in some in-app browsers, and without https
const wasControlled = Boolean(workers && workers.controller);

/** Once the page has what it needs, so that both do not share a thin line. */
function startLater() {
  window.setTimeout(start, byId("finder") && !wasControlled ? FIRST_VIEW_MS : 0);
}

async function start() {
  try {
    await workers.register("/sw.js", { updateViaCache: "none" });
    const { active } = await workers.ready;
    active.postMessage({ type: "keep", urls: wasControlled ? [] : seenSoFar(), language: document.documentElement.lang });
  } catch (error) {
    // refused: everything goes on as it does without a worker
  }
}

/** What this page loaded, itself included. */
function seenSoFar() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  return [window.location.href.split("#")[0]].concat(loaded);
}

/** A new version takes over while nobody is looking, and only where the address holds the whole state. */
function followVersions() {
  let isReplaced = false;
  const reload = () => isReplaced && document.hidden && byId("finder") && window.location.reload();
  workers.addEventListener("controllerchange", () => {
    isReplaced = wasControlled;
    reload();
  });
  document.addEventListener("visibilitychange", reload);
}

/* --- How old --- */

const shown = { from: 0, isStored: false };

/** What is shown is as it was at `from` (0: unknown); `isStored` says that it came from this device. */
function sayAge(from, isStored) {
  Object.assign(shown, { from, isStored });
  const note = byId("data-age");
  showText(note, ageText(note.dataset).replace("{time}", from ? clock(from) : ""));
}

function ageText({ asOf, offline, offlineAsOf, silent }) {
  if (!navigator.onLine) {
    return shown.from ? offlineAsOf : offline;
  }
  if (shown.isStored) {
    return silent;
  }
  return shown.from && Date.now() - shown.from > OLD_MS ? asOf : "";
}

/** The time, with the date when it is not today's. */
function clock(from) {
  const { locale } = document.documentElement.dataset;
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
  const isToday = day.format(from) === day.format(Date.now());
  const format = { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(locale, isToday ? format : Object.assign(format, { month: "short", day: "numeric" })).format(from);
}

function sayAgain() {
  sayAge(shown.from, shown.isStored);
}

/** The worker knows whether it gave this page from its store. */
function askAge() {
  workers.addEventListener("message", ({ data }) => {
    if (data.type === "age" && data.storedAt && !byId("finder")) {
      sayAge(data.storedAt, true);
    }
  });
  if (wasControlled) {
    workers.controller.postMessage({ type: "age" });
  }
}

/* --- The map stays current by itself --- */

/** Take over a new index when the worker brings one, when the network is back, and when somebody looks again. */
export function keepCurrent(leaves, redraw) {
  let renewedAt = Date.now();
  const renew = async () => {
    renewedAt = Date.now();
    leaves.expire();
    await leaves.renew().catch(() => undefined); // without a network, what there is goes on to be shown
    redraw();
  };
  leaves.onAge = sayAge;
  window.addEventListener("online", renew);
  window.addEventListener("offline", sayAgain);
  document.addEventListener("visibilitychange", () => !document.hidden && Date.now() - renewedAt > RENEW_MS && renew());
  if (workers) {
    workers.addEventListener("message", ({ data }) => data.type === "index" && renew());
    workers.startMessages();
  }
}

window.addEventListener("online", sayAgain);
window.addEventListener("offline", sayAgain);
if (!navigator.onLine) {
  sayAgain();
}
if (workers) {
  askAge();
  followVersions();
  if (document.readyState === "complete") {
    startLater();
  } else {
    window.addEventListener("load", startLater);
  }
}
