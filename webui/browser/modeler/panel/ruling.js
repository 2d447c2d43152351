// How elements of the standard behave that have settings of their own: gateways, ad-hoc sub-processes, quantities.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { bodyOf, setBody, subjectOf } from "../extensions.js";
import { Choice, Feel, Lines, Switch, Text } from "./entries.jsx";
import { attribute, body, entry, group, kept } from "./making.js";

export function gatewayGroup(subject) {
  if (is(subject, "bpmn:ComplexGateway")) {
    return group("activation", "When it goes on", [
      body("activationCondition", Feel, { label: "Goes on when", description: "FEEL that gives true or false, for instance: activationCount >= 2" }, { holder: subjectOf, name: "activationCondition" }),
    ]);
  }
  if (!is(subject, "bpmn:EventBasedGateway")) return null;
  const entries = [attribute("instantiate", Switch, { label: "Begins a case", description: "A message or signal behind it begins one; no path leads to it.", usual: false })];
  if (subject.get("instantiate")) {
    entries.push(attribute("eventGatewayType", Choice, { label: "The case waits for", choices: [{ id: "Parallel", title: "All of the events" }], none: "The first of the events", bare: true, usual: "Exclusive", read: (element) => (subjectOf(element).get("eventGatewayType") === "Parallel" ? "Parallel" : "") }));
  }
  return group("beginning", "What begins", entries);
}

export function adHocGroup(subject) {
  if (!is(subject, "bpmn:AdHocSubProcess")) return null;
  return group("adHoc", "What is done in it", [
    kept("activeElements", Feel, { label: "Activities that begin", description: 'FEEL that gives a list of ids, for instance: ["Ask", "Look"]. Empty: people choose.' }),
    attribute("ordering", Choice, { label: "Order", choices: [{ id: "Sequential", title: "One after another" }], none: "All at once", bare: true, usual: "Parallel", read: (element) => (subjectOf(element).get("ordering") === "Sequential" ? "Sequential" : "") }),
    body("completionCondition", Feel, { label: "Over when", description: "FEEL that gives true or false; looked at each time something in it ends. Empty: when each was done once." }, { holder: subjectOf, name: "completionCondition" }),
    attribute("cancelRemainingInstances", Switch, { label: "Then cancel what still runs", usual: true }),
  ]);
}

function quantity(name, label) {
  return entry(name, Text, {
    label,
    read: (element) => (subjectOf(element).get(name) === 1 ? "" : String(subjectOf(element).get(name) ?? "")),
    write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, subjectOf(element), { [name]: /^[1-9]\d*$/.test(value) && value !== "1" ? Number(value) : undefined }),
    validate: (value) => (value && !/^[1-9]\d{0,2}$/.test(value) ? "A whole number from 1 to 100." : undefined),
  });
}

/** Rarely needed: how many tokens begin an activity, and how many leave it (BPMN 2.0 clause 10.3). */
export function quantityGroup(subject) {
  if (!is(subject, "bpmn:Activity")) return null;
  return group("quantities", "More than once", [quantity("startQuantity", "Begins when it was reached so many times"), quantity("completionQuantity", "What follows begins so many times")]);
}

const around = [
  { type: "spiffworkflow:PreScript", label: "Before it" },
  { type: "spiffworkflow:PostScript", label: "After it" },
];

/** What other tools wrote around an activity in Python: there to be changed or emptied. */
export function aroundGroup(subject) {
  const present = around.filter(({ type }) => bodyOf(subject, type));
  return group("around", "Scripts around it", present.map(({ type, label }) =>
    entry(type.split(":")[1], Lines, {
      label,
      code: true,
      description: "In Python, as another tool wrote it. Empty takes it away.",
      read: (element) => bodyOf(subjectOf(element), type),
      write: (tools, element, value) => setBody(tools, element, subjectOf(element), type, value),
    }),
  ));
}

export function clausesGroup(subject) {
  if (!is(subject, "bpmn:FlowNode")) return null;
  return group("clauses", "Clauses", [kept("clauses", Text, { label: "Clauses of ISO/IEC 20000-1 it answers", description: "Edition and number, as in: 2018 8.6.1, 2005 8.2" })]);
}
