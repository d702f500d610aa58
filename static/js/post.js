/* The one place that posts: forms with their token, answered in JSON, and two kinds of error. */

const LIMIT_MS = 15000;

/** The server understood and said no; the message is for the person. Sending it again would change nothing. */
export class Refusal extends Error {}

/** The fields as a form post. Rejects with Refusal, or with another error when it is worth another try. */
export async function postForm(url, fields) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), LIMIT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: new URLSearchParams(fields),
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
  if (!response.ok) {
    throw new Refusal(answer.error.message);
  }
  return answer;
}

/** A tap may outlive the page that it was made on; the token of the present page is the one that holds. */
function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}
