/* What the service worker answers, by kind of address. Each function takes a request and gives a promise of a response;
   what it stores or fetches beyond the answer is handed to `later`, which keeps the worker awake. */

/* exported answerShell, storedFirst, answerFile, answerPage, answerIndex, answerLeaf, answerLive, answerLanguage, currentLanguage */
/* global STORES, keep, recall, recallToUse, prune, storedAt, readNote, writeNote, followIndex */

const PORTAL = self.PORTAL;
const SOON_MS = 2500; // how long a stored answer waits for a newer one
const PAGE_MS = 4000; // the same for a page that something stands in for
const LONGEST_MS = 30000; // after this an apology is better than waiting on
const FRESH_MS = 600000; // an index this young is shown at once, and replaced when a newer one arrives
const LEAF = /leaves\/([0-3r]+)-[0-9a-f]+\.json$/;
const STATION = /^\/s\/([0-9A-Za-z]+)\/$/;
const TELL = /^\/s\/[0-9A-Za-z]+\/tell\/$/;

/** What arrives within so many milliseconds, or null; many a line connects and never answers. */
function inTime(arriving, patience) {
  const timeout = new Promise((resolve) => setTimeout(() => resolve(null), patience));
  return Promise.race([arriving.catch(() => null), timeout]);
}

/** An answer that nothing stored is better than: a server that failed says nothing of what was asked for. */
function isOfUse(response) {
  return response !== null && response.status < 500;
}

/** The network's answer, or the stored one when it fails or takes longer than `patience`. */
async function networkFirst(request, store, patience, later) {
  const arriving = fetch(request).then((response) => keepIfGood(store, request.url, response));
  const stored = await recall(store, request.url);
  if (!stored) {
    return arriving;
  }
  later(arriving.catch(() => undefined));
  const first = await inTime(arriving, patience);
  return isOfUse(first) ? first : stored;
}

/** As it came, for the page; a copy of a good one stays. */
async function keepIfGood(store, url, response) {
  if (response.status === 200) {
    await keep(store, url, response);
  }
  return response;
}

async function storedFirst(request, store) {
  const stored = await recallToUse(store, request.url);
  return stored || fetch(request).then((response) => keepIfGood(store, request.url, response));
}

/* --- Pages --- */

async function currentLanguage() {
  return (await readNote("language")) || PORTAL.languages[0];
}

function pageStore(language) {
  return `${STORES.pages}-${language}`;
}

/** The language that the address asks for, or null: the server wants to hear of it, since it remembers the choice. */
function askedLanguage(url) {
  const asked = new URL(url).searchParams.get("lang");
  return PORTAL.languages.includes(asked) ? asked : null;
}

/** The map: always there, in the visitor's language; a new one comes with a new worker. */
async function answerShell(request, later) {
  const asked = askedLanguage(request.url);
  const stored = await shellPage(PORTAL.home, asked || (await currentLanguage()));
  if (stored && PORTAL.isHashed && !asked) {
    return stored;
  }
  const arriving = fetch(request).then(noteLanguage);
  if (!stored) {
    return arriving;
  }
  later(arriving.catch(() => undefined));
  const first = await inTime(arriving, PAGE_MS);
  return isOfUse(first) ? first : stored;
}

/** A page of the shell in a language. */
async function shellPage(path, language) {
  const cache = await caches.open(STORES.shell);
  return cache.match(`${path}?language=${language}`);
}

/** Other pages: the newest there is, else what stands in for it, else an apology in words. */
async function answerPage(request, later) {
  const language = askedLanguage(request.url) || (await currentLanguage());
  const url = request.url.split("#")[0];
  const arriving = fetch(request).then((response) => keepPage(url, response));
  later(arriving.catch(() => undefined));
  const first = await inTime(arriving, PAGE_MS);
  if (isOfUse(first)) {
    return first;
  }
  const standIn = await standInFor(url, language);
  return standIn || first || (await inTime(arriving, LONGEST_MS - PAGE_MS)) || (await shellPage(PORTAL.offline, language)) || Response.error();
}

/** The page as it was seen, else the form that goes with every station, else what the leaves know; or null. */
async function standInFor(url, language) {
  const stored = (await recall(pageStore(language), url)) || (await seenInAnyLanguage(url));
  const form = TELL.test(new URL(url).pathname) && (await shellPage(PORTAL.tell, language));
  return stored || form || stationOnMap(new URL(url));
}

/** Keep what says of itself that it is for everybody. */
async function keepPage(url, response) {
  const isPublic = /\bpublic\b/.test(response.headers.get("Cache-Control") || "");
  if (response.status === 200 && isPublic && !response.redirected) {
    const language = response.headers.get("Content-Language") || (await currentLanguage());
    await writeLanguage(language);
    await keep(pageStore(language), url, response);
  }
  return response;
}

async function seenInAnyLanguage(url) {
  const found = await Promise.all(PORTAL.languages.map((language) => recall(pageStore(language), url)));
  return found.find(Boolean);
}

async function noteLanguage(response) {
  const language = response.headers.get("Content-Language");
  if (response.ok && language) {
    await writeLanguage(language);
  }
  return response;
}

async function writeLanguage(language) {
  if (PORTAL.languages.includes(language) && language !== (await currentLanguage())) {
    await writeNote("language", language);
  }
}

/** A change of language: the server's cookie if it can be reached, the device's memory in any case. */
async function answerLanguage(request) {
  const url = new URL(request.url);
  const language = url.pathname.split("/")[2];
  await writeLanguage(language);
  try {
    return await fetch(request);
  } catch (error) {
    const next = new URL(url.searchParams.get("next") || PORTAL.home, url.origin);
    return Response.redirect(next.origin === url.origin ? next.href : url.origin + PORTAL.home, 302);
  }
}

/** A station never opened as a page: the map knows it from its leaf, and shows hours and ways. */
async function stationOnMap(url) {
  const code = STATION.test(url.pathname) && STATION.exec(url.pathname)[1].toUpperCase();
  const place = code && (await findStation(code));
  const at = place && `${place.lat.toFixed(5)},${place.lng.toFixed(5)},16`;
  return place ? Response.redirect(`${url.origin}${PORTAL.home}?at=${at}&station=${code}`, 302) : null;
}

async function findStation(code) {
  for (const store of [STORES.saved, STORES.map]) {
    const cache = await caches.open(store);
    for (const request of await cache.keys()) {
      const text = LEAF.test(request.url) ? await (await cache.match(request, { ignoreVary: true })).text() : "";
      if (text.includes(`"${code}"`)) {
        return placeIn(JSON.parse(text), code);
      }
    }
  }
  return null;
}

function placeIn(leaf, code) {
  const column = (name) => leaf.stations[leaf.fields.indexOf(name)];
  const number = column("code").indexOf(code);
  return { lng: column("longitude")[number], lat: column("latitude")[number] };
}

/* --- Files --- */

/** Hashed names never change; plain ones may, so there the network comes first. */
async function answerFile(request, later) {
  const own = await recall(STORES.shell, request.url);
  if (own && PORTAL.isHashed) {
    return own;
  }
  if (PORTAL.isHashed) {
    return (await inOlderShell(request.url)) || storedFirst(request, STORES.files);
  }
  if (!own) {
    return networkFirst(request, STORES.files, SOON_MS, later);
  }
  const first = await inTime(fetch(request), SOON_MS);
  return first && first.ok ? first : own;
}

/* A page opened before the last update may still ask for a module of its own time. */
async function inOlderShell(url) {
  const names = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  const found = await Promise.all(names.map((name) => recall(name, url)));
  return found.find(Boolean);
}

/* --- The published map --- */

/** The index: a young one at once, else the network's with little patience; whoever has an older one is told. */
async function answerIndex(request, later) {
  const stored = await recall(STORES.map, request.url);
  const before = stored ? await stored.clone().text() : null;
  const arriving = fetch(request);
  later(arriving.then((response) => keepIndex(request.url, response.clone(), before)).catch(() => undefined));
  if (!stored) {
    return arriving;
  }
  const first = await inTime(arriving, Date.now() - storedAt(stored) < FRESH_MS ? 0 : SOON_MS);
  return first && first.ok ? first : stored;
}

/** Nobody waits for this: the page has its index already. */
async function keepIndex(url, response, before) {
  if (response.status !== 200) {
    return;
  }
  const text = await response.clone().text();
  const index = JSON.parse(text);
  await keep(STORES.map, url, response);
  if (before !== null && text !== before) {
    await prune(STORES.map, (stored) => /\/catalogue\//.test(stored) && !stored.endsWith(index.catalogue));
    await forgetLostLeaves(index);
    await tellPages({ type: "index" });
  }
  await followIndex(index);
}

/** Leaves of tiles that the map is no longer cut into. */
function forgetLostLeaves(index) {
  const tiles = new Set(index.leaves[0].map((quadkey) => quadkey || "r"));
  return prune(STORES.map, (url) => LEAF.test(url) && !tiles.has(LEAF.exec(url)[1]));
}

/** A leaf never changes under its name; without a network an older one of the same tile is better than none. */
async function answerLeaf(request) {
  const stored = (await recall(STORES.saved, request.url)) || (await recallToUse(STORES.map, request.url));
  if (stored) {
    return stored;
  }
  try {
    const response = await fetch(request);
    if (!response.ok) {
      return (await olderLeaf(request.url)) || response;
    }
    await keep(STORES.map, request.url, response);
    await prune(STORES.map, (url) => url !== request.url && isSameTile(url, request.url));
    return response;
  } catch (error) {
    return (await olderLeaf(request.url)) || Response.error();
  }
}

function isSameTile(url, other) {
  return LEAF.test(url) && LEAF.exec(url)[1] === LEAF.exec(other)[1];
}

async function olderLeaf(url) {
  for (const store of [STORES.map, STORES.saved]) {
    const cache = await caches.open(store);
    const same = (await cache.keys()).find((request) => isSameTile(request.url, url));
    if (same) {
      return cache.match(same, { ignoreVary: true });
    }
  }
  return null;
}

/** What changes by the minute: the network's word if it comes in time, else the last one, whose stamp tells its age. */
function answerLive(request, later) {
  return networkFirst(request, STORES.map, SOON_MS, later);
}

async function tellPages(message) {
  const pages = await self.clients.matchAll({ type: "window" });
  pages.forEach((page) => page.postMessage(message));
}
