/* Moving about the sheet as in a spreadsheet, and pasting blocks of it. */

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  /** `leftOut(count)` hears how many pasted cells had no place. */
  constructor(form, { leftOut }) {
    this.leftOut = leftOut;
    // Row by row its cells; null where nothing can be typed. The remark is the last column.
    this.rows = Array.from(form.querySelectorAll("[data-row]"), (row) =>
      Array.from(row.querySelectorAll("td:not([data-row-total])"), (cell) => cell.querySelector("input")),
    );
    this.isEditing = false; // the arrows move within the text, not between the cells
    form.addEventListener("focusin", (event) => this.enter(event.target));
    form.addEventListener("pointerdown", (event) => this.press(event.target));
    form.addEventListener("click", (event) => event.target === this.pressed && event.target.select());
    form.addEventListener("keydown", (event) => this.pressKey(event));
    form.addEventListener("paste", (event) => this.paste(event));
  }

  placeOf(input) {
    const row = this.rows.findIndex((cells) => cells.includes(input));
    return row < 0 ? null : [row, this.rows[row].indexOf(input)];
  }

  enter(input) {
    if (this.placeOf(input)) {
      this.before = input.value;
      this.isEditing = false;
      input.select(); // so that typing replaces
    }
  }

  /** The first press on a cell selects it, the second sets the caret. */
  press(input) {
    const isFirst = input !== document.activeElement;
    this.pressed = isFirst && this.placeOf(input) ? input : null;
    this.isEditing = !isFirst;
  }

  pressKey(event) {
    const place = this.placeOf(event.target);
    if (!place || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "F2") {
      this.isEditing = true;
      event.target.setSelectionRange(event.target.value.length, event.target.value.length);
    } else if (event.key === "Escape") {
      this.takeBack(event.target);
    } else if (event.key === "Enter") {
      this.move(event, place, event.shiftKey ? -1 : 1, 0);
    } else if (event.key in STEPS && !event.shiftKey) {
      const [down, right] = STEPS[event.key];
      if (down || !this.movesCaret(event.target, place)) {
        this.move(event, place, down, right);
      }
    }
  }

  /** In a remark the arrows move within the text, as long as there is any. */
  movesCaret(input, [row, column]) {
    const isRemark = column === this.rows[row].length - 1;
    const isWhole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    return this.isEditing || (isRemark && !isWhole);
  }

  takeBack(input) {
    if (input.value !== this.before) {
      input.value = this.before;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.isEditing = false;
    input.select();
  }

  /** To the next cell that way which can be typed in; if there is none, the cell is only done with. */
  move(event, [row, column], down, right) {
    event.preventDefault();
    let [y, x] = [row + down, column + right];
    while (this.rows[y] && x in this.rows[y] && !this.rows[y][x]) {
      [y, x] = [y + down, x + right];
    }
    const next = this.rows[y] && this.rows[y][x];
    event.target.blur(); // says "change" if something did
    (next || event.target).focus();
  }

  /** A block goes in from the cell on; one value alone goes into the cell as ever. */
  paste(event) {
    const place = this.placeOf(event.target);
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!place || !/[\t\n]/.test(text)) {
      return;
    }
    event.preventDefault();
    let leftOut = 0;
    unquoted(text).forEach((values, down) => {
      values.forEach((value, right) => {
        const input = (this.rows[place[0] + down] || [])[place[1] + right];
        if (input) {
          fill(input, value.trim());
        } else if (value.trim()) {
          leftOut += 1;
        }
      });
    });
    this.before = event.target.value;
    event.target.select();
    if (leftOut) {
      this.leftOut(leftOut);
    }
  }
}

/** Lines of cells; a spreadsheet quotes those that hold a line break or a quotation mark. */
function unquoted(text) {
  const lines = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
    lines[lines.length - 1].push(quoted === undefined ? plain : quoted.replace(/""/g, '"').replace(/\n/g, " "));
    if (end === "\n") {
      lines.push([]);
    } else if (end === "") {
      break;
    }
  }
  return lines;
}

function fill(input, value) {
  if (input.value === value) {
    return;
  }
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
