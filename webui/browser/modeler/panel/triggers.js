// What an event comes with or tells: each of its messages, signals, errors, escalations and links by itself.
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { subjectOf } from "../extensions.js";
import { Choice, Switch, Text } from "./entries.jsx";
import { attribute, entry, eventDefinition, group, kept, perTrigger } from "./making.js";

const made = "+"; // the choice that makes a new one

/** What definitions may refer to: its kind in the file, what it is called here, and what else is written on it. */
const kinds = {
  message: { type: "bpmn:Message", title: "Message", hint: "By its name it finds who waits for it.", texts: [["name", "Name"]] },
  signal: { type: "bpmn:Signal", title: "Signal", hint: "Everything that waits for a signal of this name hears it.", texts: [["name", "Name"]] },
  error: { type: "bpmn:Error", title: "Error", hint: "Empty where it is caught: every error.", texts: [["name", "Name"], ["errorCode", "Code"]] },
  escalation: { type: "bpmn:Escalation", title: "Escalation", hint: "Empty where it is caught: every escalation.", texts: [["name", "Name"], ["escalationCode", "Code"]] },
};

const definitionTypes = { message: "bpmn:MessageEventDefinition", signal: "bpmn:SignalEventDefinition", error: "bpmn:ErrorEventDefinition", escalation: "bpmn:EscalationEventDefinition" };

function fileOf(subject) {
  let root = subject;
  while (root.$parent) root = root.$parent;
  return root;
}

function present(subject, type) {
  return (fileOf(subject).get("rootElements") ?? []).filter((part) => is(part, type));
}

/** Lets a definition refer to one that is in the file, or to a new one; a single step back undoes it. */
function refer({ commandStack, bpmnFactory }, element, holder, kind, id) {
  const file = fileOf(subjectOf(element));
  const { type, title } = kinds[kind];
  const commands = [];
  let chosen = present(subjectOf(element), type).find((part) => part.get("id") === id);
  if (id === made) {
    chosen = bpmnFactory.create(type, { name: `${title} ${present(subjectOf(element), type).length + 1}` });
    chosen.$parent = file;
    commands.push({ cmd: "element.updateModdleProperties", context: { element, moddleElement: file, properties: { rootElements: [...file.get("rootElements"), chosen] } } });
  }
  commands.push({ cmd: "element.updateModdleProperties", context: { element, moddleElement: holder, properties: { [`${kind}Ref`]: chosen } } });
  commandStack.execute("properties-panel.multi-command-executor", commands);
}

function entriesFor(kind, subject, holderOf, mark) {
  const { type, title, hint, texts } = kinds[kind];
  const refOf = (element) => holderOf(element)?.get(`${kind}Ref`);
  const choices = [...present(subject, type).map((part) => ({ id: part.get("id"), title: part.get("name") || part.get("id") })), { id: made, title: `New ${title.toLowerCase()}` }];
  const entries = [
    entry(`${kind}Ref${mark}`, Choice, {
      label: title,
      description: hint,
      choices,
      none: "None chosen",
      bare: true,
      read: (element) => refOf(element)?.get("id") ?? "",
      write: (tools, element, id) => refer(tools, element, holderOf(element), kind, id),
    }),
  ];
  if (!refOf({ businessObject: subject })) return entries;
  for (const [name, label] of texts) {
    entries.push(
      entry(`${kind}-${name}${mark}`, Text, {
        label,
        read: (element) => refOf(element)?.get(name) ?? "",
        write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, refOf(element), { [name]: value || undefined }),
      }),
    );
  }
  return entries;
}

/** One group for each message, signal, error and escalation of an event; a task that sends or receives has one message. */
export function triggerGroups(subject) {
  if (isAny(subject, ["bpmn:SendTask", "bpmn:ReceiveTask"])) {
    const entries = entriesFor("message", subject, subjectOf, "");
    if (is(subject, "bpmn:ReceiveTask")) entries.push(attribute("instantiate", Switch, { label: "Begins a case", usual: false }));
    return [group("message", "Message", entries)];
  }
  return Object.entries(definitionTypes).flatMap(([kind, type]) =>
    perTrigger(subject, type, (holderOf, { mark, title }) => group(`${kind}${mark}`, `${kinds[kind].title}${title}`, entriesFor(kind, subject, holderOf, mark))),
  );
}

export function linkGroups(subject) {
  return perTrigger(subject, "bpmn:LinkEventDefinition", (linkOf, { mark, title }) =>
    group(`link${mark}`, `Link${title}`, [
      entry(`linkName${mark}`, Text, {
        label: "Name",
        description: "The path goes on where the link of the same name is caught.",
        read: (element) => linkOf(element)?.get("name") ?? "",
        write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, linkOf(element), { name: value || undefined }),
      }),
    ]),
  );
}

/** Whether one of several triggers is enough. */
export function severalGroup(subject) {
  if (!is(subject, "bpmn:CatchEvent") || (subject.get("eventDefinitions") ?? []).length < 2) return null;
  return group("several", "Several triggers", [attribute("parallelMultiple", Switch, { label: "All of them must come", description: "In any order. Otherwise one is enough.", usual: false })]);
}

const ends = [
  { id: "instances", title: "The repeated activity around it" },
  { id: "everything", title: "The whole case, and the cases that called it" },
];

export function terminateGroup(subject) {
  if (!is(subject, "bpmn:EndEvent") || !eventDefinition(subject, "bpmn:TerminateEventDefinition")) return null;
  return group("terminate", "What it ends", [kept("terminates", Choice, { label: "Ends at once", choices: ends, none: "Its own process or sub-process", bare: true })]);
}
