/* On phones the list is a sheet over the map: a glance of it, half, or all. It is dragged by its bar or set by buttons.
   Where text is too large for two panes, list and map stand below each other and the page scrolls. */

import { byId } from "./dom.js";

const STATES = ["peek", "half", "full"];
const LEAST_REM = 34; // of height; less is not divided into panes (also in device.js, which decides first)
const TAP_PX = 6;

/** Two panes where there is room for both; answers whether that is a change. */
function divide() {
  const root = document.documentElement;
  const rem = parseFloat(window.getComputedStyle(root).fontSize);
  const isDivided = window.innerHeight >= LEAST_REM * rem;
  const isChange = isDivided !== root.classList.contains("is-divided");
  root.classList.toggle("is-divided", isDivided);
  return isChange;
}

export class Sheet {
  /** `onResize` is called when the map has another size. */
  constructor(onResize) {
    this.node = byId("sheet");
    this.finder = byId("finder");
    this.onResize = onResize;
    byId("sheet-less").addEventListener("click", () => this.step(-1));
    byId("sheet-more").addEventListener("click", () => this.step(1));
    this.listenToDrags(byId("sheet-bar"));
    document.querySelector('a[href="#map"]').addEventListener("click", () => this.showBoth());
    divide();
    this.show("half");
    new ResizeObserver(() => this.divide()).observe(document.querySelector(".masthead"));
    window.addEventListener("resize", () => this.divide());
  }

  divide() {
    if (divide()) {
      this.show(this.state);
    }
  }

  show(state) {
    this.state = state;
    this.finder.dataset.sheet = state;
    this.finder.style.removeProperty("--sheet-height");
    byId("sheet-less").disabled = state === STATES[0];
    byId("sheet-more").disabled = state === STATES[STATES.length - 1];
    if (state !== "full") {
      this.onResize();
    }
  }

  /** At least so much of the list. */
  atLeast(state) {
    if (STATES.indexOf(this.state) < STATES.indexOf(state)) {
      this.show(state);
    }
  }

  /** A station is looked at: with the map beside it. */
  showBoth() {
    if (this.state !== "half") {
      this.show("half");
    }
  }

  step(by) {
    this.show(STATES[Math.min(Math.max(STATES.indexOf(this.state) + by, 0), STATES.length - 1)]);
    const pressed = byId(by > 0 ? "sheet-more" : "sheet-less");
    if (pressed.disabled) {
      byId(by > 0 ? "sheet-less" : "sheet-more").focus(); // a disabled button would lose the keyboard
    }
  }

  scrollToTop() {
    byId("sheet-body").scrollTop = 0;
  }

  listenToDrags(bar) {
    let drag = null;
    bar.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button") || !event.isPrimary) {
        return;
      }
      drag = { y: event.clientY, height: this.node.getBoundingClientRect().height };
      this.finder.style.setProperty("--sheet-height", `${drag.height}px`);
      this.finder.dataset.sheet = "half"; // where the height follows the finger
      bar.setPointerCapture(event.pointerId);
    });
    bar.addEventListener("pointermove", (event) => {
      if (drag) {
        this.finder.style.setProperty("--sheet-height", `${Math.max(drag.height + drag.y - event.clientY, 0)}px`);
      }
    });
    const settle = (event) => {
      const from = drag;
      drag = null;
      if (from) {
        this.settle(from.y - event.clientY, from.height);
      }
    };
    bar.addEventListener("pointerup", settle);
    bar.addEventListener("pointercancel", settle);
  }

  /** The state nearest to where the bar was let go; a short pull goes one step in its direction. */
  settle(pulled, height) {
    if (Math.abs(pulled) < TAP_PX) {
      this.show(this.state);
      return;
    }
    const share = (height + pulled) / this.finder.getBoundingClientRect().height;
    const nearest = share < 0.4 ? "peek" : share < 0.8 ? "half" : "full";
    if (nearest === this.state) {
      this.step(pulled > 0 ? 1 : -1);
    } else {
      this.show(nearest);
    }
  }
}
