// What is asked about a column, and about the table: dialogs and the choice of the hit policy.
import { make } from "../page/elements.js";
import { showDialog } from "../page/dialogs.js";
import { text } from "../page/texts.js";

let count = 0;

function field(label, hint, input) {
  const id = `head-${(count += 1)}`;
  input.id = id;
  const below = hint ? [make("div", { class: "hint", id: `${id}-hint` }, hint)] : [];
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return make("div", { class: "field" }, make("label", { class: "form-label", for: id }, label), input, ...below);
}

function line(value, code = true) {
  const input = make("input", { class: code ? "form-control code" : "form-control", type: "text", spellcheck: "false", autocomplete: "off" });
  input.value = value;
  return input;
}

/** Asks for a column's facts. `kind` is "inputs" or "outputs"; calls done(facts) or other(action) for what is asked beside. */
export function askColumn({ kind, facts, types, actions, done, other }) {
  const label = line(facts.label, false);
  const name = line(facts.text);
  const list = make("datalist", { id: "column-types" }, ...types.map((type) => make("option", { value: type })));
  const type = line(facts.type, false);
  type.setAttribute("list", list.id);
  const values = line(facts.values);
  const otherwise = line(facts.default);
  const fields = [
    field(text("column-label"), "", label),
    field(text(`column-text-${kind}`), text(`column-text-${kind}-hint`), name),
    field(text("column-type"), "", type),
    field(text("column-values"), text(`column-values-${kind}-hint`), values),
    ...(kind === "outputs" ? [field(text("column-default"), text("column-default-hint"), otherwise)] : []),
    list,
  ];
  const yes = make("button", { class: "btn btn-primary", type: "submit" }, text("done"));
  const no = make("button", { class: "btn btn-quiet", type: "button", "data-close": true }, text("cancel"));
  const more = actions.map((action) => make("button", { class: "btn btn-quiet", type: "button", "data-other": action }, text(`column-${action}`)));
  const form = make("form", { class: "column-form" }, ...fields, more.length ? make("div", { class: "beside" }, ...more) : "", make("div", { class: "send" }, yes, no));
  const dialog = showDialog(text(`column-title-${kind}`), [form], []);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = { label: label.value, text: name.value, type: type.value, values: values.value, default: otherwise.value };
    dialog.close();
    done(Object.fromEntries(Object.entries(said).map(([key, value]) => [key, value.trim()])));
  });
  form.addEventListener("click", (event) => {
    const action = event.target.closest("[data-other]")?.dataset.other;
    if (!action) return;
    dialog.close();
    other(action);
  });
  label.focus();
}

const choices = [
  ["UNIQUE", ""], ["ANY", ""], ["FIRST", ""], ["PRIORITY", ""],
  ["COLLECT", ""], ["COLLECT", "SUM"], ["COLLECT", "MIN"], ["COLLECT", "MAX"], ["COLLECT", "COUNT"], ["RULE ORDER", ""], ["OUTPUT ORDER", ""],
];

/** The choice of the hit policy; calls chosen(policy, aggregation). */
export function policyChoice(sheet, editable, chosen) {
  const key = (policy, aggregation) => [policy, aggregation].filter(Boolean).join(" ");
  const select = make("select", { class: "form-select", disabled: !editable, id: "hit-policy" });
  for (const [policy, aggregation] of choices) {
    select.append(make("option", { value: key(policy, aggregation) }, text(`policy-${key(policy, aggregation).toLowerCase().replaceAll(" ", "-")}`)));
  }
  select.value = key(sheet.hit_policy, sheet.aggregation);
  select.addEventListener("change", () => chosen(...choices.find(([policy, aggregation]) => key(policy, aggregation) === select.value)));
  return make("div", { class: "policy" }, make("label", { class: "form-label", for: "hit-policy" }, text("sheet-policy")), select);
}
