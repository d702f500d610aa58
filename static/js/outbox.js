/* On every public page: what was reported without network is sent as soon as there is one; what was refused is said. */

import { byId } from "./dom.js";
import { refusedReports, reportQueue } from "./report-queue.js";

const link = byId("my-reports"); // the map has no foot
const name = link && link.textContent;

function sayRefused() {
  const count = refusedReports().length;
  if (link) {
    link.textContent = count ? link.dataset.refused.replace("{n}", count) : name;
  }
}

reportQueue(sayRefused).send();
