// Findings and counts on the elements they speak of.
import { icon, make } from "../page/elements.js";

const looks = {
  error: { tone: "bad", icon: "x-circle" },
  warning: { tone: "warn", icon: "exclamation-triangle" },
};

/** The look of a severity; anything unknown counts as a warning. */
export function lookOf(severity) {
  return looks[severity] ?? looks.warning;
}

/** Draws one badge for each element that has findings; `open` is called with the element's id when it is pressed. */
export function showFindings(viewer, findings, open = null) {
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  overlays.remove({ type: "finding" });
  const byElement = Map.groupBy
    ? Map.groupBy(findings, ({ element }) => element)
    : findings.reduce((map, finding) => map.set(finding.element, [...(map.get(finding.element) ?? []), finding]), new Map());
  for (const [id, about] of byElement) {
    const element = id && registry.get(id);
    if (!element || element === viewer.get("canvas").getRootElement()) continue;
    const look = lookOf(about.some(({ severity }) => severity === "error") ? "error" : "warning");
    const words = about.map(({ message }) => message).join("\n");
    const badge = make(open ? "button" : "span", { class: `badge-k ${look.tone}`, title: words, type: open ? "button" : null, "aria-label": words }, icon(look.icon), about.length > 1 ? String(about.length) : "");
    if (open) badge.addEventListener("click", () => open(id));
    else badge.setAttribute("role", "img");
    overlays.add(element, "finding", { position: placeOf(element), html: badge, show: { minZoom: 0.3 } });
  }
}

/** In the middle of the upper edge: corners belong to task icons and boundary events. */
function placeOf(element) {
  if (element.waypoints) return { top: -10, left: -10 };
  return { top: -14, left: element.width / 2 - 12 };
}

/** How often an element was passed, where it was more than once. */
export function showCounts(viewer, counts) {
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  overlays.remove({ type: "count" });
  for (const [id, count] of Object.entries(counts)) {
    const element = registry.get(id);
    if (!element || element.waypoints || count < 2) continue;
    const badge = make("span", { class: "badge-k idle", role: "img", "aria-label": `${count} ×` }, `${count} ×`);
    overlays.add(element, "count", { position: { bottom: 12, left: -12 }, html: badge, show: { minZoom: 0.3 } });
  }
}
