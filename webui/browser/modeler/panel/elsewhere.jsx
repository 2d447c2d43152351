// What other tools wrote on an element: what became of it, and a way to take it out. The fields of the panel show what was read.
import { useService } from "bpmn-js-properties-panel";
import { property, removeExtension, subjectOf } from "../extensions.js";
import { entry, group } from "./making.js";

const own = new Set(["Properties", "CalledDecisionId", "ServiceTaskOperator", "PreScript", "PostScript"].map((name) => `spiffworkflow:${name}`));

/** The element and the parts of it that tools write extensions on. */
function holdersOf(subject) {
  return [subject, subject.loopCharacteristics, ...(subject.eventDefinitions ?? [])].filter(Boolean);
}

/** Attributes and elements of other tools, each with the way to take it out. */
function foreign(subject) {
  return holdersOf(subject).flatMap((holder) => {
    const attributes = Object.keys(holder.$attrs ?? {}).filter((name) => name.includes(":") && !/^(xmlns|xsi)/.test(name));
    const elements = (holder.extensionElements?.values ?? []).filter(({ $type }) => !own.has($type));
    return [
      ...attributes.map((name) => ({ name, text: holder.$attrs[name], remove: ({ modeling }, element) => modeling.updateModdleProperties(element, holder, { [name]: undefined }) })),
      ...elements.map((part) => ({ name: part.$type, text: part.$body ?? part.value ?? "", remove: (tools, element) => removeExtension(tools, element, holder, part) })),
    ];
  });
}

const outcomes = { mapped: "Read", unused: "No meaning here", open: "Not read", refused: "Cannot run" };

function List({ id, element, notes }) {
  const tools = { modeling: useService("modeling"), bpmnFactory: useService("bpmnFactory") };
  const present = foreign(subjectOf(element));
  const said = (name) => notes.filter((note) => note.name === name);
  const atFirst = opened.get(subjectOf(element)) ?? [];
  const others = notes.filter(({ name }) => !atFirst.includes(name)); // what stands elsewhere: a condition, a part of a part
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <ul class="k-elsewhere">
        {present.map(({ name, text, remove }, number) => (
          <li key={`${name}-${number}`}>
            <code>{name}</code> {text && <span class="k-written">{String(text).trim().slice(0, 80)}</span>}
            <button type="button" aria-label={`Take out ${name}`} onClick={() => remove(tools, element)}>Take out</button>
            {said(name).map((note) => <Note key={note.said} {...note} />)}
          </li>
        ))}
        {others.map((note) => (
          <li key={note.name + note.said}>
            <code>{note.name}</code> <Note {...note} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Note({ outcome, said, remedy }) {
  return <div class={`bio-properties-panel-description is-${outcome}`}>{outcomes[outcome]}: {said} {remedy}</div>;
}

export function elsewhereGroup(subject, { elsewhere = {} }) {
  const notes = elsewhere[subject.get("id")]?.notes ?? [];
  if (!foreign(subject).length && !notes.length) return null;
  return group("elsewhere", "From another tool", [entry("elsewhere", List, { notes })]);
}

/** Adds to fields that are empty here what the tool's own words were read as; not once something of it was taken out. */
export function withRead(groups, subject, { elsewhere = {} }) {
  const known = elsewhere[subject.get("id")];
  if (!known || opened.get(subject)?.length !== foreign(subject).length) return groups;
  return groups.map((one) => ({ ...one, entries: one.entries.map((made) => told(made, subject, known.read)) }));
}

function told(made, subject, read) {
  const name = made.keptAs ?? made.id;
  if (!(name in read) || (made.keptAs ? property(subject, name) : made.read({ businessObject: subject }))) return made;
  const words = `Read from the other tool: ${read[name]}. What is entered here counts instead.`;
  return { ...made, description: [words, made.description].filter(Boolean).join(" ") };
}

/** What other tools had written on each element when the diagram was opened, by name. */
const opened = new WeakMap();

function Opening(eventBus, elementRegistry) {
  eventBus.on("import.done", () => elementRegistry.forEach((element) => {
    const subject = subjectOf(element);
    if (subject) opened.set(subject, foreign(subject).map(({ name }) => name));
  }));
}

Opening.$inject = ["eventBus", "elementRegistry"];

export default { __init__: ["foreignOpening"], foreignOpening: ["type", Opening] };
