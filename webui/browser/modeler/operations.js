// The operation of a service task and its parameters.
import { addExtension, extension, removeExtension } from "./extensions.js";

const operatorType = "spiffworkflow:ServiceTaskOperator";

export function operatorOf(subject) {
  return extension(subject, operatorType);
}

export function parametersOf(subject) {
  return operatorOf(subject)?.get("parameterList")?.get("parameters") ?? [];
}

/** Chooses the operation; parameters that the new one does not know are dropped, the others keep their value. */
export function setOperation(tools, element, subject, id, known) {
  const operator = operatorOf(subject);
  if (!id) {
    if (operator) removeExtension(tools, element, subject, operator);
    return;
  }
  if (!operator) {
    addExtension(tools, element, subject, operatorType, { id });
    return;
  }
  const kept = parametersOf(subject).filter((parameter) => !known || known.includes(parameter.get("id")));
  const changes = { id };
  if (kept.length !== parametersOf(subject).length) changes.parameterList = listOf(tools, operator, kept);
  tools.modeling.updateModdleProperties(element, operator, changes);
}

function listOf({ bpmnFactory }, operator, parameters) {
  const list = bpmnFactory.create("spiffworkflow:Parameters", { parameters });
  list.$parent = operator;
  return list;
}

export function parameter(subject, id) {
  return parametersOf(subject).find((candidate) => candidate.get("id") === id)?.get("value") ?? "";
}

/** Sets one parameter; an empty value removes it. The engine reads the value as an expression. */
export function setParameter(tools, element, subject, id, value) {
  const { modeling, bpmnFactory } = tools;
  const operator = operatorOf(subject);
  const present = parametersOf(subject).find((candidate) => candidate.get("id") === id);
  if (present && value) {
    modeling.updateModdleProperties(element, present, { value });
    return;
  }
  const others = parametersOf(subject).filter((candidate) => candidate !== present);
  if (!present && !value) return;
  const added = value ? [bpmnFactory.create("spiffworkflow:Parameter", { id, type: "any", value })] : [];
  const list = listOf(tools, operator, [...others, ...added]);
  for (const one of added) one.$parent = list;
  modeling.updateModdleProperties(element, operator, { parameterList: list });
}

export function setResult(tools, element, subject, name) {
  tools.modeling.updateModdleProperties(element, operatorOf(subject), { resultVariable: name || undefined });
}
