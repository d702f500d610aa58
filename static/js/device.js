/* What a page must know of the device before it is drawn, so that nothing jumps: that it runs scripts, whether its letters
   shall be large, and whether it is open inside WeChat, which keeps other apps from being opened. On the map also whether
   list and map have room beside each other, that the list is to be waited for, and where the device is, which takes it a
   while: `window.position` is a promise of that, or of null where the visitor has not allowed the question yet. */

(() => {
  const root = document.documentElement;
  const LEAST_REM = 34; // as in sheet.js, which asks again when anything changes
  const LARGE = 1.3; // as in tokens.css

  /* The same cookie as of the pages without a script, so that both agree. */
  function remember(size) {
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `letters=${size}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  root.classList.add("has-script");
  root.classList.toggle("in-wechat", /MicroMessenger/.test(navigator.userAgent));
  root.classList.toggle("large-text", /(^|; )letters=large(;|$)/.test(document.cookie));

  async function position() {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    const ask = (resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, maximumAge: 60000 });
    return state === "granted" ? new Promise(ask) : null;
  }

  /** Whether there is room for two panes; a `rem` of a query knows nothing of our large letters. */
  function isDivided() {
    const least = LEAST_REM * (root.classList.contains("large-text") ? LARGE : 1);
    return window.matchMedia(`(min-height: ${least}rem)`).matches;
  }

  if (root.classList.contains("page-map")) {
    root.classList.add("is-waiting"); // until the list is drawn or says why not (list-view.js)
    root.classList.toggle("is-divided", isDivided());
    if (!/[?&]at=/.test(window.location.search)) {
      window.position = position();
      window.position.catch(() => undefined); // the map asks again, and says what is wrong
    }
    window.addEventListener("load", () => {
      if (!document.getElementById("without-script").hidden) {
        root.classList.remove("is-waiting"); // the map's modules did not run
      }
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("text-size");
    button.setAttribute("aria-pressed", String(root.classList.contains("large-text")));
    button.addEventListener("click", () => {
      const isLarge = root.classList.toggle("large-text");
      button.setAttribute("aria-pressed", String(isLarge));
      remember(isLarge ? "large" : "normal");
      window.dispatchEvent(new Event("resize"));
    });
  });
})();
