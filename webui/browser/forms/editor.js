// The form editor of bpmn.io with what Keelson accepts: its kinds of fields, and the properties of our own.
import { createFormEditor } from "@bpmn-io/form-js-editor";
import { OwnProperties } from "./properties.js";

/** Kinds that a form may not hold here (see the reference of forms); a button is the page's own. */
const refused = ["button", "documentPreview", "expression", "html", "iframe", "image", "table"];

function Offered(formFields) {
  for (const kind of refused) delete formFields._formFields[kind]; // the palette lists what is registered
}

Offered.$inject = ["formFields"];

/** Makes the editor in its place; `records` are the types of records that choices may come from. */
export async function makeEditor(container, schema, records) {
  container.replaceChildren();
  const own = {
    __init__: ["offered", "ownProperties"],
    offered: ["type", Offered],
    ownProperties: ["type", OwnProperties],
    ownRecords: ["value", records],
  };
  return createFormEditor({ container, schema, additionalModules: [own] });
}
