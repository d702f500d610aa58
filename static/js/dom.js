/* Building elements: never from strings of HTML, so that no name of a station can become markup. */

/** `element("p", {class: "state"}, "text", child, …)`; properties that are false, null or undefined are left out. */
export function element(tag, properties, ...children) {
  const node = document.createElement(tag);
  Object.entries(properties || {}).forEach(([name, value]) => {
    if (typeof value === "function") {
      node.addEventListener(name, value);
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  });
  node.append(...children.filter(Boolean));
  return node;
}

export function replaceChildren(node, ...children) {
  node.textContent = "";
  node.append(...children.filter(Boolean));
}

export function byId(id) {
  return document.getElementById(id);
}

/** Show the text in the node, or hide the node when there is none. Unchanged text is left alone, so that it is not read out again. */
export function showText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
  node.hidden = !text;
}
