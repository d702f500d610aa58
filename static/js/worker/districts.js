/* Districts that the visitor saved: their leaves are kept apart, so that nothing pushes them out, and follow the index. */

/* exported saveDistrict, removeDistrict, savedDistricts, refreshSaved */
/* global STORES, keep, recall, prune, sizeOf, readNote, writeNote, fetchWhole, storedFirst, LEAF, MAP */

const SAVED = "districts";

async function savedDistricts() {
  return (await readNote(SAVED)) || [];
}

/** Keep the district's leaves, and beside them what they need to be of use; note what it weighs. */
async function saveDistrict(district) {
  const bytes = (await keepLeaves(district.urls)) + (await keepExtras(district.extras));
  const others = (await savedDistricts()).filter(({ code }) => code !== district.code);
  await writeNote(SAVED, others.concat(Object.assign({}, district, { bytes, savedAt: Date.now() })));
}

/** The bytes that these leaves cost on the wire. */
async function keepLeaves(urls) {
  const sizes = urls.map(async (url) => {
    const found = (await recall(STORES.saved, url)) || (await recall(STORES.map, url)) || (await fetchWhole(url));
    return sizeOf(await keep(STORES.saved, url, found));
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

async function removeDistrict(code) {
  const left = (await savedDistricts()).filter((district) => district.code !== code);
  await writeNote(SAVED, left);
  await pruneSaved(left);
}

function pruneSaved(districts) {
  const wanted = new Set([].concat(...districts.map(({ urls }) => urls)));
  return prune(STORES.saved, (url) => !wanted.has(url));
}

/** Replace what a new index replaced; a tile that was split or joined is covered by those that overlap it. */
async function refreshSaved(index) {
  const districts = await savedDistricts();
  const [quadkeys, , hashes] = index.leaves;
  for (const district of districts) {
    const numbers = quadkeys.map((_, number) => number).filter((number) => district.tiles.some((tile) => overlap(tile, quadkeys[number])));
    const urls = numbers.map((number) => `${MAP}leaves/${quadkeys[number] || "r"}-${hashes[number]}.json`);
    if (urls.join() !== district.urls.join()) {
      const bytes = await keepLeaves(urls);
      Object.assign(district, { urls, bytes, tiles: numbers.map((number) => quadkeys[number]) });
    }
    district.savedAt = Date.now();
  }
  if (districts.length) {
    await writeNote(SAVED, districts);
    await pruneSaved(districts);
  }
}

function overlap(tile, other) {
  return tile.startsWith(other) || other.startsWith(tile);
}
