"""What the service worker answers on a line that connects and does not answer, and what it keeps of saved districts.

Its scripts run in a page here, where a test says what the network answers and patience runs out at once.
"""

import json
from collections.abc import Iterator

import pytest
from django.templatetags.static import static
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from harbor_portal.portal.shell import WORKER

# `network` holds what each address answers: [status, text], a promise of it, or SILENCE; any other address fails.
STAGE = """
async () => {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  window.at = (path) => new URL(path, location.href).href;
  window.SILENCE = new Promise(() => undefined);
  window.network = {};
  window.asked = [];
  window.fetch = async (request) => {
    const path = (request.url || request).replace(location.origin, "");
    asked.push(path);
    if (!(path in network)) {
      throw new TypeError("no network");
    }
    const [status, text] = await network[path];
    return new Response(text, { status });
  };
  const wait = window.setTimeout;
  window.setTimeout = (work) => wait(work, 0);
  window.puts = [];
  const put = Cache.prototype.put;
  Cache.prototype.put = function (request, response) {
    puts.push(request);
    return window.isFull ? Promise.reject(new Error("full")) : put.call(this, request, response);
  };
  self.clients = { matchAll: async () => [] };
  window.remains = [];
  window.later = (promise) => remains.push(promise);
  window.ask = async (answer, path) => {
    const never = new Promise((_, reject) => wait(reject, 30000, new Error(`no answer to ${path}`)));
    const response = await Promise.race([answer(new Request(at(path)), later), never]);
    return [response.status, response.headers.get("Location") || (await response.text())];
  };
  window.store = (name, path, text) => keep(name, at(path), new Response(text));
  window.kept = async (name) => {
    const cache = await caches.open(name);
    return (await cache.keys()).map(({ url }) => url.replace(location.origin, "")).sort();
  };
  window.index = (...leaves) => [200, JSON.stringify({
    catalogue: "catalogue/1.json", leaves: [leaves.map(([key]) => key), [], leaves.map(([, hash]) => hash)],
  })];
  window.leaf = (key, hash) => `/map/leaves/${key}-${hash}.json`;
  window.district = (code, ...leaves) => ({
    code, tiles: leaves.map(([key]) => key), urls: leaves.map(([key, hash]) => at(leaf(key, hash))), extras: [],
  });
}
"""
LEAF = json.dumps({"fields": ["code", "longitude", "latitude"], "stations": [["ABCD2345"], [117.02], [36.66]]})
SILENT = "SILENCE"
BAD_GATEWAY = "[502, 'bad gateway']"


@pytest.fixture(scope="module")
def tab(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """One for all tests: they want no other window, but an empty one."""
    failures: list[str] = []
    with chromium.new_context(base_url=live_server.url, locale="zh-CN", service_workers="block") as context:
        context.on("weberror", lambda failure: failures.append(str(failure.error)))
        yield context.new_page()
    assert not failures


@pytest.fixture
def worker(tab: Page, client: Client) -> Page:
    """A page that holds the worker's functions, and nothing stored."""
    tab.goto("/nowhere/")
    tab.evaluate(client.get("/sw.js").content.decode().partition("importScripts")[0])
    for name in WORKER:
        tab.add_script_tag(url=static(name))
    tab.evaluate(STAGE)
    return tab


@pytest.mark.parametrize("network", [SILENT, BAD_GATEWAY])
def test_a_station_known_from_its_leaf_alone_is_shown_when_the_server_does_not_answer(
    worker: Page, network: str
) -> None:
    answer = worker.evaluate(
        f"""async (leaf) => {{
        await store(STORES.saved, "/map/leaves/r-1.json", leaf);
        network["/s/ABCD2345/"] = {network};
        return ask(answerPage, "/s/ABCD2345/");
    }}""",
        LEAF,
    )
    assert answer == [302, worker.evaluate("at('/?at=36.66000,117.02000,16&station=ABCD2345')")]


@pytest.mark.parametrize("network", [SILENT, BAD_GATEWAY])
def test_the_form_opens_when_the_server_does_not_answer(worker: Page, network: str) -> None:
    answer = worker.evaluate(f"""async () => {{
        await store(STORES.shell, `${{PORTAL.tell}}?language=zh-hans`, "form");
        network["/s/ABCD2345/tell/"] = {network};
        return ask(answerPage, "/s/ABCD2345/tell/");
    }}""")
    assert answer == [200, "form"]


@pytest.mark.parametrize("network", [SILENT, BAD_GATEWAY])
def test_the_map_opens_in_the_language_asked_for_when_the_server_does_not_answer(worker: Page, network: str) -> None:
    answer = worker.evaluate(f"""async () => {{
        await store(STORES.shell, "/?language=en", "map");
        network["/?lang=en"] = {network};
        return ask(answerShell, "/?lang=en");
    }}""")
    assert answer == [200, "map"]


def test_a_page_that_nothing_stands_in_for_is_answered_in_words_or_by_what_failed(worker: Page) -> None:
    answers = worker.evaluate("""async () => {
        await store(STORES.shell, `${PORTAL.offline}?language=zh-hans`, "no network");
        network["/open-data/"] = SILENCE;
        network["/stations/"] = [502, "bad gateway"];
        return Promise.all(["/open-data/", "/stations/", "/s/NOWHERE2/"].map((path) => ask(answerPage, path)));
    }""")
    assert answers == [[200, "no network"], [502, "bad gateway"], [200, "no network"]]


def test_an_older_leaf_is_better_than_one_that_the_server_fails_to_give(worker: Page) -> None:
    answer = worker.evaluate("""async () => {
        await store(STORES.saved, leaf("0", "a"), "old");
        network[leaf("0", "b")] = [502, "bad gateway"];
        return ask(answerLeaf, leaf("0", "b"));
    }""")
    assert answer == [200, "old"]


# --- Saved districts ---


def test_a_district_saved_while_another_is_brought_up_to_date_stays(worker: Page) -> None:
    districts, leaves = worker.evaluate("""async () => {
        Object.assign(network, { [leaf("0", "a")]: [200, "{}"], [leaf("1", "b")]: [200, "{}"] });
        await saveDistrict(district("370102", ["0", "a"]));
        let arrive;
        network[leaf("0", "f")] = new Promise((resolve) => { arrive = resolve; });
        const following = followIndex(JSON.parse(index(["0", "f"], ["1", "b"])[1]));
        while (!asked.includes(leaf("0", "f"))) {
          await new Promise(setTimeout);
        }
        await saveDistrict(district("370103", ["1", "b"]));
        arrive([200, "{}"]);
        await following;
        return [(await savedDistricts()).map(({ code }) => code).sort(), await kept(STORES.saved)];
    }""")
    assert districts == ["370102", "370103"]
    assert leaves == ["/map/leaves/0-f.json", "/map/leaves/1-b.json"]


def test_a_district_removed_while_it_is_brought_up_to_date_stays_removed(worker: Page) -> None:
    left = worker.evaluate("""async () => {
        network[leaf("0", "a")] = [200, "{}"];
        await saveDistrict(district("370102", ["0", "a"]));
        let arrive;
        network[leaf("0", "f")] = new Promise((resolve) => { arrive = resolve; });
        const following = followIndex(JSON.parse(index(["0", "f"])[1]));
        while (!asked.includes(leaf("0", "f"))) {
          await new Promise(setTimeout);
        }
        await removeDistrict("370102");
        arrive([200, "{}"]);
        await following;
        return [await savedDistricts(), await kept(STORES.saved)];
    }""")
    assert left == [[], []]


def test_a_leaf_that_did_not_come_is_fetched_with_the_next_index_although_it_is_the_same(worker: Page) -> None:
    before, after = worker.evaluate("""async () => {
        Object.assign(network, { [leaf("0", "a")]: [200, "{}"], [leaf("00", "c")]: [200, "{}"] });
        network["/map/index.json"] = index(["00", "c"], ["01", "d"], ["1", "e"]);
        await saveDistrict(district("370102", ["0", "a"]));
        await ask(answerIndex, "/map/index.json");
        await Promise.all(remains);
        const before = await kept(STORES.saved);
        network[leaf("01", "d")] = [200, "{}"];
        await ask(answerIndex, "/map/index.json");
        await Promise.all(remains);
        return [before, await kept(STORES.saved)];
    }""")
    assert before == ["/map/leaves/0-a.json"]
    assert after == ["/map/leaves/00-c.json", "/map/leaves/01-d.json"]


def test_the_index_does_not_wait_for_the_leaves_of_saved_districts(worker: Page) -> None:
    text = worker.evaluate("""async () => {
        network[leaf("0", "a")] = [200, "{}"];
        await saveDistrict(district("370102", ["0", "a"]));
        Object.assign(network, { [leaf("0", "f")]: SILENCE, "/map/index.json": index(["0", "f"]) });
        const [, text] = await ask(answerIndex, "/map/index.json");
        return text;
    }""")
    assert json.loads(text)["leaves"][2] == ["f"]


def test_a_district_for_which_there_is_no_room_is_not_called_saved(worker: Page) -> None:
    outcome = worker.evaluate("""async () => {
        network[leaf("0", "a")] = [200, "{}"];
        window.isFull = true;
        const outcome = await saveDistrict(district("370102", ["0", "a"])).then(() => "saved", () => "refused");
        return [outcome, await savedDistricts()];
    }""")
    assert outcome == ["refused", []]


# --- What is used ---


def test_that_something_is_used_is_noted_once_a_day_and_changes_nothing_of_its_age(worker: Page) -> None:
    puts, ages = worker.evaluate("""async () => {
        const stored = Date.now() - 2 * TOUCH_MS;
        const cache = await caches.open(STORES.files);
        await cache.put(at("/base/1"), await stamped(new Response("tile"), stored));
        puts.length = 0;
        const answers = [];
        for (let time = 0; time < 3; time += 1) {
          answers.push(await storedFirst(new Request(at("/base/1")), STORES.files));
        }
        return [puts.length, answers.map((answer) => storedAt(answer) - stored)];
    }""")
    assert puts == 1
    assert ages == [0, 0, 0]


def test_what_the_network_renews_is_never_overwritten_by_what_was_stored(worker: Page) -> None:
    puts = worker.evaluate("""async () => {
        const cache = await caches.open(STORES.map);
        await cache.put(at("/map/live/r.json"), await stamped(new Response("old"), Date.now() - 2 * TOUCH_MS));
        network["/map/live/r.json"] = [200, "new"];
        puts.length = 0;
        await networkFirst(new Request(at("/map/live/r.json")), STORES.map, 0, later);
        await Promise.all(remains);
        return [puts.length, await (await cache.match(at("/map/live/r.json"))).text()];
    }""")
    assert puts == [1, "new"]
