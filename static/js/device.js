/* What a page must know of the device before it is drawn, so that nothing jumps: whether its letters shall be large, and
   whether it is open inside WeChat, which keeps other apps from being opened. */

(() => {
  const KEY = "harbor.text";
  const root = document.documentElement;

  function remembered() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (error) {
      return null;
    }
  }

  function remember(size) {
    try {
      window.localStorage.setItem(KEY, size);
    } catch (error) {
      // storage refused: the choice lasts as long as the page
    }
  }

  root.classList.toggle("in-wechat", /MicroMessenger/.test(navigator.userAgent));
  root.classList.toggle("large-text", remembered() === "large");

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
