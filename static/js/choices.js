// A choice that is found by typing says what it is to a screen reader, also while nothing is chosen yet.

function name(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0]?.textContent ?? select.getAttribute("aria-label");
    const shown = select.nextElementSibling?.querySelector(".select2-selection__rendered");
    if (label && shown) shown.setAttribute("aria-label", label.trim());
  }
}

addEventListener("load", () => name(document));
document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
