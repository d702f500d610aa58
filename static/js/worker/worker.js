/* The service worker: which address gets which answer, and what happens when a new version of it comes. */

/* global STORES, MOST_BYTES, keep, prune, makeRoom, storedAt, readNote, writeNote, storedFirst, writeLanguage */
/* global answerShell, answerFile, answerPage, answerIndex, answerLeaf, answerLive, answerLanguage, LEAF */
/* global keepPage, savedDistricts, saveDistrict, removeDistrict */

const MAP = new URL(self.PORTAL.map, self.location.origin).href;
const REQUESTS = {
  saved: () => savedDistricts(),
  save: ({ district }) => saveDistrict(district),
  remove: ({ code }) => removeDistrict(code),
};
const ages = new Map(); // client → when the page it shows was stored

self.addEventListener("install", (event) => {
  event.waitUntil(install().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const later = (promise) => event.waitUntil(promise);
  const answer = event.request.method === "GET" && answerTo(event.request, later);
  if (!answer) {
    return; // the browser goes on as if there were no worker
  }
  if (event.request.mode === "navigate" && event.resultingClientId) {
    later(answer.then((response) => ages.set(event.resultingClientId, storedAt(response))).catch(() => undefined));
  }
  event.respondWith(answer);
});

self.addEventListener("message", (event) => {
  if (event.data.type === "keep") {
    event.waitUntil(keepSeen(event.data).then(() => makeRoom(MOST_BYTES)));
  } else if (event.data.type === "age" && event.source) {
    event.source.postMessage({ type: "age", storedAt: ages.get(event.source.id) || 0 });
  } else if (REQUESTS[event.data.type]) {
    event.waitUntil(reply(event.ports[0], REQUESTS[event.data.type](event.data)));
  }
});

async function reply(port, work) {
  try {
    port.postMessage({ answer: await work });
  } catch (error) {
    port.postMessage({ error: error.message });
  }
}

/** A promise of the answer, or null where the worker stays out of it. */
function answerTo(request, later) {
  const url = new URL(request.url);
  if (request.url.startsWith(MAP)) {
    return answerMap(request, later);
  }
  if (url.origin !== self.location.origin || isNeverKept(url.pathname)) {
    return null;
  }
  if (url.pathname.startsWith(self.PORTAL.static)) {
    return answerFile(request, later);
  }
  if (isMedia(url.pathname) || url.pathname.startsWith(self.PORTAL.base)) {
    return storedFirst(request, STORES.files);
  }
  return request.mode === "navigate" ? answerNavigation(request, url, later) : null;
}

function isNeverKept(path) {
  return self.PORTAL.neverKept.some((prefix) => path.startsWith(prefix));
}

function isMedia(path) {
  return Boolean(self.PORTAL.media) && path.startsWith(self.PORTAL.media);
}

function answerNavigation(request, url, later) {
  if (url.pathname.startsWith("/language/")) {
    return answerLanguage(request);
  }
  return url.pathname === self.PORTAL.home ? answerShell(request, later) : answerPage(request, later);
}

function answerMap(request, later) {
  const name = request.url.slice(MAP.length).split("?")[0];
  if (name === "index.json") {
    return answerIndex(request, later);
  }
  if (name.startsWith("live/")) {
    return answerLive(request, later);
  }
  return LEAF.test(name) ? answerLeaf(request) : storedFirst(request, STORES.map);
}

/* --- A new version --- */

async function install() {
  const { files, languages, home, offline, tell, isHashed } = self.PORTAL;
  const cache = await caches.open(STORES.shell);
  const pages = [].concat(...languages.map((language) => [home, offline, tell].map((path) => ({ path, language }))));
  await Promise.all([
    ...files.map(async (url) => cache.put(url, await fetchWhole(url, { cache: isHashed ? "default" : "no-cache" }))),
    ...pages.map(async ({ path, language }) => cache.put(`${path}?language=${language}`, await fetchPage(path, language))),
  ]);
}

/** Without cookies the language that is asked for decides. */
function fetchPage(path, language) {
  const options = { credentials: "omit", cache: "reload", headers: { "Accept-Language": language } };
  return fetchWhole(path, options);
}

async function fetchWhole(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}`); // the old version stays until a later attempt
  }
  return response;
}

/** Keep this version and the one before it, of which a page may still be open. */
async function activate() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const others = shells.filter((name) => name !== STORES.shell);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await makeRoom(MOST_BYTES);
}

/* --- What was seen before there was a worker --- */

async function keepSeen({ urls, language }) {
  await writeLanguage(language);
  for (const url of urls) {
    await keepOne(url).catch(() => undefined); // what cannot be had again was not worth a failure
  }
}

async function keepOne(url) {
  const request = new Request(url, { credentials: "same-origin" });
  const { origin, pathname } = new URL(url);
  const isOurs = origin === self.location.origin && !isNeverKept(pathname);
  const isFile = url.startsWith(MAP) || [self.PORTAL.static, self.PORTAL.base].some((prefix) => pathname.startsWith(prefix)) || isMedia(pathname);
  const rest = []; // what is stored only after the answer
  if (isFile) {
    await answerTo(request, (promise) => rest.push(promise));
  } else if (isOurs && pathname !== self.PORTAL.home) {
    await keepPage(url.split("#")[0], await fetch(request));
  }
  await Promise.all(rest);
}
