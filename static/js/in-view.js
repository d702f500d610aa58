/* The leaves that the map shows, opened unless they are too many for a phone. */

const MOST_LEAVES = 15; // of up to 360 stations

export class InView {
  constructor(all, list, texts) {
    this.all = all;
    this.list = list;
    this.texts = texts;
    this.leaves = [];
    this.isTooFar = false;
    this.turn = 0;
  }

  /** Open what lies in the rectangle; answers whether nobody has asked for another one meanwhile. */
  async open(bounds, retry) {
    this.turn += 1;
    const { turn } = this;
    this.leaves = this.all.inBounds(bounds);
    this.isTooFar = this.leaves.length > MOST_LEAVES;
    if (!this.isTooFar) {
      await this.load(() => turn === this.turn, retry);
    }
    return turn === this.turn;
  }

  async load(isCurrent, retry) {
    if (this.leaves.some((leaf) => !leaf.stations)) {
      this.list.say(this.texts.say("loading"));
    }
    try {
      await this.all.load(this.leaves);
      this.list.trouble("");
    } catch (error) {
      if (isCurrent()) {
        this.list.trouble(this.texts.say("leaf_failed"), retry);
      }
    }
  }

  refreshLive() {
    return this.all.refreshLive(this.leaves.filter((leaf) => leaf.stations));
  }
}
