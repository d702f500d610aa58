/* What the sheet says of itself while it is typed: totals of days and groups, gaps, and figures that stand out. */

const FAR_OFF = 10; // both as in services/day_sheet.py
const TIMES = 3;

export class Marks {
  constructor(table) {
    this.table = table;
    this.rows = Array.from(table.querySelectorAll("[data-row]"));
    this.usual = Number(table.dataset.usual);
    this.columns = Array.from(table.querySelectorAll("[data-column-total]"));
  }

  showAll() {
    this.rows.forEach((row) => this.showRow(row));
    this.showColumns();
  }

  show(row) {
    if (row) {
      this.showRow(row);
      this.showColumns();
    }
  }

  showRow(row) {
    const total = figuresOf(row).reduce((sum, figure) => sum + figure, 0);
    row.querySelector("[data-row-total]").textContent = total || "";
    const remark = row.querySelector(".sheet-note input");
    const isExplained = Boolean(remark && remark.value.trim());
    const isMissing = "awaited" in row.dataset && !total;
    mark(row, "gap", isMissing && !isExplained);
    mark(row, "explained", isMissing && isExplained);
    mark(row, "outlier", this.standsOut(total));
    mark(row, "nil", !total); // a visit takes the nil return back
  }

  showColumns() {
    const sums = this.columns.map(() => 0);
    this.rows.forEach((row) => figuresOf(row).forEach((figure, place) => (sums[place] += figure)));
    this.columns.forEach((cell, place) => (cell.textContent = sums[place]));
    this.table.querySelector("[data-sheet-total]").textContent = sums.reduce((sum, figure) => sum + figure, 0);
  }

  standsOut(total) {
    if (!total || !this.usual || Math.abs(total - this.usual) < FAR_OFF) {
      return false;
    }
    return total > TIMES * this.usual || TIMES * total < this.usual;
  }
}

function mark(row, name, isShown) {
  const node = row.querySelector(`[data-mark=${name}]`);
  if (node) {
    node.hidden = !isShown;
  }
}

function figuresOf(row) {
  return Array.from(row.querySelectorAll("td:not([data-row-total]):not(.sheet-note)"), (cell) => {
    const input = cell.querySelector("input");
    return Number(figureOf(input ? input.value : cell.querySelector("[data-fixed]").textContent)) || 0;
  });
}

/** As the server reads it: full-width digits and separators are no hindrance, and nothing is nobody. */
export function figureOf(text) {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "");
  return /^[+-]?\d+$/.test(plain) ? Number(plain) : plain || 0;
}
