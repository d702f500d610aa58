/* The one place that fetches: a time limit, JSON, and one kind of error. */

const LIMIT_MS = 15000;

export class LoadError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The JSON at `url`; rejects with LoadError when it does not come, in time and whole. */
export async function getJSON(url, options) {
  return (await getDated(url, options)).content;
}

/** The same as {content, storedAt}: when the service worker stored it, or 0 if it came from the network. */
export async function getDated(url, options) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), LIMIT_MS);
  try {
    const response = await fetch(url, Object.assign({ credentials: "omit", signal: controller.signal }, options));
    if (!response.ok) {
      throw new LoadError(`${url} answered ${response.status}`, response.status);
    }
    return { content: await response.json(), storedAt: Number(response.headers.get("X-Stored-At")) || 0 };
  } catch (error) {
    throw error instanceof LoadError ? error : new LoadError(`${url}: ${error.message}`, 0);
  } finally {
    clearTimeout(timer);
  }
}
