/* Where this device looked last. It never leaves the device, and a browser that refuses storage loses nothing else. */

const KEY = "harbor.view";

export function remember(view) {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(view));
  } catch (error) {
    // storage refused or full
  }
}

export function recall() {
  try {
    const view = JSON.parse(window.localStorage.getItem(KEY));
    return view && Number.isFinite(view.lat) && Number.isFinite(view.lng) && Number.isFinite(view.zoom) ? view : null;
  } catch (error) {
    return null;
  }
}
