// The sidebar as a menu on small screens, small menus that close again, the theme choice.
import { make } from "./elements.js";

function sideMenu() {
  const toggle = document.querySelector("[data-menu-toggle]");
  const side = toggle && document.getElementById(toggle.getAttribute("aria-controls"));
  if (!side) return;
  let veil = null;

  function close({ refocus = true } = {}) {
    side.classList.remove("open");
    toggle.setAttribute("aria-expanded", "false");
    veil?.remove();
    veil = null;
    if (refocus) toggle.focus();
  }

  function open() {
    side.classList.add("open");
    toggle.setAttribute("aria-expanded", "true");
    veil = make("div", { class: "veil" });
    veil.addEventListener("click", () => close());
    document.body.append(veil);
    side.querySelector("a, button")?.focus();
  }

  toggle.addEventListener("click", () => (veil ? close() : open()));
  side.addEventListener("keydown", (event) => {
    if (!veil) return;
    if (event.key === "Escape") close();
    if (event.key === "Tab") keepInside(event, side, toggle);
  });
  matchMedia("(min-width: 48.01rem)").addEventListener("change", () => veil && close({ refocus: false }));
}

/** Tab past the last item closes nothing but goes round to the first: the page behind is veiled. */
function keepInside(event, side, toggle) {
  const stops = [...side.querySelectorAll("a[href], button")];
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey && document.activeElement === first) last.focus();
  else if (!event.shiftKey && document.activeElement === last) first.focus();
  else return;
  event.preventDefault();
  toggle.setAttribute("aria-expanded", "true");
}

function smallMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.pop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.activeElement?.closest("details.pop[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function themeChoice() {
  const current = () => {
    try {
      return localStorage.getItem("theme") ?? "system";
    } catch {
      return "system";
    }
  };
  const buttons = () => document.querySelectorAll("[data-theme-choice]");
  const mark = () => buttons().forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current())));
  mark();
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]")?.dataset.themeChoice;
    if (!choice) return;
    try {
      if (choice === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", choice);
    } catch {
      return; // without storage there is nothing to keep the choice in
    }
    mark();
    document.dispatchEvent(new Event("theme-chosen"));
  });
}

export function startMenu() {
  sideMenu();
  smallMenus();
  themeChoice();
}
