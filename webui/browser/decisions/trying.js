// Trying a table: a field for every name it reads, and what it says to them. The fields stay while the table is edited.
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";

function asked({ name, type, shown, choices }, number, value) {
  const id = `try-${number}`;
  const input = make("input", { class: "form-control", id, name, type: "text", list: choices.length ? `${id}-choices` : null, placeholder: shown || type || null, autocomplete: "off" });
  input.value = value;
  const list = choices.length ? [make("datalist", { id: `${id}-choices` }, ...choices.map((choice) => make("option", { value: choice })))] : [];
  return make("div", { class: "field" }, make("label", { class: "form-label", for: id }, name), input, ...list);
}

function rulesOf(numbers) {
  if (!numbers.length) return text("try-no-rule");
  return text(numbers.length === 1 ? "try-rule" : "try-rules", { numbers: numbers.join(", ") });
}

function told(result) {
  if (result.failure) return [make("p", { class: "said is-failure" }, icon("x-circle"), make("span", {}, result.failure))];
  const lines = [make("p", { class: "said" }, icon("arrow-right"), make("code", {}, result.value), ...(result.matched ? [make("span", { class: "sub" }, rulesOf(result.matched))] : []))];
  for (const one of result.required) lines.push(make("p", { class: "sub" }, `${one.name}: ${rulesOf(one.rules)} ${one.outputs.join(", ")}`));
  for (const problem of result.problems) lines.push(make("p", { class: "said is-doubt" }, icon("exclamation-triangle"), make("span", {}, problem)));
  return lines;
}

/** Returns { inputs(), show(asks), tell(result) }; calls changed() while somebody types. */
export function trying(form, changed) {
  const fields = make("div", { class: "asks" });
  const said = make("div", { class: "result", "aria-live": "polite" });
  form.append(fields, said);
  let known = "";
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());

  const inputs = () => Object.fromEntries([...fields.querySelectorAll("input")].map((input) => [input.name, input.value]));

  return {
    inputs,
    show(asks) {
      const next = JSON.stringify(asks);
      if (next === known) return;
      known = next;
      const values = inputs();
      const before = document.activeElement?.name;
      fields.replaceChildren(...asks.map((ask, number) => asked(ask, number, values[ask.name] ?? "")));
      if (!asks.length) fields.append(make("p", { class: "sub" }, text("try-nothing")));
      if (before) fields.querySelector(`[name="${CSS.escape(before)}"]`)?.focus();
    },
    tell(result) {
      said.replaceChildren(...(result ? told(result) : []));
    },
  };
}
