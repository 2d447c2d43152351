// The modeler itself: bpmn-js with panel, palette extras and our properties, ready to import.
import { DebounceInputModule, FeelPopupModule } from "@bpmn-io/properties-panel";
import BpmnColorPicker from "bpmn-js-color-picker";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from "bpmn-js-properties-panel";
import Modeler from "bpmn-js/lib/Modeler";
import Minimap from "diagram-js-minimap";
import { fit } from "../diagram/fitting.js";
import { drawing, fontReady, look } from "../diagram/look.js";
import spiffworkflow from "../diagram/spiffworkflow.js";
import panel from "./panel/index.js";

const typingPause = 250; // ms until a keystroke in the panel becomes a command

const openGroups = { general: { open: true }, form: { open: true }, people: { open: true }, condition: { open: true }, decision: { open: true }, operation: { open: true }, script: { open: true }, when: { open: true }, eventCondition: { open: true }, call: { open: true }, message: { open: true }, signal: { open: true }, error: { open: true }, escalation: { open: true }, terminate: { open: true }, adHoc: { open: true } };

/** Makes the modeler in two places; `vocabulary` is what this installation offers. */
export async function makeEditor({ canvas, panelPlace, vocabulary }) {
  await fontReady();
  return new Modeler({
    container: canvas,
    ...look,
    vocabulary,
    debounceInput: typingPause,
    minimap: { open: false },
    propertiesPanel: { parent: panelPlace, layout: { open: true, groups: openGroups } },
    moddleExtensions: { spiffworkflow },
    additionalModules: [drawing, BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, DebounceInputModule, FeelPopupModule, CreateAppendAnythingModule, BpmnColorPicker, Minimap, panel],
  });
}

/** The whole drawing, beside the palette, which has one column or two. */
export function showAll(editor) {
  const palette = editor.get("canvas").getContainer().querySelector(".djs-palette");
  const left = palette ? palette.offsetLeft + palette.offsetWidth + 16 : 24;
  fit(editor, { margin: { left, right: 16, top: 16, bottom: 16 }, smallest: 0.4 });
}

/** What is being typed, on the canvas or in the panel, becomes part of the diagram. */
export async function settle(editor) {
  const direct = editor.get("directEditing");
  if (direct.isActive()) direct.complete();
  const focused = document.activeElement;
  if (focused?.closest(".bio-properties-panel")) {
    focused.blur();
    await new Promise((resolve) => setTimeout(resolve, typingPause + 50));
    focused.focus({ preventScroll: true });
  }
}

/** The diagram as text. */
export async function toText(editor) {
  await settle(editor);
  const { xml } = await editor.saveXML({ format: true });
  return xml;
}
