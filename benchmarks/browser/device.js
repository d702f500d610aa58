/* Evaluated in the open map page: how long its own modules take over many loaded stations, in milliseconds. */

async ({ here, wanted, times }) => {
  const ours = (name) => import(`/static/js/${name}.js`); // the page has them as one file, of which nothing can be had
  const names = ["leaves", "criteria", "geo", "sift", "nearest"];
  const [{ Leaves }, { readCriteria }, { distanceToBounds }, { Sieve, sift }, { nearestToGo }] = await Promise.all(names.map(ours));
  const config = JSON.parse(document.getElementById("map-config").textContent);

  const leaves = new Leaves(config.published);
  await leaves.open();
  const outward = leaves.leaves
    .map((leaf) => ({ leaf, metres: distanceToBounds(here, leaf.bounds) }))
    .sort((a, b) => a.metres - b.metres)
    .map(({ leaf }) => leaf);
  for (let next = 0; leaves.byCode.size < wanted; next += 8) {
    await leaves.load(outward.slice(next, next + 8));
  }
  const loaded = outward.filter(({ stations }) => stations);
  const everywhere = { west: -180, south: -90, east: 180, north: 90 };

  // Each turn asks for something else at another minute, so that nothing is remembered from the turn before.
  const sieve = (turn) => {
    const amenities = ["water", "toilet", "microwave", "charging"].slice(turn % 3, (turn % 3) + 2);
    return new Sieve(readCriteria(`?amenity=${amenities.join("&amenity=")}&open=now`), [], Date.now() + turn * 60000);
  };
  const filter = (turn) => sift(sieve(turn), loaded, everywhere, here, 40).rows;
  const nearest = (turn) => nearestToGo(leaves, sieve(turn), here);

  const timed = async (work) => {
    const spent = [];
    for (let turn = 1; turn <= times; turn += 1) {
      await new Promise((done) => setTimeout(done, 100)); // a tap comes to a page at rest
      const began = performance.now();
      const found = await work(turn);
      spent.push(performance.now() - began);
      if (!found.length) {
        throw new Error("nothing was found");
      }
    }
    return spent.sort((a, b) => a - b)[times >> 1];
  };
  return { stations: leaves.byCode.size, filter: await timed(filter), nearest: await timed(nearest) };
};
