// Reading and changing our extension properties on a diagram's elements; each change is one undoable command.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";

/** The semantic element an entry speaks of: a pool stands for its process. */
export function subjectOf(element) {
  const subject = getBusinessObject(element);
  return is(subject, "bpmn:Participant") ? subject.get("processRef") : subject;
}

function extensionsOf(subject, type) {
  return (subject?.get("extensionElements")?.get("values") ?? []).filter((value) => is(value, type));
}

/** The first extension element of a type, or undefined. */
export function extension(subject, type) {
  return extensionsOf(subject, type)[0];
}

function propertyElements(subject) {
  return extensionsOf(subject, "spiffworkflow:Properties").flatMap((list) => list.get("properties") ?? []);
}

/** The value of an extension property, "" when it is not set. */
export function property(subject, name) {
  return propertyElements(subject).find((candidate) => candidate.get("name") === name)?.get("value") ?? "";
}

function create(bpmnFactory, type, values, parent) {
  const made = bpmnFactory.create(type, values);
  made.$parent = parent;
  return made;
}

/** Adds one extension element, making room for it when there is none. */
export function addExtension({ modeling, bpmnFactory }, element, subject, type, values) {
  const present = subject.get("extensionElements");
  if (present) {
    const added = create(bpmnFactory, type, values, present);
    modeling.updateModdleProperties(element, present, { values: [...present.get("values"), added] });
    return added;
  }
  const room = create(bpmnFactory, "bpmn:ExtensionElements", { values: [] }, subject);
  const added = create(bpmnFactory, type, values, room);
  room.values = [added];
  modeling.updateModdleProperties(element, subject, { extensionElements: room });
  return added;
}

/** Removes one extension element, and the room when nothing is left in it. */
export function removeExtension({ modeling }, element, subject, gone) {
  const room = subject.get("extensionElements");
  const left = room.get("values").filter((value) => value !== gone);
  if (left.length === 0) modeling.updateModdleProperties(element, subject, { extensionElements: undefined });
  else modeling.updateModdleProperties(element, room, { values: left });
}

/** Sets an extension property; an empty value removes it, and the list with its last property. */
export function setProperty(tools, element, subject, name, value) {
  const { modeling, bpmnFactory } = tools;
  const present = propertyElements(subject).find((candidate) => candidate.get("name") === name);
  if (present && value) {
    modeling.updateModdleProperties(element, present, { value });
  } else if (present) {
    const list = present.$parent;
    const left = list.get("properties").filter((candidate) => candidate !== present);
    if (left.length === 0) removeExtension(tools, element, subject, list);
    else modeling.updateModdleProperties(element, list, { properties: left });
  } else if (value) {
    const list = extension(subject, "spiffworkflow:Properties");
    if (list) {
      const added = create(bpmnFactory, "spiffworkflow:Property", { name, value }, list);
      modeling.updateModdleProperties(element, list, { properties: [...(list.get("properties") ?? []), added] });
    } else {
      const added = create(bpmnFactory, "spiffworkflow:Property", { name, value }, null);
      const made = addExtension(tools, element, subject, "spiffworkflow:Properties", { properties: [added] });
      added.$parent = made;
    }
  }
}

/** Text of an extension element that is one body, such as the called decision. */
export function bodyOf(subject, type) {
  return extension(subject, type)?.get("value") ?? "";
}

/** Sets that text; empty removes the element. */
export function setBody(tools, element, subject, type, value) {
  const present = extension(subject, type);
  if (present && value) tools.modeling.updateModdleProperties(element, present, { value });
  else if (present) removeExtension(tools, element, subject, present);
  else if (value) addExtension(tools, element, subject, type, { value });
}
