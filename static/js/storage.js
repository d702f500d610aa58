/* What pages keep on this device, as JSON. A browser that refuses storage, or has none left, loses nothing but that. */

export function read(name, otherwise = null) {
  try {
    return JSON.parse(window.localStorage.getItem(name)) || otherwise;
  } catch (error) {
    return otherwise;
  }
}

/** False where storage is refused or full. */
export function write(name, value) {
  try {
    window.localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch (error) {
    return false;
  }
}
