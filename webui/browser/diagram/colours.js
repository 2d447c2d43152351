// The renderer's own colours and type, as custom properties of diagram.css: a change of theme needs no redrawing.
export const bpmnRenderer = {
  defaultFillColor: "var(--k-shape)",
  defaultStrokeColor: "var(--k-stroke)",
  defaultLabelColor: "var(--k-ink)",
};

const fontFamily = '"Inter Variable", system-ui, sans-serif';

export const textRenderer = {
  defaultStyle: { fontFamily, fontSize: 12, lineHeight: 1.25 },
  externalStyle: { fontFamily, fontSize: 11, lineHeight: 1.25 },
};

/** The width of words decides where lines break: draw only when the font is there. */
export async function fontReady() {
  try {
    await document.fonts.load('12px "Inter Variable"');
  } catch {
    // drawn in the next font of the family
  }
}
