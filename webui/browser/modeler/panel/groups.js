// What an owner may set on each kind of element: the extension properties of our processes, one group a subject.
import { Group, isFeelEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { bodyOf, property, setBody, setProperty, subjectOf } from "../extensions.js";
import { operatorOf, parameter, parametersOf, setOperation, setParameter, setResult } from "../operations.js";
import { Choice, Feel, Lines, Several, Text } from "./entries.jsx";

const edited = new Map([
  [Text, isTextFieldEntryEdited],
  [Lines, isTextAreaEntryEdited],
  [Feel, isFeelEntryEdited],
  [Choice, isSelectEntryEdited],
  [Several, (node) => Boolean(node?.querySelector("input:checked"))],
]);

function entry(id, component, props) {
  return { id, component, isEdited: edited.get(component), ...props };
}

/** An entry kept as an extension property of that name. */
function kept(name, component, props) {
  return entry(name, component, {
    read: (element) => property(subjectOf(element), name),
    write: (tools, element, value) => setProperty(tools, element, subjectOf(element), name, value),
    ...props,
  });
}

function group(id, label, entries) {
  return entries.length ? { id, label, component: Group, entries } : null;
}

function eventDefinition(subject, type) {
  return (subject.get("eventDefinitions") ?? []).find((definition) => is(definition, type));
}

function caughtMessage(subject) {
  return isAny(subject, ["bpmn:BoundaryEvent", "bpmn:IntermediateCatchEvent"]) && eventDefinition(subject, "bpmn:MessageEventDefinition");
}

function peopleTask(subject) {
  return isAny(subject, ["bpmn:UserTask", "bpmn:ManualTask"]);
}

function formGroup(subject, { forms }) {
  const none = "No form";
  if (peopleTask(subject)) {
    return group("form", "Form", [
      kept("formRef", Choice, { label: "Form", choices: forms, none }),
      kept("title", Feel, { label: "Title in lists", feel: "optional", description: 'Empty: the name of the task. FEEL with = in front, for instance: "Diagnose: " + case.title' }),
    ]);
  }
  if (is(subject, "bpmn:StartEvent")) {
    return group("form", "Form", [kept("formRef", Choice, { label: "Form that starts a case", choices: forms, none })]);
  }
  return null;
}

function peopleGroup(subject) {
  if (!peopleTask(subject)) return null;
  return group("people", "Who does it", [
    kept("assignPerson", Feel, { label: "Person", description: "FEEL that gives a person, for instance: caller. Only that person may do the task." }),
    kept("assignGroup", Feel, { label: "Group", description: "FEEL that gives a role or group. It wins over the role of the lane." }),
  ]);
}

function laneGroup(subject, { roles }) {
  if (!is(subject, "bpmn:Lane")) return null;
  return group("people", "Who does it", [
    kept("role", Choice, { label: "Role", choices: roles, none: "Taken from the name of the lane", description: "People with this role are offered the tasks in the lane." }),
  ]);
}

function clockGroup(subject, { clocks }) {
  if (!is(subject, "bpmn:Activity")) return null;
  return group("clocks", "Deadlines", [
    kept("clockStart", Several, { label: "Starts when entered", choices: clocks }),
    kept("clockStop", Several, { label: "Met when completed", choices: clocks }),
    kept("clockPause", Several, { label: "Paused while open", choices: clocks }),
    kept("clockRetarget", Several, { label: "Target read again when completed", choices: clocks }),
  ]);
}

function offerGroup(subject, { roles, forms }) {
  if (!caughtMessage(subject)) return null;
  const offered = [{ id: "caller", title: "The caller" }, ...roles.filter(({ id }) => id !== "caller")];
  return group("offer", "Button on the case page", [
    kept("offeredTo", Choice, { label: "Offered to", choices: offered, none: "Nobody: the message comes from elsewhere", description: "The name of the event is the text of the button." }),
    kept("formRef", Choice, { label: "Form asked first", choices: forms, none: "No form" }),
  ]);
}

function conditionGroup(subject) {
  if (!is(subject, "bpmn:SequenceFlow")) return null;
  const source = subject.get("sourceRef");
  const decides = isAny(source, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:ComplexGateway", "bpmn:Activity"]);
  if (!decides && !subject.get("conditionExpression")) return null;
  return group("condition", "Condition", [
    entry("conditionExpression", Feel, {
      label: "Taken when",
      description: "FEEL that gives true or false, for instance: priority = \"P1\"",
      read: (element) => subjectOf(element).get("conditionExpression")?.get("body") ?? "",
      write: setCondition,
    }),
  ]);
}

function setCondition({ modeling, bpmnFactory }, element, value) {
  const subject = subjectOf(element);
  const present = subject.get("conditionExpression");
  if (present && value) {
    modeling.updateModdleProperties(element, present, { body: value });
    return;
  }
  let conditionExpression;
  if (value) {
    conditionExpression = bpmnFactory.create("bpmn:FormalExpression", { body: value });
    conditionExpression.$parent = subject;
  }
  modeling.updateProperties(element, { conditionExpression });
}

function scriptGroup(subject) {
  if (!is(subject, "bpmn:ScriptTask")) return null;
  return group("script", "Script", [
    entry("script", Lines, {
      label: "Assignments",
      code: true,
      description: "One a line: name = FEEL expression",
      read: (element) => subjectOf(element).get("script") ?? "",
      write: ({ modeling }, element, value) => modeling.updateProperties(element, { script: value || undefined, scriptFormat: value ? "FEEL" : undefined }),
    }),
  ]);
}

function decisionGroup(subject, { decisions }) {
  if (!is(subject, "bpmn:BusinessRuleTask")) return null;
  const type = "spiffworkflow:CalledDecisionId";
  return group("decision", "Decision", [
    entry("calledDecision", Choice, {
      label: "Decision",
      choices: decisions,
      none: "None chosen",
      read: (element) => bodyOf(subjectOf(element), type),
      write: (tools, element, value) => setBody(tools, element, subjectOf(element), type, value),
    }),
  ]);
}

function operationGroup(subject, { operations }) {
  if (!is(subject, "bpmn:ServiceTask")) return null;
  const parametersFor = (id) => operations.find((operation) => operation.id === id)?.parameters?.map((one) => one.id);
  const entries = [
    entry("operation", Choice, {
      label: "Operation",
      choices: operations,
      none: "None chosen",
      read: (element) => operatorOf(subjectOf(element))?.get("id") ?? "",
      write: (tools, element, value) => setOperation(tools, element, subjectOf(element), value, parametersFor(value)),
    }),
  ];
  const operator = operatorOf(subject);
  if (!operator) return group("operation", "Operation", entries);
  const offered = operations.find(({ id }) => id === operator.get("id"))?.parameters ?? [];
  const present = parametersOf(subject).map((one) => ({ id: one.get("id") }));
  const all = [...offered, ...present.filter(({ id }) => !offered.some((one) => one.id === id))];
  for (const { id, title, description } of all) {
    entries.push(
      entry(`parameter-${id}`, Feel, {
        label: title ?? id,
        description,
        read: (element) => parameter(subjectOf(element), id),
        write: (tools, element, value) => setParameter(tools, element, subjectOf(element), id, value),
      }),
    );
  }
  entries.push(
    entry("resultVariable", Text, {
      label: "Name for the result",
      read: (element) => operatorOf(subjectOf(element))?.get("resultVariable") ?? "",
      write: (tools, element, value) => setResult(tools, element, subjectOf(element), value),
    }),
  );
  const { errors } = operations.find(({ id }) => id === operator.get("id")) ?? {};
  if (errors) {
    entries.push(
      kept("result", Feel, { label: "Variables from the answer", description: "FEEL that gives a context, for instance: {ticket: response.body.id}" }),
      kept("retries", Text, { label: "Tried again", description: `How often. Error events catch: ${errors.map(({ id }) => id).join(", ")}` }),
      kept("retryEvery", Text, { label: "Pause before that", description: "As in PT5M; growing pauses without one" }),
    );
  }
  return group("operation", "Operation", entries);
}

function numberGroup(subject) {
  if (!is(subject, "bpmn:Process")) return null;
  return group("numbers", "Case numbers", [kept("numberPrefix", Text, { label: "Prefix", description: "INC gives INC-1042." })]);
}

const makers = [formGroup, peopleGroup, laneGroup, decisionGroup, operationGroup, scriptGroup, conditionGroup, offerGroup, clockGroup, numberGroup];

/** The groups for an element, in the order people need them. */
export function groupsFor(element, vocabulary) {
  const subject = subjectOf(element);
  if (!subject) return [];
  return makers.map((make) => make(subject, vocabulary)).filter(Boolean);
}
