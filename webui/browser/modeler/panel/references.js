// Loops name variables by references. bpmn-moddle drops a reference to what is no element of the file: these keep it.
const named = new Set(["bpmn:loopDataInputRef", "bpmn:loopDataOutputRef"]);

/** Whether what the editor warns of on reading is kept all the same. */
export function isKept({ property }) {
  return named.has(property);
}

function LoopReferences(eventBus, moddle) {
  eventBus.on("import.parse.complete", ({ references = [] }) => {
    for (const { element, property, id } of references) {
      if (named.has(property) && !element.get(property)) element.set(property, moddle.create("bpmn:DataInput", { id }));
    }
  });
}

LoopReferences.$inject = ["eventBus", "moddle"];

export default { __init__: ["loopReferences"], loopReferences: ["type", LoopReferences] };
