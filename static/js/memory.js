/* Where this device looked last. It never leaves the device. */

import { read, write } from "./storage.js";

const KEY = "harbor.view";

export function remember(view) {
  write(KEY, view);
}

export function recall() {
  const view = read(KEY);
  return view && Number.isFinite(view.lat) && Number.isFinite(view.lng) && Number.isFinite(view.zoom) ? view : null;
}
