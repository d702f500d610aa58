/* The stations nearest to a place that answer the criteria, also beyond what is in view. */

const MOST_LEAVES = 24;
const WANTED = 8;
const REACH_M = 5000; // who finds nothing open within it would rather see what is near and closed

/** The nearest that fit and are not closed, or, with none in reach, the nearest that fit. */
export async function nearestToGo(leaves, sieve, place) {
  const isOpen = (station) => sieve.fits(station) && !sieve.isClosed(station);
  const open = await leaves.nearest(place, isOpen, WANTED, MOST_LEAVES, REACH_M);
  return open.length ? open : leaves.nearest(place, (station) => sieve.fits(station), WANTED, MOST_LEAVES);
}

/** The nearest one that fits, or undefined; what cannot be loaded does not count. */
export async function nearestFit(leaves, sieve, place) {
  try {
    return (await leaves.nearest(place, (station) => sieve.fits(station), 1, MOST_LEAVES))[0];
  } catch (error) {
    return undefined;
  }
}
