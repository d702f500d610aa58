/* Districts that the visitor saved: their leaves are kept apart, so that nothing pushes them out, and follow the index. */

/* exported saveDistrict, removeDistrict, savedDistricts, followIndex */
/* global STORES, keep, recall, prune, sizeOf, readNote, writeNote, fetchWhole, storedFirst, LEAF, MAP */

const SAVED = "districts";
let lastChange = Promise.resolve();

async function savedDistricts() {
  return (await readNote(SAVED)) || [];
}

/**
 * One change of the list after the other, each of what the one before it left: pages, and the index, come as they like.
 * Nothing is fetched meanwhile, so that no change waits for the network.
 */
function change(changed) {
  const done = lastChange.then(async () => {
    const districts = await changed(await savedDistricts());
    await writeNote(SAVED, districts);
    const wanted = new Set([].concat(...districts.map(({ urls }) => urls)));
    await prune(STORES.saved, (url) => !wanted.has(url));
  });
  lastChange = done.catch(() => undefined);
  return done;
}

/** Keep the district's leaves, and beside them what they need to be of use; note what it weighs. */
async function saveDistrict(district) {
  const leaves = await findLeaves(district.urls);
  const extras = await keepExtras(district.extras);
  await change(async (districts) => {
    const bytes = extras + (await keepLeaves(leaves));
    const others = districts.filter(({ code }) => code !== district.code);
    return others.concat(Object.assign({}, district, { bytes, savedAt: Date.now() }));
  });
}

function removeDistrict(code) {
  return change((districts) => districts.filter((district) => district.code !== code));
}

/** The leaves as [address, response], from the device or the network; rejects if one cannot be had. */
function findLeaves(urls) {
  return Promise.all(
    urls.map(async (url) => [url, (await recall(STORES.saved, url)) || (await recall(STORES.map, url)) || (await fetchWhole(url))]),
  );
}

/** The bytes that these leaves cost on the wire; rejects where the device has no room for one. */
async function keepLeaves(leaves) {
  const sizes = leaves.map(async ([url, response]) => {
    const size = sizeOf(await keep(STORES.saved, url, response));
    if (!(await recall(STORES.saved, url))) {
      throw new Error(`no room for ${url}`);
    }
    return size;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/* Live states and the schematic map: good to have, and no reason to fail. */
async function keepExtras(urls) {
  const sizes = urls.map((url) => {
    const store = url.startsWith(MAP) ? STORES.map : STORES.files;
    return storedFirst(new Request(url), store).then((response) => (response.ok ? sizeOf(response) : 0), () => 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Bring every district to this index. What cannot be had now is tried again with the next index, changed or not. */
async function followIndex(index) {
  for (const district of await savedDistricts()) {
    const { tiles, urls } = coverOf(district, index);
    const leaves = urls.join() === district.urls.join() ? [] : await findLeaves(urls).catch(() => null);
    if (leaves) {
      await change((districts) => Promise.all(districts.map((now) => (isSame(now, district) ? renewed(now, tiles, urls, leaves) : now))));
    }
  }
}

/** What the index has of a district; a tile that was split or joined is covered by those that overlap it. */
function coverOf({ tiles }, { leaves: [quadkeys, , hashes] }) {
  const numbers = quadkeys.map((_, number) => number).filter((number) => tiles.some((tile) => overlap(tile, quadkeys[number])));
  return {
    tiles: numbers.map((number) => quadkeys[number]),
    urls: numbers.map((number) => `${MAP}leaves/${quadkeys[number] || "r"}-${hashes[number]}.json`),
  };
}

function overlap(tile, other) {
  return tile.startsWith(other) || other.startsWith(tile);
}

/* Saved anew, or brought to another index, while its leaves were fetched: then that holds. */
function isSame(now, before) {
  return now.code === before.code && now.urls.join() === before.urls.join();
}

async function renewed(district, tiles, urls, leaves) {
  const bytes = leaves.length ? await keepLeaves(leaves) : district.bytes;
  return Object.assign({}, district, { tiles, urls, bytes, savedAt: Date.now() });
}
