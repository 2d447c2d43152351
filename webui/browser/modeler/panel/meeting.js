// What processes have with each other: messages and signals with their keys and contents, and calls.
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { subjectOf } from "../extensions.js";
import { Choice, Feel, Several, Text } from "./entries.jsx";
import { entry, eventDefinition, group, kept, yes } from "./making.js";

const throwing = ["bpmn:IntermediateThrowEvent", "bpmn:EndEvent"];
const waiting = ["bpmn:BoundaryEvent", "bpmn:IntermediateCatchEvent"];

/** Whether a message flow leads from a task, which then sends as it ends. */
function sendsAlong(subject) {
  if (!is(subject, "bpmn:Task") || is(subject, "bpmn:ReceiveTask")) return false;
  let root = subject;
  while (root.$parent) root = root.$parent;
  const pictures = (root.get("rootElements") ?? []).filter((part) => is(part, "bpmn:Collaboration"));
  return pictures.some((part) => (part.get("messageFlows") ?? []).some(({ sourceRef }) => sourceRef === subject));
}

export const linkKinds = "What this case is to that one: caused_by, causes, resolves, implements, affects, duplicate_of, part_of, reviews, follows, or the opposite.";

function isMessage(subject) {
  return isAny(subject, ["bpmn:SendTask", "bpmn:ReceiveTask"]) || (is(subject, "bpmn:Event") && eventDefinition(subject, "bpmn:MessageEventDefinition"));
}

export function offerGroup(subject, { roles, forms }) {
  if (!isAny(subject, waiting) || !eventDefinition(subject, "bpmn:MessageEventDefinition")) return null;
  const offered = [{ id: "caller", title: "The caller" }, ...roles.filter(({ id }) => id !== "caller")];
  return group("offer", "Button on the case page", [
    kept("offeredTo", Several, { label: "Offered to", choices: offered, description: "The name of the event is the text of the button. Nobody: the message comes from elsewhere." }),
    kept("formRef", Choice, { label: "Form asked first", choices: forms, none: "No form" }),
    kept("linkTo", Text, { label: "Fields that name another case", description: "Ids of fields of that form, comma separated: the case whose number is given there is linked." }),
  ]);
}

export function messageGroup(subject) {
  const along = sendsAlong(subject);
  if (!isMessage(subject) && !along) return null;
  const sends = along || isAny(subject, [...throwing, "bpmn:SendTask"]);
  const entries = [
    kept("correlate", Feel, {
      label: "Key",
      feel: "optional",
      description: sends ? "The key that the receiver awaits, for instance: order. Empty: the name alone decides." : "Only a message with this key arrives. Empty: the name alone decides.",
    }),
  ];
  if (!sends) {
    entries.push(
      kept("link", Text, {
        label: "Links this case to the sender's",
        description: `${linkKinds} For one sender: resolves problem, follows`,
      }),
    );
  }
  if (sends) {
    entries.push(
      kept("payload", Feel, { label: "What it carries", description: "FEEL that gives a context, for instance: {amount: total}" }),
      kept("messageId", Feel, { label: "Its id", feel: "optional", description: "A message of the same name and id is delivered once." }),
      kept("timeToLive", Feel, { label: "Kept for", feel: "optional", description: "While nobody waits for it: PT1H, P3D or FEEL. Empty: one hour." }),
    );
  }
  return group("correlation", "Between cases", entries);
}

export function signalGroup(subject) {
  // Beside a message the signal carries what the message does: the property is the event's.
  if (!isAny(subject, throwing) || !eventDefinition(subject, "bpmn:SignalEventDefinition") || isMessage(subject)) return null;
  return group("signalContent", "What the signal carries", [kept("payload", Feel, { label: "Content", description: "FEEL that gives a context" })]);
}

const caught = ["bpmn:ErrorEventDefinition", "bpmn:EscalationEventDefinition"];

export function caughtGroup(subject) {
  if (!isAny(subject, ["bpmn:BoundaryEvent", "bpmn:StartEvent"]) || !caught.some((type) => eventDefinition(subject, type))) return null;
  return group("caught", "What is learned of it", [
    kept("codeVariable", Text, { label: "Variable for the code", description: "Empty: none" }),
    kept("messageVariable", Text, { label: "Variable for the message", description: "What went wrong, in words. Empty: none" }),
  ]);
}

const bindings = [
  { id: "latest", title: "The release current at the call" },
  { id: "publication", title: "The release current when this one was released" },
  { id: "versionTag", title: "The newest release with a tag" },
];

export function callGroup(subject, { processes = [] }) {
  if (!is(subject, "bpmn:CallActivity")) return null;
  const called = processes.find(({ id }) => id === subject.get("calledElement"));
  const tags = called?.versionTags ?? [];
  const needs = called?.inputs?.length ? ` Its start needs: ${called.inputs.join(", ")}.` : "";
  const entries = [
    entry("calledElement", Choice, {
      label: "Process",
      choices: processes,
      none: "None chosen",
      read: (element) => subjectOf(element).get("calledElement") ?? "",
      write: ({ modeling }, element, value) => modeling.updateProperties(element, { calledElement: value || undefined }),
    }),
    kept("binding", Choice, { label: "Version", choices: bindings, none: "As the first: current at the call", bare: true }),
    kept("inputs", Feel, { label: "What it begins with", feel: "optional", description: `all, none, names with commas between, or FEEL that gives a context. Empty: all.${needs}` }),
    kept("outputs", Text, { label: "What comes back", description: "all, none, or names with commas between. Empty: all." }),
    yes("outputsOnError", { label: "Comes back after an error too", description: "Before the error is caught." }),
  ];
  const bound = kept("binding", Choice, {}).read({ businessObject: subject });
  if (bound === "versionTag") entries.splice(2, 0, kept("versionTag", Choice, { label: "Tag", choices: tags.map((id) => ({ id, title: id })), none: "None chosen" }));
  return group("call", "Called process", entries);
}
