// Diagrams of cases and processes. Needs: `.diagram[data-diagram-url]`, optionally `data-trace-url`; on trace pages
// `[data-trace-controls]`, `[data-trace-log]`, `[data-moment-url]`. Gives: nothing; the facts stand beside as text.
import { showCounts, showFindings } from "../diagram/badges.js";
import { isGround } from "../diagram/look.js";
import { announce } from "../page/elements.js";
import { counted, text } from "../page/texts.js";
import { momentPanels } from "./panel.js";
import { startMoments } from "./moments.js";
import { painter, pictureAt, withParts } from "./painting.js";
import { draw, fetchOk, showFailure } from "./viewing.js";

const entriesAbout = { one: "entry-about", many: "entries-about" };

async function traceOf(place) {
  if (!place.dataset.traceUrl) return {};
  return (await fetchOk(place.dataset.traceUrl, "application/json")).json();
}

/** The element that the address names: `#at-` and its id. */
function elementInAddress() {
  return decodeURIComponent(/^#at-(.+)$/.exec(location.hash)?.[1] ?? "");
}

/** Entries of the list about an element: marked, the others stepped back. */
function markEntries(items, entries, id) {
  let found = 0;
  for (const [seq, item] of items) {
    const entry = entries.find((candidate) => candidate.seq === seq);
    const about = Boolean(id && entry && [...(entry.elements ?? []), ...(entry.flows ?? [])].includes(id));
    item.classList.toggle("about", about);
    item.classList.toggle("off", Boolean(id) && !about);
    found += about ? 1 : 0;
  }
  return found;
}

function joinList(place, viewer, trace, paint) {
  const log = document.querySelector("[data-trace-log]");
  const controls = document.querySelector("[data-trace-controls]");
  const entries = trace.entries ?? [];
  if ((!log && !controls) || entries.length === 0) return;
  const load = momentPanels();
  let about = null;

  function repaint(seq) {
    paint({ ...pictureAt(trace, seq), about: about ? [about] : [] });
  }

  function changed(seq) {
    repaint(seq);
    load(seq);
    history.replaceState(history.state, "", `#entry-${seq}`);
  }

  const moments = startMoments({ log, controls, entries, changed });

  function choose(element) {
    mark(isGround(element) || element.id === about ? null : element);
  }

  function mark(element) {
    about = element?.id ?? null;
    const found = markEntries(moments.items, entries, about);
    if (about) announce(counted(found, entriesAbout, { name: element.businessObject?.name || element.id }));
    repaint(moments.current());
  }

  place.classList.add("can-select");
  viewer.on("element.click", ({ element }) => choose(element.labelTarget ?? element));
  document.addEventListener("keydown", (event) => event.key === "Escape" && about && choose(null));
  function markNamed() {
    const element = viewer.get("elementRegistry").get(elementInAddress());
    if (!element) return;
    mark(element);
    place.scrollIntoView({ block: "center" });
  }

  window.addEventListener("hashchange", markNamed);
  markNamed();
  const asked = Number(/^#entry-(\d+)$/.exec(location.hash)?.[1]);
  if (asked) moments.select(asked, { scroll: true });
}

async function start(place) {
  try {
    const [drawn, trace] = await Promise.all([draw(place, place.dataset.diagramUrl), traceOf(place)]);
    const { viewer, refit } = drawn;
    const paint = painter(viewer);
    const last = Math.max(0, ...(trace.entries ?? []).map((entry) => entry.seq));
    paint(trace.latest === false ? pictureAt(trace, last) : { taken: trace.taken, here: trace.here });
    refit(withParts(viewer, trace.here ?? []));
    showCounts(viewer, trace.counts ?? {});
    showFindings(viewer, trace.findings ?? []);
    if (place.closest("[data-trace]")) joinList(place, viewer, trace, paint);
    place.dataset.drawn = "yes";
  } catch (problem) {
    console.error(problem);
    showFailure(place, text("diagram-failed"));
  }
}

document.querySelectorAll(".diagram[data-diagram-url]").forEach(start);
