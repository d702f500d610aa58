/* The service worker's memory: caches by purpose, when each answer was stored, and a bound on all of them.
   Classic scripts of one worker share their names; this one knows nothing of addresses. */

/* exported STORES, stamped, storedAt, sizeOf, keep, recall, recallToUse, prune, makeRoom, readNote, writeNote */

const STORED_AT = "X-Stored-At"; // milliseconds on this device's clock
const USED_AT = "X-Used-At"; // the same, of the last reading that was noted
const SIZE = "X-Stored-Size"; // bytes as kept, that is uncompressed
const SHELL = "shell-";
const STORES = { shell: SHELL + self.PORTAL.version, map: "map", pages: "pages", files: "files", saved: "saved", notes: "notes" };
const MOST_BYTES = 40 * 1024 * 1024;
const TOUCH_MS = 86400000; // that something is used is noted at most once a day: reading must not mean writing
const LOOSE = { ignoreVary: true }; // the language is in the store's name, the encoding is undone

/** The answer with the moment and the size at which it was stored. */
async function stamped(response, moment) {
  const body = await response.blob();
  const headers = new Headers(response.headers);
  headers.set(STORED_AT, String(moment));
  headers.set(SIZE, String(body.size));
  return new Response(body, { status: 200, headers });
}

function storedAt(response) {
  return Number(response.headers.get(STORED_AT)) || 0;
}

/** What an answer weighed on the wire, or as kept where nobody said. */
function sizeOf(response) {
  return Number(response.headers.get("Content-Length")) || Number(response.headers.get(SIZE)) || 0;
}

/** Keep a copy; resolves to it. A full disk loses nothing but the copy. */
async function keep(store, url, response) {
  const copy = await stamped(response.clone(), Date.now());
  try {
    const cache = await caches.open(store);
    await cache.put(url, copy.clone());
  } catch (error) {
    await makeRoom(MOST_BYTES / 2);
  }
  return copy;
}

/** What is stored under this address, or undefined. */
async function recall(store, url) {
  const cache = await caches.open(store);
  return cache.match(url, LOOSE);
}

/** The same for what is answered without asking the network: it moves to the end of the row, whose front is thrown away first. */
async function recallToUse(store, url) {
  const found = await recall(store, url);
  if (found && Date.now() - Math.max(storedAt(found), Number(found.headers.get(USED_AT))) > TOUCH_MS) {
    await touch(store, url, found.clone()).catch(() => undefined);
  }
  return found;
}

async function touch(store, url, response) {
  const headers = new Headers(response.headers);
  headers.set(USED_AT, String(Date.now()));
  const cache = await caches.open(store);
  await cache.put(url, new Response(await response.blob(), { status: 200, headers }));
}

/** Delete from a store the addresses that `isOld` names. */
async function prune(store, isOld) {
  const cache = await caches.open(store);
  const requests = await cache.keys();
  await Promise.all(requests.filter(({ url }) => isOld(url)).map((request) => cache.delete(request, LOOSE)));
}

/** Throw away the longest unused of what was merely seen until no more than `most` bytes of it are left. */
async function makeRoom(most) {
  const names = (await caches.keys()).filter((name) => [STORES.map, STORES.files].includes(name) || name.startsWith(STORES.pages));
  const entries = [].concat(...(await Promise.all(names.map(listEntries))));
  let bytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  for (const entry of entries.sort((a, b) => a.place - b.place)) {
    if (bytes <= most) {
      return;
    }
    await entry.cache.delete(entry.request, LOOSE);
    bytes -= entry.size;
  }
}

/* `place` is the share of the row that lies before an entry, so that the fronts of all rows come first. */
async function listEntries(name) {
  const cache = await caches.open(name);
  const requests = await cache.keys();
  return Promise.all(
    requests.map(async (request, number) => {
      const response = await cache.match(request, LOOSE);
      const size = Number(response && response.headers.get(SIZE)) || 0;
      return { cache, request, size, place: number / requests.length };
    }),
  );
}

/** Small facts that must outlive the worker, which the browser stops whenever it likes. */
async function readNote(name) {
  const cache = await caches.open(STORES.notes);
  const found = await cache.match(`/notes/${name}`);
  return found ? found.json() : null;
}

async function writeNote(name, value) {
  const cache = await caches.open(STORES.notes);
  await cache.put(`/notes/${name}`, new Response(JSON.stringify(value)));
}
