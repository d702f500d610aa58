/* Links that hand a place over to the map apps, made on the device so that they need no network; the same as in
   harbor_portal/portal/routes.py, letter by letter (tests/data/route_cases.json). */

import { fromWgs84 } from "./datum.js";

const SOURCE = "harbor_portal";

/** [{code, url, datum}] for a WGS-84 place, the most used app first. */
export function routesTo(name, lng, lat) {
  const route = (code, datum, build) => ({ code, datum, url: build(name, ...pair(lng, lat, datum)) });
  return [
    route("amap", "gcj02", amap),
    route("baidu", "bd09", baidu),
    route("tencent", "gcj02", tencent),
    route("apple", "gcj02", apple),
    route("google", "gcj02", google),
    route("geo", "wgs84", geo),
  ];
}

function pair(lng, lat, datum) {
  return fromWgs84([lng, lat], datum).map((degrees) => degrees.toFixed(6));
}

function amap(name, lng, lat) {
  const to = `${lng},${lat},${name.replace(/,/g, " ")}`;
  return `https://uri.amap.com/navigation?${query({ to, mode: "walk", coordinate: "gaode", callnative: 1, src: SOURCE })}`;
}

function baidu(name, lng, lat) {
  const place = { location: `${lat},${lng}`, title: name, content: name, output: "html", coord_type: "bd09ll" };
  return `https://api.map.baidu.com/marker?${query(Object.assign(place, { src: `webapp.${SOURCE}.finder` }))}`;
}

function tencent(name, lng, lat) {
  const to = { type: "walk", to: name, tocoord: `${lat},${lng}`, fromcoord: "CurrentLocation", referer: SOURCE };
  return `https://apis.map.qq.com/uri/v1/routeplan?${query(to)}`;
}

function apple(name, lng, lat) {
  return `https://maps.apple.com/?${query({ daddr: `${lat},${lng}`, dirflg: "w" })}`;
}

function google(name, lng, lat) {
  return `https://www.google.com/maps/dir/?${query({ api: 1, destination: `${lat},${lng}`, travelmode: "walking" })}`;
}

function geo(name, lng, lat) {
  return `geo:${lat},${lng}?q=${lat},${lng}(${encoded(name)})`;
}

function query(values) {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${encoded(String(value)).replace(/%2C/g, ",")}`)
    .join("&");
}

/* As Python's quote: all but letters, digits and _.-~ */
function encoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
