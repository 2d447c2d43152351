// Making and naming elements without markup in strings.

/** An element with attributes and children; strings become text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Address of the icon sprite, read from any icon the server has drawn. */
function spriteAddress() {
  return document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
}

/** An icon of the sprite, hidden from assistive technology. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${spriteAddress()}#${name}`);
  svg.append(use);
  return svg;
}

/** The token against forged requests, as the page carries it. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? document.querySelector('input[name="csrf_token"]')?.value ?? "";
}

/** Says something once, to the eye and to a screen reader. */
export function announce(words) {
  let region = document.querySelector("[data-toasts]");
  if (!region) {
    region = make("div", { class: "toasts", "aria-live": "polite", "data-toasts": true });
    document.body.append(region);
  }
  const toast = make("div", { class: "toast-k" }, words);
  region.append(toast);
  setTimeout(() => toast.remove(), 4000);
}
