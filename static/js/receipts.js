/* The reports of this device: what it sent, with its receipts, and what still waits. */

import { byId, element, replaceChildren } from "./dom.js";
import { forget, receipts, remember, reportQueue, waitingReports } from "./report-queue.js";

const fresh = byId("remember-receipt");
const list = byId("mine");

if (fresh) {
  const { receipt, station, kind, at } = fresh.dataset;
  remember({ receipt, station, kind, at });
}
if (list) {
  const queue = reportQueue({ sent: show, refused: show, changed: show });
  list.hidden = false;
  window.addEventListener("online", () => queue.send());
  show();
  queue.send();
}

function show() {
  const rows = waitingReports().map(waiting).concat(receipts().map(known));
  replaceChildren(list.querySelector("ul"), ...(rows.length ? rows : [element("li", { class: "soft" }, list.dataset.none)]));
}

function waiting(item) {
  return element("li", {}, element("span", {}, `${item.station} · ${item.kind}`), element("strong", {}, list.dataset.waiting));
}

function known({ receipt, station, kind, at }) {
  const url = list.dataset.url.replace("RECEIPT", receipt);
  const spelt = `${receipt.slice(0, 5)}-${receipt.slice(5)}`;
  const when = new Date(at).toLocaleDateString(document.documentElement.lang);
  const drop = () => {
    forget(receipt);
    show();
  };
  const label = `${list.dataset.forget} ${spelt}`;
  return element(
    "li",
    {},
    element("a", { class: "target figures", href: url }, spelt),
    element("span", {}, `${station} · ${kind} · ${when}`),
    element("button", { type: "button", class: "button button-quiet", "aria-label": label, click: drop }, list.dataset.forget),
  );
}
