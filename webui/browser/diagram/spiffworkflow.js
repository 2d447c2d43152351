// What SpiffWorkflow's parser and schema know under http://spiffworkflow.org/bpmn/schema/1.0/core, for reading and writing.
// Elements with a text body keep it in `value`; `allowedIn` lets copy and paste take them along.
const everywhere = { allowedIn: ["*"] };

function textElement(name) {
  return { name, superClass: ["Element"], meta: everywhere, properties: [{ name: "value", isBody: true, type: "String" }] };
}

function attributes(...names) {
  return names.map((name) => ({ name, isAttr: true, type: "String" }));
}

export default {
  name: "SpiffWorkflow",
  prefix: "spiffworkflow",
  uri: "http://spiffworkflow.org/bpmn/schema/1.0/core",
  xml: { tagAlias: "lowerCase" },
  associations: [],
  types: [
    textElement("CalledDecisionId"),
    textElement("InstructionsForEndUser"),
    textElement("MessagePayload"),
    textElement("MessageVariable"),
    textElement("PayloadExpression"),
    textElement("VariableName"),
    textElement("PreScript"),
    textElement("PostScript"),
    {
      name: "Properties",
      superClass: ["Element"],
      meta: everywhere,
      properties: [{ name: "properties", isMany: true, type: "Property" }],
    },
    { name: "Property", superClass: ["Element"], meta: everywhere, properties: attributes("name", "value") },
    {
      name: "ServiceTaskOperator",
      superClass: ["Element"],
      meta: everywhere,
      properties: [...attributes("id", "resultVariable"), { name: "parameterList", type: "Parameters" }, { name: "retry", type: "Retry" }],
    },
    {
      name: "Parameters",
      superClass: ["Element"],
      meta: everywhere,
      properties: [{ name: "parameters", isMany: true, type: "Parameter" }],
    },
    { name: "Parameter", superClass: ["Element"], meta: everywhere, properties: attributes("id", "type", "value") },
    { name: "Retry", superClass: ["Element"], meta: everywhere, properties: attributes("retries", "backoff_base") },
    {
      name: "UnitTests",
      superClass: ["Element"],
      meta: everywhere,
      properties: [{ name: "unitTests", isMany: true, type: "UnitTest" }],
    },
    {
      name: "UnitTest",
      superClass: ["Element"],
      meta: everywhere,
      properties: [...attributes("id"), { name: "inputJson", type: "InputJson" }, { name: "expectedOutputJson", type: "ExpectedOutputJson" }],
    },
    textElement("InputJson"),
    textElement("ExpectedOutputJson"),
  ],
};
