/* Runs before every page that is measured: notes when the list is there, the long tasks, and the frames of a drag. */

(() => {
  const found = { list: 0, paint: 0, painted: "", tasks: [], frames: null };
  window.bench = found;

  const observe = (type, note) =>
    new PerformanceObserver((entries) => entries.getEntries().forEach(note)).observe({ type, buffered: true });
  observe("longtask", ({ startTime, duration }) => found.tasks.push([startTime, startTime + duration]));
  observe("largest-contentful-paint", ({ startTime, element }) => {
    found.paint = startTime;
    found.painted = element ? `${element.localName}${element.id && `#${element.id}`}.${element.className}` : "";
  });

  // The list is shown when its first station is the one that stays, one frame after it came there.
  let first = null;
  const watch = () => {
    const top = document.querySelector("#results a[href]");
    if (top && top.href !== first) {
      first = top.href;
      requestAnimationFrame((then) => (found.list = then));
    }
    if (!found.frames) {
      requestAnimationFrame(watch); // the frames of a drag are measured alone
    }
  };
  requestAnimationFrame(watch);

  found.startFrames = () => {
    found.frames = [];
    let last = performance.now();
    const tick = (now) => {
      if (found.frames) {
        found.frames.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      }
    };
    requestAnimationFrame(tick);
  };

  /** The milliseconds between the frames since startFrames(), without the first, which began before. */
  found.stopFrames = () => {
    const { frames } = found;
    found.frames = null;
    return frames.slice(1);
  };

  /** A place on the screen where a finger lands on the map and nothing lies over it: the middle of all such places. */
  found.onMap = () => {
    const places = [];
    for (let y = 20; y < window.innerHeight; y += 20) {
      for (let x = 20; x < window.innerWidth; x += 20) {
        const top = document.elementFromPoint(x, y);
        if (top && top.closest("#map")) {
          places.push([x, y]);
        }
      }
    }
    const middle = (axis) => places.map((place) => place[axis]).sort((a, b) => a - b)[places.length >> 1];
    return places.length ? { x: middle(0), y: middle(1) } : null;
  };
})();
