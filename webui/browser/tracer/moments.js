// Slider, buttons and the list of entries: one selected moment, whichever of them chose it.
import { make } from "../page/elements.js";

/** The entries of the list by sequence number, oldest first. */
function itemsOf(log) {
  const items = log ? [...log.querySelectorAll("li[data-seq]")] : [];
  return new Map(items.map((item) => [Number(item.dataset.seq), item]).sort(([one], [other]) => one - other));
}

/** Makes the time of each entry a button: the whole entry can be clicked, the button is for keyboards. */
function makeSelectable(items) {
  for (const item of items.values()) {
    item.classList.add("can-select");
    const time = item.querySelector("time");
    if (!time || time.closest("button")) continue;
    const button = make("button", { type: "button", class: "moment", tabindex: "-1" });
    time.replaceWith(button);
    button.append(time);
  }
}

/** The exact time as the list says it on hover, without the same in UTC behind it. */
function labelOf(item, entry) {
  const time = item?.querySelector("time");
  return time?.title.split(" (")[0] || time?.textContent || entry?.time || "";
}

/**
 * Joins list and controls. `changed(seq)` is called for each new moment.
 * Returns { select(seq), items, current() }.
 */
export function startMoments({ log, controls, entries, changed }) {
  const items = itemsOf(log);
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]));
  const order = [...new Set([...items.keys(), ...bySeq.keys()])].sort((one, other) => one - other);
  const slider = controls?.querySelector("[data-moment]");
  const output = controls?.querySelector("output");
  let at = order.length - 1;

  function show({ scroll = false } = {}) {
    const seq = order[at];
    for (const [number, item] of items) {
      const on = number === seq;
      item.classList.toggle("on", on);
      const button = item.querySelector(".moment");
      button?.setAttribute("tabindex", on ? "0" : "-1");
      if (on) button?.setAttribute("aria-current", "true");
      else button?.removeAttribute("aria-current");
      if (on && scroll) item.scrollIntoView({ block: "nearest" });
    }
    const label = labelOf(items.get(seq), bySeq.get(seq));
    if (slider) {
      slider.value = String(at + 1);
      slider.setAttribute("aria-valuetext", label);
    }
    if (output && label) output.textContent = label;
    controls?.querySelectorAll("[data-step]").forEach((button) => {
      const next = at + Number(button.dataset.step);
      button.setAttribute("aria-disabled", String(next < 0 || next >= order.length));
    });
  }

  function go(index, options = {}) {
    const next = Math.min(order.length - 1, Math.max(0, index));
    if (next === at || order.length === 0) return;
    at = next;
    show(options);
    changed(order[at]);
  }

  function select(seq, options) {
    if (order.includes(seq)) go(order.indexOf(seq), options);
  }

  /** Up and down follow the list as it stands, left and right follow time. */
  function keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.closest(".moment")) return;
    const listed = [...log.querySelectorAll("li[data-seq]:not([hidden])")].map((item) => Number(item.dataset.seq));
    const here = listed.indexOf(order[at]);
    const target = {
      ArrowUp: listed[here - 1],
      ArrowDown: listed[here + 1],
      ArrowLeft: order[at - 1],
      ArrowRight: order[at + 1],
      Home: listed[0],
      End: listed.at(-1),
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    select(target, { scroll: true });
    items.get(target)?.querySelector(".moment")?.focus({ preventScroll: true });
  }

  makeSelectable(items);
  if (slider) {
    slider.min = "1";
    slider.max = String(Math.max(1, order.length));
    slider.addEventListener("input", () => go(Number(slider.value) - 1));
  }
  controls?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) go(at + Number(button.dataset.step));
  });
  log?.addEventListener("click", (event) => {
    const item = event.target.closest("li[data-seq]");
    if (item && !event.target.closest("a, input, summary")) select(Number(item.dataset.seq));
  });
  log?.addEventListener("keydown", keyed);
  show();
  return { select, items, current: () => order[at] };
}
