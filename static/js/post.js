/* The one place that posts: forms, answered in JSON, and two kinds of error. */

const LIMIT_MS = 15000;

/** The server understood and said no; the message is for the person. Sending it again would change nothing. */
export class Refusal extends Error {}

/** The fields as a form post. Rejects with Refusal, or with another error when it is worth another try. */
export function postForm(url, fields) {
  return post(url, new URLSearchParams(fields), { "X-CSRFToken": token() }, LIMIT_MS);
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

/** Pages instead of JSON mean that the session or its token ended: nothing was counted, nothing is lost. */
async function read(response) {
  if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
    const error = new Error(`answered ${response.status}`);
    error.needsLogin = response.type === "opaqueredirect" || response.status === 403;
    throw error;
  }
  const answer = await response.json();
  if (response.status === 429) {
    // Not no, only not yet: the message is for the person, the moment for whoever sends it again.
    const error = new Error(answer.error.message);
    error.pauseMs = 1000 * Number(response.headers.get("Retry-After"));
    throw error;
  }
  if (!response.ok) {
    throw new Refusal(answer.error.message);
  }
  return answer;
}

/** A tap may outlive the page that it was made on; the token of the present page is the one that holds. */
function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}
