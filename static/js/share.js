/* Hands the page over to another person: by the phone's own sheet, else by the clipboard, else by hand. */

async function share({ share: url, title, text, copied, byHand }, answer) {
  if (navigator.share) {
    await navigator.share({ url, title, text });
  } else if (navigator.clipboard) {
    await navigator.clipboard.writeText(url);
    answer.textContent = copied;
  } else {
    offer(answer, url, byHand);
  }
}

/** For browsers inside of apps, which have neither: the link stands there, selected. */
function offer(answer, url, label) {
  const field = document.createElement("input");
  field.type = "text";
  field.readOnly = true;
  field.value = url;
  field.setAttribute("aria-label", label);
  answer.replaceChildren(label, field);
  field.focus();
  field.select();
}

for (const button of document.querySelectorAll("[data-share]")) {
  const answer = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    share(button.dataset, answer).catch((failure) => {
      // Whoever closes the phone's sheet has changed their mind; anything else is the browser's refusal.
      if (failure.name !== "AbortError") {
        offer(answer, button.dataset.share, button.dataset.byHand);
      }
    });
  });
}
