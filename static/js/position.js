/* Where the visitor is: asked of the device, waited for with patience but not for ever, remembered on the device alone. */

import { read, write } from "./storage.js";

const PATIENCE_MS = 8000; // WeChat's browser may neither answer nor refuse
const FORGET_MS = 30 * 86400000;
const KEY = "harbor.position";

/**
 * The device's {lng, lat, accuracy}. Rejects with "absent", "refused", "failed", or with "slow" when nothing came in
 * time: `onLate` gets the position should it come after all, as when somebody reads the question first.
 */
export function locate(onLate) {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || !window.isSecureContext) {
      reject(new Error("absent"));
      return;
    }
    let isLate = false;
    const timer = window.setTimeout(() => {
      isLate = true;
      reject(new Error("slow"));
    }, PATIENCE_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        window.clearTimeout(timer);
        const place = { lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
        (isLate ? onLate : resolve)(place);
      },
      (error) => {
        window.clearTimeout(timer);
        reject(new Error(error.code === error.PERMISSION_DENIED ? "refused" : "failed"));
      },
      { enableHighAccuracy: true, timeout: 30000, maximumAge: 60000 },
    );
  });
}

/** Whether the visitor has already allowed the position, so that asking shows no prompt. */
export async function isLocationAllowed() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch (error) {
    return false; // old browsers have no such question
  }
}

export function rememberPosition({ lng, lat }, now) {
  write(KEY, { lng, lat, at: now });
}

/** {lng, lat, at} of the last visit here, or null. */
export function recallPosition(now) {
  const { lng, lat, at } = read(KEY, {});
  return Number.isFinite(lng) && Number.isFinite(lat) && now - at < FORGET_MS ? { lng, lat, at } : null;
}
