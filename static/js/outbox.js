/* On every public page: what was reported without network is sent as soon as there is one. */

import { reportQueue, waitingReports } from "./report-queue.js";

if (waitingReports().length) {
  const nothing = () => {};
  const queue = reportQueue({ sent: nothing, refused: nothing, changed: nothing });
  window.addEventListener("online", () => queue.send());
  queue.send();
}
