/* Something that the worker has in hand: the page says how far it is, and shows the result when it is there. */

const EVERY_MS = 1500;

const box = document.querySelector(".job-progress");
const bar = box.querySelector("progress");
const steps = box.querySelector("[data-steps]");

function tell(done, of) {
  bar.max = of;
  bar.value = done;
  if (steps) steps.textContent = `${done} / ${of}`;
}

async function look() {
  try {
    const response = await fetch(box.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { state, done, of } = await response.json();
    if (state !== box.dataset.state) {
      location.reload();
      return;
    }
    if (of) tell(done, of);
  } catch {
    // Asked again: the network, or the portal, may be back by then.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
