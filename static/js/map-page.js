/* The map page: reads the address bar, opens the leaves in view, and keeps map, list and address in step. */

import { byId } from "./dom.js";
import { Finder } from "./finder.js";
import { config, criteria, indexed, leaves } from "./first.js";
import { keepCurrent } from "./offline.js";
import { SaveDistrict } from "./save-district.js";
import { Texts } from "./texts.js";

byId("without-script").hidden = true;
const finder = new Finder(config, new Texts(config), leaves, criteria);
document.addEventListener("DOMContentLoaded", start); // Leaflet comes after this module, which need not wait for it

async function start() {
  await finder.build();
  finder.open(indexed);
  keepCurrent(leaves, () => finder.catchUp());
  new SaveDistrict(leaves, () => finder.map.bounds(), config.leaflet.base.schematic);
  keepStateInLinks();
}

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
