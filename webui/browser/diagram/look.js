// How drawings look, in viewer and modeler alike: colours, type, and the ground that steps stand on.
import DrilldownOverlayBehavior from "bpmn-js/lib/features/drilldown/DrilldownOverlayBehavior";
import TextRenderer from "bpmn-js/lib/draw/TextRenderer";
import { isAny } from "bpmn-js/lib/util/ModelUtil";

const fontFamily = '"Inter Variable", system-ui, sans-serif';

/** Options of a viewer. The colours are custom properties of drawing.css: a change of theme needs no redrawing. */
export const look = {
  bpmnRenderer: {
    defaultFillColor: "var(--k-shape)",
    defaultStrokeColor: "var(--k-stroke)",
    defaultLabelColor: "var(--k-ink)",
  },
  textRenderer: {
    defaultStyle: { fontFamily, fontSize: 12, lineHeight: 1.25 },
    externalStyle: { fontFamily, fontSize: 11, lineHeight: 1.25 },
  },
};

/** The width of words decides where lines break: draw only when the font is there. */
export async function fontReady() {
  try {
    await document.fonts.load('12px "Inter Variable"');
  } catch {
    // drawn in the next font of the family
  }
}

const ground = ["bpmn:Participant", "bpmn:Lane", "bpmn:Process", "bpmn:Collaboration", "bpmn:Group"];

/** Whether an element is the ground steps stand on, not a step. */
export function isGround(element) {
  return !element || isAny(element, ground);
}

const pen = document.createElement("canvas").getContext("2d");

function longestWord(words, size) {
  pen.font = `${size}px ${fontFamily}`;
  return Math.max(...words.split(/\s+/).map((word) => pen.measureText(word).width));
}

/**
 * Labels outside their element have the width that some other tool's Arial needed. Inter is wider: without a little more
 * room "yes" would break in two. The label keeps its middle.
 */
function RoomyTextRenderer(config) {
  TextRenderer.call(this, config);
  const create = this.createText;
  this.createText = (words, options) => {
    const outside = options.box && "x" in options.box && !options.align;
    if (!outside || !words) return create(words, options);
    const size = options.style?.fontSize ?? look.textRenderer.externalStyle.fontSize;
    const width = Math.max(options.box.width * 1.1, longestWord(words, size) + 3);
    const element = create(words, { ...options, box: { ...options.box, width } });
    element.setAttribute("transform", `translate(${(options.box.width - width) / 2} 0)`);
    return element;
  };
}

RoomyTextRenderer.$inject = ["config.textRenderer"];

function Ground(eventBus, canvas) {
  eventBus.on("shape.added", ({ element }) => {
    if (isAny(element, ["bpmn:Participant", "bpmn:Lane"])) canvas.addMarker(element, "is-ground");
  });
}

Ground.$inject = ["eventBus", "canvas"];

/** The button into a closed part stands within its shape: outside it would cover labels of what is beside or below. */
class DrilldownWithin extends DrilldownOverlayBehavior {
  _addOverlay(element) {
    super._addOverlay(element);
    const [{ html }] = this._overlays.get({ element, type: "drilldown" });
    this._overlays.remove({ element, type: "drilldown" });
    this._overlays.add(element, "drilldown", { position: { top: 5, right: 5 }, html });
  }
}

/** A module for viewer and modeler. */
export const drawing = {
  __init__: ["ground"],
  drilldownOverlayBehavior: ["type", DrilldownWithin],
  ground: ["type", Ground],
  textRenderer: ["type", RoomyTextRenderer],
};
