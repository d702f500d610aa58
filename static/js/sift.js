/* Which of the loaded stations answer the criteria, nearest first, and how many would remain for each further choice.
   The one place that touches every loaded station: it reads columns and makes no object for any of them. */

import { metresBetween } from "./geo.js";
import { askedOpening, NO, SPANS, UNKNOWN, verdictsAt, YES } from "./opening.js";

const AMENITIES = 1;
const PROGRAMME = 2;
const HOST = 4;
const ENTRY = 8;
const STEP_FREE = 16;
const OPEN = 32;
const MARK = 64;
const FAR = 1e9; // metres: added to what is closed, so that it comes after all that is not
const WALK_IN = "walk_in";

export class Sieve {
  /** `accessible`: the codes of the amenities of that tier, any one of which makes a station step-free. */
  constructor(criteria, accessible, now) {
    this.criteria = criteria;
    this.accessible = accessible;
    this.now = now;
    this.asked = askedOpening(criteria, now);
    this.plans = new Map();
  }

  /** The moment at which "open" is asked for: also the one that the rows speak of. */
  get moment() {
    return this.asked ? this.asked.moment : this.now;
  }

  /** YES, NO, or UNKNOWN when only what nobody knows stands between the station and a yes. */
  verdict(station) {
    const judged = this.judge(this.planOf(station.leaf), station.row);
    return judged & 255 ? NO : judged ? UNKNOWN : YES;
  }

  fits(station) {
    const verdict = this.verdict(station);
    return verdict === YES || (verdict === UNKNOWN && this.criteria.unknown);
  }

  isClosed(station) {
    return this.planOf(station.leaf).state[station.row] === NO;
  }

  planOf(leaf) {
    if (!this.plans.has(leaf)) {
      this.plans.set(leaf, this.plan(leaf));
    }
    return this.plans.get(leaf);
  }

  /** The criteria in the numbers of one leaf. */
  plan(leaf) {
    const { columns } = leaf;
    const { amenities, programmes, marks, hosts, entries } = columns;
    const { criteria } = this;
    const wanted = criteria.amenities.map((code) => amenities.codes.indexOf(code));
    const state = verdictsAt(leaf, this.moment);
    return {
      columns,
      wanted: bitsOf(wanted, amenities.words),
      isUnheardOf: wanted.includes(-1),
      accessible: bitsOf(this.accessible.map((code) => amenities.codes.indexOf(code)), amenities.words),
      programme: criteria.programme ? programmes.codes.indexOf(criteria.programme) : null,
      mark: criteria.mark ? marks.codes.indexOf(criteria.mark) : null,
      host: criteria.hostKind ? hosts.codes.indexOf(criteria.hostKind) : null,
      entry: criteria.entry ? entries.codes.indexOf(criteria.entry) : null,
      state: state.now,
      open: this.asked ? state[this.asked.span] : null,
      choices: verdictsAt(leaf, this.now),
    };
  }

  /** Groups that say no in the low byte, groups that do not know in the next. */
  judge(plan, row) {
    const { columns } = plan;
    let no = 0;
    let unsure = plan.isUnheardOf ? AMENITIES : 0;
    const { words, usable, lacking } = columns.amenities;
    for (let word = 0; word < words; word += 1) {
      const want = plan.wanted[word];
      no |= want & lacking[row * words + word] ? AMENITIES : 0;
      unsure |= want & ~usable[row * words + word] ? AMENITIES : 0;
    }
    if (plan.programme !== null && !has(columns.programmes, row, plan.programme)) {
      no |= PROGRAMME;
    }
    if (plan.mark !== null && !has(columns.marks, row, plan.mark)) {
      no |= MARK;
    }
    if (plan.host !== null && columns.hosts.values[row] !== plan.host) {
      no |= HOST;
    }
    if (plan.entry !== null && columns.entries.values[row] !== plan.entry) {
      no |= ENTRY;
    }
    if (this.criteria.stepFree) {
      const verdict = this.stepFree(plan, row);
      no |= verdict === NO ? STEP_FREE : 0;
      unsure |= verdict === UNKNOWN ? STEP_FREE : 0;
    }
    if (plan.open) {
      no |= plan.open[row] === NO ? OPEN : 0;
      unsure |= plan.open[row] === UNKNOWN ? OPEN : 0;
    }
    return no | ((unsure & ~no) << 8);
  }

  /** No only where each of them is known to be missing or broken. */
  stepFree({ columns, accessible }, row) {
    const { words, usable, lacking } = columns.amenities;
    let missing = 0;
    for (let word = 0; word < words; word += 1) {
      if (accessible[word] & usable[row * words + word]) {
        return YES;
      }
      missing += countBits(accessible[word] & lacking[row * words + word]);
    }
    return missing === this.accessible.length ? NO : UNKNOWN;
  }
}

function bitsOf(numbers, words) {
  const bits = new Uint32Array(words);
  numbers.filter((number) => number >= 0).forEach((number) => {
    bits[number >> 5] |= 1 << (number & 31);
  });
  return bits;
}

function countBits(bits) {
  let count = 0;
  for (let rest = bits; rest; rest &= rest - 1) {
    count += 1;
  }
  return count;
}

function has({ words, bits }, row, number) {
  return number >= 0 && (bits[row * words + (number >> 5)] & (1 << (number & 31))) !== 0;
}

/**
 * The stations of `leaves` inside `bounds`: {matches, rows, here, unknown, counts}. `matches` are all that answer, `rows`
 * the first `limit` of them from `origin`, closed ones last, `here` how many there are at all, `unknown` how many might
 * answer, `counts` how many would remain for each further choice.
 */
export function sift(sieve, leaves, bounds, origin, limit) {
  const result = { matches: [], keys: [], here: 0, unknown: 0, counts: noCounts() };
  leaves.forEach((leaf) => siftLeaf(sieve, leaf, bounds, origin, result));
  return {
    matches: result.matches,
    rows: first(result, limit),
    here: result.here,
    unknown: result.unknown,
    counts: result.counts,
  };
}

function siftLeaf(sieve, leaf, { west, south, east, north }, origin, result) {
  const plan = sieve.planOf(leaf);
  const { lng, lat, size } = plan.columns;
  const tally = newTally(plan);
  const withUnknown = sieve.criteria.unknown;
  for (let row = 0; row < size; row += 1) {
    const x = lng[row];
    const y = lat[row];
    if (x < west || x > east || y < south || y > north) {
      continue;
    }
    result.here += 1;
    const judged = sieve.judge(plan, row);
    const against = withUnknown ? judged & 255 : (judged & 255) | (judged >> 8);
    result.unknown += judged & 255 || !judged ? 0 : 1;
    if (!against) {
      result.matches.push(leaf.stations[row]);
      result.keys.push(metresBetween(origin.lng, origin.lat, x, y) + (plan.state[row] === NO ? FAR : 0));
    }
    if ((against & (against - 1)) === 0) {
      count(tally, sieve, plan, row, against, withUnknown);
    }
  }
  addUp(result.counts, tally, plan.columns);
}

/** The `limit` nearest: the boundary is found among the bare numbers, and only what lies within it is sorted. */
function first({ matches, keys }, limit) {
  const sorted = Float64Array.from(keys).sort();
  const boundary = sorted.length > limit ? sorted[limit - 1] : Infinity;
  const near = [];
  keys.forEach((key, place) => key <= boundary && near.push(place));
  near.sort((a, b) => keys[a] - keys[b] || (matches[a].code < matches[b].code ? -1 : 1));
  return near.slice(0, limit).map((place) => ({ station: matches[place], metres: keys[place] % FAR }));
}

/* --- How many would remain: a station counts for a choice when nothing but that choice's own group is against it --- */

function noCounts() {
  return { amenity: {}, programme: {}, mark: {}, host_kind: {}, open: {}, walk_in: 0, step_free: 0 };
}

function newTally({ columns }) {
  return {
    amenities: new Uint32Array(columns.amenities.codes.length),
    programmes: new Uint32Array(columns.programmes.codes.length),
    marks: new Uint32Array(columns.marks.codes.length),
    hosts: new Uint32Array(columns.hosts.codes.length),
    open: new Uint32Array(3),
    walkIn: 0,
    stepFree: 0,
    walkInNumber: columns.entries.codes.indexOf(WALK_IN),
  };
}

function count(tally, sieve, plan, row, against, withUnknown) {
  const { columns } = plan;
  const passes = (verdict) => verdict === YES || (withUnknown && verdict === UNKNOWN);
  if (against === 0) {
    countAmenities(tally, columns.amenities, row, withUnknown);
  }
  if (!(against & ~PROGRAMME)) {
    countWords(tally.programmes, columns.programmes, row);
  }
  if (!(against & ~MARK)) {
    countWords(tally.marks, columns.marks, row);
  }
  if (!(against & ~HOST)) {
    tally.hosts[columns.hosts.values[row]] += 1;
  }
  if (!(against & ~ENTRY) && columns.entries.values[row] === tally.walkInNumber) {
    tally.walkIn += 1;
  }
  if (!(against & ~STEP_FREE) && passes(sieve.stepFree(plan, row))) {
    tally.stepFree += 1;
  }
  if (!(against & ~OPEN)) {
    tally.open[0] += passes(plan.choices.now[row]) ? 1 : 0;
    tally.open[1] += passes(plan.choices["30min"][row]) ? 1 : 0;
    tally.open[2] += passes(plan.choices["24h"][row]) ? 1 : 0;
  }
}

function countAmenities({ amenities }, { words, usable, lacking }, row, withUnknown) {
  for (let word = 0; word < words; word += 1) {
    let bits = withUnknown ? ~lacking[row * words + word] : usable[row * words + word];
    while (bits) {
      amenities[word * 32 + 31 - Math.clz32(bits & -bits)] += 1;
      bits &= bits - 1;
    }
  }
}

function countWords(numbers, { words, bits: all }, row) {
  for (let word = 0; word < words; word += 1) {
    for (let bits = all[row * words + word]; bits; bits &= bits - 1) {
      numbers[word * 32 + 31 - Math.clz32(bits & -bits)] += 1;
    }
  }
}

function addUp(counts, tally, columns) {
  const add = (into, codes, numbers) => codes.forEach((code, place) => {
    into[code] = (into[code] || 0) + numbers[place];
  });
  add(counts.amenity, columns.amenities.codes, tally.amenities);
  add(counts.programme, columns.programmes.codes, tally.programmes);
  add(counts.mark, columns.marks.codes, tally.marks);
  add(counts.host_kind, columns.hosts.codes, tally.hosts);
  add(counts.open, Object.keys(SPANS), tally.open);
  counts.walk_in += tally.walkIn;
  counts.step_free += tally.stepFree;
}
