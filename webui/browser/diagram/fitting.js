// Fits a drawing into its place: whole when that stays readable, else readable and centred on what matters.
const largest = 1;
/** The scale below which a drawing is not read. */
export const readable = 0.45;
const recognisable = 0.3; // the scale below which not even places on a drawing are made out
const comfortable = 0.75; // once a part is out of sight anyway, the rest may as well be easy to read
const mark = { width: 84, height: 46 }; // the bpmn.io mark at the lower right, with air; it must stay uncovered

function boxOf(elements) {
  const left = Math.min(...elements.map(({ x }) => x));
  const top = Math.min(...elements.map(({ y }) => y));
  const right = Math.max(...elements.map(({ x, width }) => x + width));
  const bottom = Math.max(...elements.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function boxOfLine({ waypoints }) {
  return boxOf(waypoints.map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
}

/** Boxes of all that is drawn on the level in sight, lines too: they may reach beyond every shape. */
function drawnShapes(viewer) {
  const canvas = viewer.get("canvas");
  const root = canvas.getRootElement();
  const elements = viewer.get("elementRegistry").filter((element) => element !== root && canvas.findRoot(element) === root);
  return elements.map((element) => (element.waypoints ? boxOfLine(element) : element)).filter(({ x, width }) => Number.isFinite(x + width));
}

function place(inner, outer, margin, smallest, focus) {
  const width = outer.width - margin.left - margin.right;
  const height = outer.height - margin.top - margin.bottom;
  const scaleOf = (box) => Math.min(width / box.width, height / box.height, largest);
  const whole = scaleOf(inner);
  const easy = Math.min(Math.max(height / inner.height, smallest), comfortable);
  const scale = whole >= smallest ? whole : Math.max(Math.min(easy, focus ? scaleOf(focus) : easy), recognisable);
  const viewbox = { width: outer.width / scale, height: outer.height / scale };
  viewbox.x = inner.x + inner.width / 2 - (margin.left + width / 2) / scale;
  viewbox.y = inner.y + inner.height / 2 - (margin.top + height / 2) / scale;
  return { viewbox, scale, whole: whole >= smallest, margin };
}

/** Where the drawing overflows its place: show its upper left, where reading begins, or what matters most, but no empty ground. */
function aim({ viewbox, scale, margin }, inner, focus) {
  const target = focus ?? { x: inner.x, y: inner.y, width: 0, height: 0 };
  for (const [start, size, near, far] of [["x", "width", "left", "right"], ["y", "height", "top", "bottom"]]) {
    const first = inner[start] - margin[near] / scale;
    const last = inner[start] + inner[size] + margin[far] / scale - viewbox[size];
    if (last <= first) continue; // fits in this direction: stays centred
    const wanted = target[start] + target[size] / 2 - viewbox[size] / 2;
    viewbox[start] = Math.min(Math.max(wanted, first), last);
  }
}

function covers(shapes, { viewbox, scale }, outer) {
  return shapes.some(({ x, y, width, height, children }) => {
    if (children?.length) return false; // pools and lanes may run under the mark, what they hold may not
    const right = (x + width - viewbox.x) * scale;
    const bottom = (y + height - viewbox.y) * scale;
    return right > outer.width - mark.width && bottom > outer.height - mark.height;
  });
}

/** The height in pixels that shows the whole drawing at this width; null where it would be too small to read. */
export function wholeHeight(viewer, width, smallest = readable) {
  const shapes = drawnShapes(viewer);
  if (shapes.length === 0) return null;
  const inner = boxOf(shapes);
  const scale = Math.min((width - 24) / inner.width, largest);
  return scale < smallest ? null : Math.round(inner.height * scale + 10 + mark.height);
}

/**
 * Sets the viewbox. `focus` names elements to keep in sight when the whole would be too small to read;
 * `margin` is room in pixels that other things take (a palette on the left); `smallest` is the scale below which it is not read.
 */
export function fit(viewer, { focus = [], margin = {}, smallest = readable } = {}) {
  const canvas = viewer.get("canvas");
  const shapes = drawnShapes(viewer);
  const outer = canvas.getSize();
  if (shapes.length === 0 || outer.width === 0) return;
  const inner = boxOf(shapes);
  const room = { left: 12, right: 12, top: 10, bottom: 10, ...margin };
  const registry = viewer.get("elementRegistry");
  const root = canvas.getRootElement();
  const focused = focus.map((id) => registry.get(id)).filter((element) => element?.width && canvas.findRoot(element) === root);
  const target = focused.length ? boxOf(focused) : null;
  let placed = place(inner, outer, room, smallest, target);
  if (!placed.whole || covers(shapes, placed, outer)) placed = place(inner, outer, { ...room, bottom: mark.height }, smallest, target);
  const { viewbox } = placed;
  const seen = !target || (target.width <= viewbox.width && target.height <= viewbox.height);
  if (!placed.whole) aim(placed, inner, seen ? target : boxOf(focused.slice(0, 1))); // one of them rather than the ground between
  canvas.viewbox(placed.viewbox);
}
