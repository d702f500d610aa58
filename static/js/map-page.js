/* The map page: reads the address bar, opens the leaves in view, and keeps map, list and address in step. */

import { byId } from "./dom.js";
import { Finder } from "./finder.js";
import { Leaves } from "./leaves.js";
import { keepCurrent } from "./offline.js";
import { SaveDistrict } from "./save-district.js";
import { Texts } from "./texts.js";

const config = JSON.parse(byId("map-config").textContent);
const texts = new Texts(config);
const leaves = new Leaves(config.published);
const finder = new Finder(config, texts, leaves);
finder.start();
keepCurrent(leaves, () => finder.catchUp());
new SaveDistrict(leaves, () => finder.map.bounds(), config.leaflet.base.schematic);
keepStateInLinks();

/** The change of language comes back to the view as it is now, not as the server saw it. */
function keepStateInLinks() {
  document.querySelectorAll("[data-keep-state]").forEach((link) => {
    link.addEventListener("click", () => {
      const url = new URL(link.href);
      url.searchParams.set("next", window.location.pathname + window.location.search);
      link.href = url.href;
    });
  });
}
