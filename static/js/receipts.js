/* The reports of this device: what it sent, with its receipts, and what still waits. */

import { byId, element, replaceChildren } from "./dom.js";
import { dropRefused, forget, receipts, refusedReports, remember, reportQueue, waitingReports } from "./report-queue.js";

const fresh = byId("remember-receipt");
const list = byId("mine");

if (fresh) {
  const { receipt, station, kind, at } = fresh.dataset;
  remember({ receipt, station, kind, at });
}
if (list) {
  list.hidden = false;
  reportQueue(show).send();
  show();
}

function show() {
  const rows = [].concat(refusedReports().map(refused), waitingReports().map(waiting), receipts().map(known));
  replaceChildren(list.querySelector("ul"), ...(rows.length ? rows : [element("li", { class: "soft" }, list.dataset.none)]));
}

/** With what was written, since it is nowhere else; it can be changed in the form, or dropped. */
function refused(item) {
  const key = item.fields.client_key;
  const what = `${item.station} · ${item.kind}`;
  const drop = () => dropRefused(key);
  const button = { type: "button", class: "button button-quiet", "aria-label": `${list.dataset.drop} ${what}`, click: drop };
  return element(
    "li",
    { class: "mine-refused" },
    element("p", {}, element("strong", {}, what), element("br"), item.fields.text),
    element("p", { class: "notice notice-warn" }, `${list.dataset.refused} ${item.problem}`),
    element("a", { class: "button", href: `${item.url}?again=${key}`, "aria-label": `${list.dataset.again} ${what}` }, list.dataset.again),
    element("button", button, list.dataset.drop),
  );
}

function waiting(item) {
  return element("li", {}, element("span", {}, `${item.station} · ${item.kind}`), element("strong", {}, list.dataset.waiting));
}

function known({ receipt, station, kind, at }) {
  const url = list.dataset.url.replace("RECEIPT", receipt);
  const spelt = `${receipt.slice(0, 5)}-${receipt.slice(5)}`;
  const when = new Date(at).toLocaleDateString(document.documentElement.dataset.locale);
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
