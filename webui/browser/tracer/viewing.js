// One drawing in one place: loads it, fits it, keeps it fitted until the person moves it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { drawing, fontReady, look } from "../diagram/look.js";
import { fit, readable, wholeHeight } from "../diagram/fitting.js";
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";

const tallest = 2400; // pixels: beyond, a drawing is better moved in its place than scrolled past

/** Says in the diagram's own place what went wrong; the facts stand as text beside it. */
export function showFailure(place, words) {
  place.replaceChildren(make("div", { class: "failed", role: "status" }, words));
}

/** Fetches text or fails with the status. */
export async function fetchOk(address, accept) {
  const answer = await fetch(address, { headers: { Accept: accept, "X-Requested-With": "fetch" } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${address}`);
  return answer;
}

/** Zoom and fit as buttons: no gesture, wheel or drag is needed to see all of a drawing. */
function addTools(place, viewer, refit) {
  const zoom = (factor) => viewer.get("canvas").zoom(Math.min(4, Math.max(0.2, viewer.get("canvas").zoom() * factor)), "auto");
  const button = (name, words, act) => {
    const made = make("button", { type: "button", "aria-label": words, title: words }, icon(name));
    made.addEventListener("click", act);
    return made;
  };
  place.append(
    make(
      "div",
      { class: "view-tools" },
      button("zoom-in", text("zoom-in"), () => zoom(1.25)),
      button("zoom-out", text("zoom-out"), () => zoom(0.8)),
      button("fullscreen", text("fit"), refit),
    ),
  );
}

/** The wheel scrolls the page, as everywhere; with Ctrl it zooms the drawing. */
function wheelZooms(place, viewer) {
  place.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const canvas = viewer.get("canvas");
      const box = place.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * (event.deltaY < 0 ? 1.1 : 0.9))), at);
    },
    { passive: false },
  );
}

/** Pixels kept free above the drawing: where it shows the inside of a closed sub-process, the way back out stands there. */
function above(viewer) {
  const canvas = viewer.get("canvas");
  return canvas.getRootElement() === canvas.getRootElements()[0] ? 0 : 50;
}

/** Draws the BPMN at `address` into `place`; returns the viewer and `refit(focus ids)`. */
export async function draw(place, address, { tools = true } = {}) {
  const [answer] = await Promise.all([fetchOk(address, "application/xml"), fontReady()]);
  const xml = await answer.text();
  place.replaceChildren();
  const viewer = new NavigatedViewer({ container: place, ...look, zoomScroll: { enabled: false }, additionalModules: [drawing] });
  await viewer.importXML(xml);
  let focus = [];
  let moved = false;
  let fitting = false;
  let width = 0;

  /**
   * As high as the drawing needs at this width: on pages that are about the drawing, all of it, for the page scrolls;
   * elsewhere within what the window shows. Where it would be too small to read, as the styles say.
   */
  function takeHeight() {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    const drawn = wholeHeight(viewer, width);
    const height = drawn && drawn + above(viewer);
    const most = place.dataset.height === "whole" ? `${tallest}px` : "max(20rem, 80vh)";
    place.style.height = height ? `min(${height}px, ${most})` : "";
  }

  function refit(ids = focus, smallest = readable) {
    focus = ids;
    moved = false;
    fitting = true;
    fit(viewer, { focus, smallest, margin: { top: 10 + above(viewer) } });
    fitting = false;
  }

  /** Another plane came into sight: the place becomes as high as that one needs, and its top stays where the eyes are. */
  function enter() {
    width = 0;
    takeHeight();
    viewer.get("canvas").resized();
    refit();
    if (place.getBoundingClientRect().top < 0) place.scrollIntoView({ block: "start" });
  }

  viewer.on("canvas.viewbox.changed", () => (moved ||= !fitting));
  viewer.on("root.set", () => queueMicrotask(enter));
  new ResizeObserver(() => {
    if (place.clientWidth === 0) return;
    fitting = true;
    takeHeight();
    viewer.get("canvas").resized();
    fitting = false;
    if (!moved) refit();
  }).observe(place);
  if (tools) {
    addTools(place, viewer, () => refit(focus, 0)); // whoever asks for all of it gets all of it
    wheelZooms(place, viewer);
  }
  place.querySelector("svg")?.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  takeHeight();
  viewer.get("canvas").resized();
  refit();
  return { viewer, refit };
}
