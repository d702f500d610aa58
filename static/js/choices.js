// What Django's forms leave without a name says to a screen reader what it is.

// A choice that is found by typing, also while nothing is chosen yet.
function name(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0]?.textContent ?? select.getAttribute("aria-label");
    const shown = select.nextElementSibling?.querySelector(".select2-selection__rendered");
    if (!label || !shown) continue;
    shown.setAttribute("aria-label", label.trim());
    if (select.multiple) nameSeveral(shown, label.trim());
  }
}

// Of several choices select2 makes a list with other things than items in it, and makes it anew with every choice.
function nameSeveral(shown, label) {
  const settle = () => {
    shown.setAttribute("role", "group");
    for (const item of shown.children) item.setAttribute("role", "presentation");
    shown.querySelector(".select2-search__field")?.setAttribute("aria-label", label);
  };
  settle();
  new MutationObserver(settle).observe(shown, { childList: true });
}

// The places above the rows' titles and above what removes a row are headers of nothing.
function settleCorners() {
  for (const corner of document.querySelectorAll(".inline-group th")) {
    if (!corner.textContent.trim()) corner.setAttribute("role", "cell");
  }
}

// After Django's own: these are called in the order in which they were asked for.
window.django.jQuery(() => {
  name(document);
  settleCorners();
});
document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
