/* A list that the worker has in hand: the page says how far it is, and shows the result when it is there. */

const EVERY_MS = 1500;

const box = document.querySelector(".import-progress");
const bar = box.querySelector("progress");

async function look() {
  try {
    const response = await fetch(box.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { state, done, of } = await response.json();
    if (state !== box.dataset.state) {
      location.reload();
      return;
    }
    if (of && state === "sent") {
      bar.max = of;
      bar.value = done;
    }
  } catch {
    // Asked again: the network, or the portal, may be back by then.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
