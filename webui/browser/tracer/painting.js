// Paints on a drawing what a case has done: the path taken, where it stands, what one entry touched.
import { getShapeIdFromPlane } from "bpmn-js/lib/util/DrilldownUtil";
import { isGround } from "../diagram/look.js";

/** Ids of elements, and of the closed parts that hold them: whoever stands in a part stands at it on the plane around. */
export function withParts(viewer, ids) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const all = new Set(ids);
  for (const id of all) {
    const plane = registry.get(id) && canvas.findRoot(id);
    const part = plane && getShapeIdFromPlane(plane);
    if (part && part !== plane.id) all.add(part); // a set is walked on to what is added on the way
  }
  return [...all];
}

/** Returns paint({taken, here, lit, about}): replaces what was painted before. */
export function painter(viewer) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  let painted = [];

  return function paint(classes) {
    for (const [id, name] of painted) if (registry.get(id)) canvas.removeMarker(id, name);
    painted = [];
    const here = withParts(viewer, classes.here ?? []);
    const taken = (classes.taken ?? []).filter((id) => !here.includes(id));
    for (const [name, ids] of Object.entries({ ...classes, taken, here })) {
      for (const id of ids ?? []) {
        if (isGround(registry.get(id))) continue;
        canvas.addMarker(id, name);
        painted.push([id, name]);
      }
    }
  };
}

/**
 * The picture after entry `seq`: a path is what all entries so far have passed (`before`: those of earlier parts of the
 * history), never more than the case's own path. For the last of all entries the case's own account is used, since it
 * alone is complete.
 */
export function pictureAt(trace, seq) {
  const entries = (trace.entries ?? []).toSorted((one, other) => one.seq - other.seq);
  const past = entries.filter((entry) => entry.seq <= seq);
  const current = past.findLast((entry) => entry.seq === seq);
  const lit = [...(current?.elements ?? []), ...(current?.flows ?? [])];
  if (trace.latest !== false && past.length === entries.length)
    return { taken: trace.taken ?? [], here: trace.here ?? [], lit };
  const allowed = trace.taken ? new Set([...trace.taken, ...(trace.here ?? [])]) : null;
  const here = past.findLast((entry) => Array.isArray(entry.here))?.here ?? [];
  const passed = new Set([
    ...(trace.before ?? []),
    ...past.flatMap((entry) => [...(entry.elements ?? []), ...(entry.flows ?? [])]),
  ]);
  const taken = [...passed].filter((id) => !here.includes(id) && (!allowed || allowed.has(id)));
  return { taken, here, lit };
}
