// What an owner may set on each kind of element: the extension properties of our processes, one group a subject.
import { is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { bodyOf, property, setBody, subjectOf } from "../extensions.js";
import { operatorOf, parameter, parametersOf, setOperation, setParameter, setResult } from "../operations.js";
import { eventConditionGroups, loopGroup, timerGroups } from "./course.js";
import { Choice, Feel, Lines, Members, Several, Text } from "./entries.jsx";
import { body, entry, group, kept } from "./making.js";
import { callGroup, caughtGroup, linkKinds, messageGroup, offerGroup, signalGroup } from "./meeting.js";
import { adHocGroup, aroundGroup, clausesGroup, gatewayGroup, quantityGroup } from "./ruling.js";
import { linkGroups, severalGroup, terminateGroup, triggerGroups } from "./triggers.js";

function peopleTask(subject) {
  return isAny(subject, ["bpmn:UserTask", "bpmn:ManualTask"]);
}

function formGroup(subject, { forms }) {
  const none = "No form";
  if (peopleTask(subject)) {
    const looks = property(subject, "formUi") || /\.json$/.test(property(subject, "formRef")) ? [kept("formUi", Text, { label: "How a JSON schema is shown", description: "The file with its UI schema" })] : [];
    return group("form", "Form", [
      kept("formRef", Choice, { label: "Form", choices: forms, none }),
      ...looks,
      kept("linkTo", Text, { label: "Fields that name another case", description: "Ids of fields, comma separated: the case whose number is given there is linked." }),
      ...(property(subject, "linkTo") ? [kept("link", Text, { label: "What this case is to it", description: linkKinds })] : []),
      kept("title", Feel, { label: "Title in lists", feel: "optional", description: 'Empty: the name of the task. FEEL with = in front, for instance: "Diagnose: " + case.title' }),
    ]);
  }
  if (is(subject, "bpmn:StartEvent")) {
    return group("form", "Form", [kept("formRef", Choice, { label: "Form that starts a case", choices: forms, none })]);
  }
  return null;
}

/** Roles given by an expression: the same property as the list of roles, which it replaces. */
function rolesByExpression(label, description) {
  const inner = kept("assignGroup", Feel, {});
  const formula = (element) => (inner.read(element).trim().startsWith("=") ? inner.read(element) : "");
  const write = (tools, element, value) => (value || formula(element)) && inner.write(tools, element, value);
  return { ...inner, id: "assignGroupFeel", label, description, read: formula, write };
}

function startersGroup(subject, { roles }) {
  const plain = is(subject, "bpmn:StartEvent") && is(subject.$parent, "bpmn:Process") && !subject.get("eventDefinitions")?.length;
  if (!plain) return null;
  return group("starters", "Who may start it", [
    kept("assignGroup", Members, { label: "Roles", choices: roles, add: "Add a role", description: "Whoever holds one of them may start cases. Without any, the role of the lane, and everybody without a lane." }),
  ]);
}

function peopleGroup(subject, { roles }) {
  if (!peopleTask(subject)) return null;
  return group("people", "Who does it", [
    kept("assignGroup", Members, { label: "Roles", choices: roles, add: "Add a role", description: "Whoever holds one of them may claim the task. Without any, the role of the lane." }),
    rolesByExpression("Roles by expression", "FEEL that gives one role or a list, for instance: group"),
    kept("assignPeople", Feel, { label: "People", description: "FEEL that gives people who may claim it as well, for instance: [caller, reviewer]" }),
    kept("assignPerson", Feel, { label: "Person", description: "FEEL that gives a person, for instance: caller. The task is his alone, unless roles or people are named above: then he has it first, and may give it back to them." }),
    kept("separateFrom", Text, { label: "Not done by who did", description: "Ids of other tasks, comma separated, or of the start event for whoever began the case" }),
    kept("separateFromPeople", Feel, { label: "Not done by these people", description: "FEEL that gives people, for instance: [author]. Whom the task is about, or whose work it judges." }),
    kept("due", Feel, { label: "Due", feel: "optional", description: 'P2D, a date, or FEEL. In working hours: working time(now(), duration("PT4H"), calendar)' }),
    kept("followUp", Feel, { label: "Look at it again", feel: "optional", description: "In the same way" }),
    kept("priority", Feel, { label: "Priority of the task", feel: "optional", description: "A whole number, or FEEL. 50 without it; the higher, the sooner in lists." }),
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

function conditionGroup(subject) {
  if (!is(subject, "bpmn:SequenceFlow")) return null;
  const source = subject.get("sourceRef");
  const decides = isAny(source, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:ComplexGateway", "bpmn:Activity"]);
  if (!decides && !subject.get("conditionExpression")) return null;
  return group("condition", "Condition", [
    body("conditionExpression", Feel, { label: "Taken when", description: 'FEEL that gives true or false, for instance: priority = "P1"' }, { holder: subjectOf, name: "conditionExpression" }),
  ]);
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
    kept("resultVariable", Text, { label: "Name for the whole result", description: "Empty: each output becomes a variable of its name." }),
  ]);
}

function operationGroup(subject, { operations }) {
  if (!isAny(subject, ["bpmn:ServiceTask", "bpmn:SendTask"])) return null;
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

function storeGroup(subject, { records }) {
  if (!is(subject, "bpmn:DataStoreReference")) return null;
  return group("store", "Records", [
    kept("recordType", Choice, { label: "Type of records", choices: records, none: "Not bound to records", description: "What is drawn between a task and this store then reads or writes these records." }),
  ]);
}

function isBound(store) {
  return Boolean(store && is(store, "bpmn:DataStoreReference") && (property(store, "recordType") || property(store.get("dataStoreRef"), "recordType")));
}

function accessGroup(subject) {
  const result = { label: "Variables from the answer", description: "FEEL that gives a context, for instance: {supplier: response.key}" };
  const where = { label: "Of the records with", description: 'FEEL that gives a context, for instance: {state: "active"}' };
  if (is(subject, "bpmn:DataInputAssociation") && (subject.get("sourceRef") ?? []).some(isBound)) {
    return group("access", "What is read", [
      kept("key", Feel, { label: "The record with the key", description: "Empty: several records" }),
      kept("where", Feel, where),
      kept("result", Feel, result),
    ]);
  }
  if (is(subject, "bpmn:DataOutputAssociation") && isBound(subject.get("targetRef"))) {
    return group("access", "What is written", [
      kept("key", Feel, { label: "Key", description: "Empty: a new record" }),
      kept("title", Feel, { label: "Title", description: "A new record needs one." }),
      kept("values", Feel, { label: "Values", description: "A context by field, for instance: {rating: rating}" }),
      kept("state", Feel, { label: "State" }),
      kept("owner", Feel, { label: "Owner", description: "FEEL that gives a person" }),
      kept("result", Feel, result),
    ]);
  }
  if (is(subject, "bpmn:DataAssociation")) {
    return group("access", "What is copied", [
      body("transformation", Feel, { label: "Copied instead", description: "FEEL. Empty: what it comes from, as it is." }, { holder: subjectOf, name: "transformation" }),
    ]);
  }
  return null;
}

function numberGroup(subject) {
  if (!is(subject, "bpmn:Process")) return null;
  return group("numbers", "Cases and versions", [
    kept("numberPrefix", Text, { label: "Prefix of numbers", description: "INC gives INC-1042." }),
    kept("versionTag", Text, { label: "Version tag", description: "By which calls can be bound to this version" }),
  ]);
}

const makers = [
  ...[formGroup, startersGroup, peopleGroup, laneGroup, decisionGroup, operationGroup, scriptGroup, conditionGroup],
  ...[severalGroup, triggerGroups, timerGroups, eventConditionGroups, linkGroups, terminateGroup, callGroup, messageGroup],
  ...[signalGroup, offerGroup, caughtGroup, gatewayGroup, adHocGroup, loopGroup, clockGroup, storeGroup, accessGroup],
  ...[numberGroup, aroundGroup, clausesGroup, quantityGroup],
];

/** Groups of the panel's own that ours take the place of. */
export const replaced = new Set(["timer", "multiInstance", "adHocCompletion", "message", "signal", "error", "escalation", "link"]);

/** The groups for an element, in the order people need them. */
export function groupsFor(subject, vocabulary) {
  return makers.flatMap((make) => make(subject, vocabulary)).filter(Boolean);
}
