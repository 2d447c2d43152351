// How entries are made: each says what it shows, and how it is read from and written to the diagram.
import { Group, isCheckboxEntryEdited, isFeelEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited } from "@bpmn-io/properties-panel";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { property, setProperty, subjectOf } from "../extensions.js";
import { Choice, Feel, Lines, Members, Several, Switch, Text } from "./entries.jsx";

const edited = new Map([
  [Text, isTextFieldEntryEdited],
  [Lines, isTextAreaEntryEdited],
  [Feel, isFeelEntryEdited],
  [Choice, isSelectEntryEdited],
  [Switch, isCheckboxEntryEdited],
  [Members, (node) => Boolean(node?.querySelector("li"))],
  [Several, (node) => Boolean(node?.querySelector("input:checked"))],
]);

export function entry(id, component, props) {
  return { id, component, isEdited: edited.get(component), ...props };
}

/** An entry kept as an extension property of that name; `keptAs` lets others say where else its value may come from. */
export function kept(name, component, props) {
  return entry(name, component, {
    keptAs: name,
    read: (element) => property(subjectOf(element), name),
    write: (tools, element, value) => setProperty(tools, element, subjectOf(element), name, value),
    ...props,
  });
}

/** Yes or no, kept as the property `true`; no takes the property away. */
export function yes(name, props) {
  const text = kept(name, Switch, {});
  return { ...text, ...props, read: (element) => text.read(element) === "true", write: (tools, element, value) => text.write(tools, element, value ? "true" : "") };
}

/** An attribute of the element itself: a choice, a number, or yes and no. `usual` is what it means to leave it out. */
export function attribute(name, component, { usual, ...props }) {
  return entry(name, component, {
    read: (element) => subjectOf(element).get(name) ?? usual,
    write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, subjectOf(element), { [name]: value === "" || value === usual ? undefined : value }),
    ...props,
  });
}

export function group(id, label, entries) {
  return entries.length ? { id, label, component: Group, entries } : null;
}

export function eventDefinition(subject, type) {
  return (subject.get("eventDefinitions") ?? []).find((definition) => is(definition, type));
}

/** An entry kept as text in an element of its own below another one, such as the condition of an event. */
export function body(id, component, props, { holder, name, type = "bpmn:FormalExpression" }) {
  return entry(id, component, {
    read: (element) => holder(element)?.get(name)?.get("body") ?? "",
    write: ({ modeling, bpmnFactory }, element, value) => {
      const parent = holder(element);
      const present = parent.get(name);
      if (present && value) {
        modeling.updateModdleProperties(element, present, { body: value });
        return;
      }
      const made = value ? bpmnFactory.create(type, { body: value }) : undefined;
      if (made) made.$parent = parent;
      modeling.updateModdleProperties(element, parent, { [name]: made });
    },
    ...props,
  });
}

/** The event definitions of a kind, in the order of the file; of other elements none. */
function triggersOf(subject, type) {
  return is(subject, "bpmn:Event") ? subject.get("eventDefinitions").filter((definition) => is(definition, type)) : [];
}

/** One group for each of an event's triggers of a kind: ids and titles carry a number where there are several. */
export function perTrigger(subject, type, make) {
  const found = triggersOf(subject, type);
  return found.map((_, at) => {
    const numbered = found.length > 1 ? { mark: `-${at + 1}`, title: ` ${at + 1}` } : { mark: "", title: "" };
    return make((element) => triggersOf(subjectOf(element), type)[at], numbered, found[at]);
  });
}
