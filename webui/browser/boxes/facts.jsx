// What an element of a requirements graph is called, what its value is, and what it needs.
import { useContext } from "@bpmn-io/properties-panel/preact/hooks";
import { text } from "../page/texts.js";
import { Surroundings } from "./box.jsx";

function Field({ id, label, hint, value, change, list }) {
  const { editable } = useContext(Surroundings);
  return (
    <div class="field">
      <label class="form-label" for={id}>{label}</label>
      <input class="form-control" id={id} type="text" value={value} list={list} readOnly={!editable} aria-describedby={hint ? `${id}-hint` : null} autocomplete="off" onInput={({ target }) => change(target.value)} />
      {hint && <div class="hint" id={`${id}-hint`}>{hint}</div>}
    </div>
  );
}

/** What may be needed by each kind, and given by a service. */
const needed = { decision: ["inputData", "decision", "businessKnowledgeModel", "decisionService"], businessKnowledgeModel: ["businessKnowledgeModel", "decisionService"], decisionService: ["inputData", "decision"], inputData: [] };

function Choices({ title, hint, others, chosen, change }) {
  const { editable } = useContext(Surroundings);
  if (!others.length) return null;
  const toggle = (key, on) => change(on ? [...chosen, key] : chosen.filter((one) => one !== key));
  return (
    <fieldset class="needs">
      <legend class="form-label">{title}</legend>
      {hint && <div class="hint">{hint}</div>}
      {others.map(({ key, name, kind }) => (
        <label key={key} class="form-check">
          <input class="form-check-input" type="checkbox" checked={chosen.includes(key)} disabled={!editable} onChange={({ target }) => toggle(key, target.checked)} />
          <span>{name} <span class="sub">{text(`element-${kind}`)}</span></span>
        </label>
      ))}
    </fieldset>
  );
}

export function Facts({ drawing, change, others }) {
  const { kind } = drawing;
  const set = (field) => (value) => change({ ...drawing, [field]: value }, typeof value === "string" ? field : null);
  const may = others.filter((one) => needed[kind].includes(one.kind));
  return (
    <section class="card-k" aria-labelledby="facts-title">
      <div class="cap"><h2 id="facts-title">{text(`element-${kind}`)}</h2></div>
      <div class="facts">
        <Field id="element-name" label={text("element-name")} value={drawing.name} change={set("name")} />
        <Field id="element-variable" label={text("element-variable")} hint={text("element-variable-hint")} value={drawing.variable} change={set("variable")} />
        <Field id="element-type" label={text("element-type")} hint={text("element-type-hint")} value={drawing.type} change={set("type")} list="box-types" />
      </div>
      <div class="facts">
        <Choices title={text(kind === "decisionService" ? "element-takes" : "element-needs")} others={may} chosen={drawing.needs} change={set("needs")} />
        {kind === "decisionService" && <Choices title={text("element-gives")} others={others.filter((one) => one.kind === "decision")} chosen={drawing.gives} change={set("gives")} />}
      </div>
    </section>
  );
}
