/* The one place that posts: forms, answered in JSON, and two kinds of error. */

const LIMIT_MS = 15000;
const PHOTO_LIMIT_MS = 60000; // on a slow network
const TOKEN = "[name=csrfmiddlewaretoken]";
const FINAL = [404, 410, 413]; // whoever answers so, the portal or a proxy before it, will do so again

/** Somebody said no for good; the message is for the person, and empty where none was given. `answer`: the whole of it, or null. */
export class Refusal extends Error {
  constructor(message, answer = null) {
    super(message);
    this.answer = answer;
  }
}

/** The fields as a form post. Rejects with Refusal, or with another error when it is worth another try. */
export function postForm(url, fields) {
  return post(url, new URLSearchParams(fields), { "X-CSRFToken": token() }, LIMIT_MS);
}

/** The same with a photo, given as a data URL. */
export function postPhoto(url, fields, photo) {
  const body = new FormData();
  Object.entries(fields).forEach(([name, value]) => body.append(name, value));
  body.append("photo", blobOf(photo), "photo");
  return post(url, body, { "X-CSRFToken": token() }, PHOTO_LIMIT_MS);
}

/** A post in at most `limit` milliseconds; `body` as `fetch` takes it. Rejects like `postForm`. */
export async function post(url, body, headers, limit) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), limit);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: Object.assign({ Accept: "application/json" }, headers),
      body,
      redirect: "manual",
      signal: controller.signal,
    });
    return await read(response);
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const answer = await readJson(response);
  if (answer && response.ok) {
    return answer;
  }
  const message = (answer && answer.error && answer.error.message) || "";
  const isNo = answer ? response.status < 500 && response.status !== 429 : FINAL.includes(response.status);
  throw isNo ? new Refusal(message, answer) : postponed(response, answer, message);
}

/** Not no, only not yet: the message is for the person, the moment for whoever sends it again. */
function postponed(response, answer, message) {
  const error = new Error(message || `answered ${response.status}`);
  error.pauseMs = answer ? 1000 * Number(response.headers.get("Retry-After")) || 0 : 0;
  // A page instead of JSON means that the session or its token ended: nothing was counted, nothing is lost.
  error.needsLogin = !answer && (response.type === "opaqueredirect" || response.status === 403);
  return error;
}

/** Null if it is a page. */
async function readJson(response) {
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  return isJson ? response.json() : null;
}

/** After a new login in another window the token of this page holds no longer; the page as it is now has the one that does. */
export async function renewToken() {
  const response = await fetch(window.location.href, { redirect: "manual" });
  const page = response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : document;
  document.querySelector(TOKEN).value = page.querySelector(TOKEN).value;
}

/** A tap may outlive the page that it was made on; the token of the present page is the one that holds. */
function token() {
  return document.querySelector(TOKEN).value;
}

/** The file of a data URL; `fetch` could read it too, but the content policy forbids it. */
export function blobOf(dataUrl) {
  const [head, text] = dataUrl.split(",");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5, head.indexOf(";")) });
}
