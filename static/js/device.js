/* What a page must know of the device before it is drawn, so that nothing jumps: whether its letters shall be large, and
   whether it is open inside WeChat, which keeps other apps from being opened. On the map also where it is, which takes the
   device a while: `window.position` is a promise of that, or of null where the visitor has not allowed the question yet. */

(() => {
  const root = document.documentElement;

  /* The same cookie as of the pages without a script, so that both agree. */
  function remember(size) {
    const secure = window.location.protocol === "https:" ? "; secure" : "";
    document.cookie = `letters=${size}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  root.classList.toggle("in-wechat", /MicroMessenger/.test(navigator.userAgent));
  root.classList.toggle("large-text", /(^|; )letters=large(;|$)/.test(document.cookie));

  async function position() {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    const ask = (resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, maximumAge: 60000 });
    return state === "granted" ? new Promise(ask) : null;
  }

  if (root.classList.contains("page-map") && !/[?&]at=/.test(window.location.search)) {
    window.position = position();
    window.position.catch(() => undefined); // the map asks again, and says what is wrong
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("text-size");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(root.classList.contains("large-text")));
    button.addEventListener("click", () => {
      const isLarge = root.classList.toggle("large-text");
      button.setAttribute("aria-pressed", String(isLarge));
      remember(isLarge ? "large" : "normal");
      window.dispatchEvent(new Event("resize"));
    });
  });
})();
