// One drawing in one place: loads it, fits it, keeps it fitted until the person moves it.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { drawing, fontReady, look } from "../diagram/look.js";
import { fit, wholeHeight } from "../diagram/fitting.js";
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";

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

/** Whether what is in sight lies in a closed sub-process: the way back out stands over it then. */
function inside(viewer) {
  const canvas = viewer.get("canvas");
  return canvas.getRootElement() !== canvas.getRootElements()[0];
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

  /** As high as the drawing needs at this width, within what the window shows; else as the styles say. */
  function takeHeight() {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    const height = wholeHeight(viewer, width);
    place.style.height = height ? `min(${height}px, max(20rem, 80vh))` : "";
  }

  function refit(ids = focus) {
    focus = ids;
    moved = false;
    fitting = true;
    fit(viewer, { focus, margin: inside(viewer) ? { top: 60 } : {} });
    fitting = false;
  }

  viewer.on("canvas.viewbox.changed", () => (moved ||= !fitting));
  viewer.on("root.set", () => queueMicrotask(refit));
  new ResizeObserver(() => {
    if (place.clientWidth === 0) return;
    fitting = true;
    takeHeight();
    viewer.get("canvas").resized();
    fitting = false;
    if (!moved) refit();
  }).observe(place);
  if (tools) {
    addTools(place, viewer, () => refit());
    wheelZooms(place, viewer);
  }
  place.querySelector("svg")?.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  takeHeight();
  viewer.get("canvas").resized();
  refit();
  return { viewer, refit };
}
