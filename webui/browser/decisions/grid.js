// The table on the page: one text field a cell, moved through with the keys of a spreadsheet.
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";
import { columns, isInput } from "./sheet.js";

export const titleOf = (column) => column.label || column.text || text("sheet-no-title");

const policies = { UNIQUE: "U", ANY: "A", FIRST: "F", PRIORITY: "P", "RULE ORDER": "R", "OUTPUT ORDER": "O", COLLECT: "C" };
const signs = { SUM: "+", MIN: "<", MAX: ">", COUNT: "#" };

function cell(sheet, row, column, words, editable) {
  const wide = columns(sheet).length;
  const name = column < wide ? titleOf(columns(sheet)[column]) : sheet.notes[column - wide] || text("sheet-note");
  const field = make("textarea", {
    class: "cell", rows: Math.min(8, words.split("\n").length), spellcheck: column < wide ? "false" : null, readonly: !editable,
    placeholder: column < sheet.inputs.length ? "–" : null,
    "aria-label": text("sheet-cell", { rule: row + 1, column: name }), "data-row": row, "data-column": column,
  });
  field.value = words;
  const kind = column >= wide ? "note" : isInput(sheet, column) ? "when" : "then";
  return make("td", { class: kind }, field);
}

function heading(sheet, column, editable) {
  const facts = columns(sheet)[column];
  const under = isInput(sheet, column) || facts.text !== titleOf(facts) ? facts.text : "";
  const inside = [make("span", { class: "title" }, titleOf(facts)), make("code", {}, under), make("span", { class: "sub" }, facts.type)];
  const attributes = { type: "button", class: "heading", "data-heading": column, "aria-haspopup": "dialog" };
  const kind = isInput(sheet, column) ? "when" : "then";
  return make("th", { scope: "col", class: kind, "data-column-heading": column }, editable ? make("button", attributes, ...inside) : make("div", { class: "heading" }, ...inside));
}

function band(sheet, list, words, editable) {
  const add = make("button", { type: "button", class: "btn btn-quiet btn-sm", "data-add-column": list, "aria-label": text(`sheet-add-${list}`), title: text(`sheet-add-${list}`) }, icon("plus-lg"));
  return make("th", { scope: "colgroup", colspan: Math.max(1, sheet[list].length), class: list === "inputs" ? "when" : "then" }, make("span", {}, words), editable ? add : "");
}

function head(sheet, editable) {
  const sign = (policies[sheet.hit_policy] ?? "?") + (signs[sheet.aggregation] ?? "");
  const corner = make("th", { scope: "col", rowspan: 2, class: "corner", title: sheet.hit_policy }, make("span", { class: "visually-hidden" }, text("sheet-rule")), make("span", { "aria-hidden": "true" }, sign));
  const notes = sheet.notes.map((name) => make("th", { scope: "col", rowspan: 2, class: "note" }, name || text("sheet-note")));
  const bands = [sheet.inputs.length ? band(sheet, "inputs", text("sheet-when"), editable) : "", band(sheet, "outputs", text("sheet-then"), editable)];
  const names = columns(sheet).map((_facts, column) => heading(sheet, column, editable));
  return make("thead", {}, make("tr", { class: "bands" }, corner, ...bands, ...notes), make("tr", {}, ...names));
}

function line(sheet, row, editable) {
  const rule = sheet.rules[row];
  const cells = [...rule.cells, ...rule.notes].map((words, column) => cell(sheet, row, column, words, editable));
  const mark = make("span", { class: "lit", "aria-hidden": "true" }, icon("check-circle"));
  return make("tr", { "data-rule": row }, make("th", { scope: "row" }, mark, make("span", { class: "num" }, String(row + 1)), make("span", { class: "visually-hidden", "data-match": true })), ...cells);
}

/** The table of a sheet. */
export function draw(sheet, editable) {
  const lines = sheet.rules.map((_rule, row) => line(sheet, row, editable));
  return make("table", { class: "sheet", "aria-labelledby": "sheet-title" }, head(sheet, editable), make("tbody", {}, ...lines));
}

/** Puts the cursor into a cell, the nearest there is. */
export function focusOn(place, row, column) {
  const fields = [...place.querySelectorAll("textarea.cell")];
  if (!fields.length) return;
  const rows = Math.max(...fields.map((field) => Number(field.dataset.row)));
  const inRow = fields.filter((field) => Number(field.dataset.row) === Math.max(0, Math.min(row, rows)));
  inRow[Math.max(0, Math.min(column, inRow.length - 1))]?.focus();
}

const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Whether the cursor stands where an arrow leaves the cell. */
function leaves(field, key) {
  const { value, selectionStart, selectionEnd } = field;
  if (selectionStart !== selectionEnd && (key === "ArrowLeft" || key === "ArrowRight")) return false;
  if (key === "ArrowUp") return !value.slice(0, selectionStart).includes("\n");
  if (key === "ArrowDown") return !value.slice(selectionEnd).includes("\n");
  return key === "ArrowLeft" ? selectionStart === 0 : selectionEnd === value.length;
}

/** The cell an arrow key leads to, as [row, column]; null while the cursor moves inside its cell. */
export function led(event) {
  const field = event.target;
  const by = arrows[event.key];
  if (!by || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !leaves(field, event.key)) return null;
  return [Number(field.dataset.row) + by[0], Number(field.dataset.column) + by[1]];
}

/** Marks the cells and columns that are wrong, each with its reason. */
export function showFaults(place, faults) {
  place.querySelectorAll(".fault").forEach((one) => one.remove());
  place.querySelectorAll(".is-bad").forEach((one) => one.classList.remove("is-bad"));
  place.querySelectorAll("[aria-invalid]").forEach((one) => (one.removeAttribute("aria-invalid"), one.removeAttribute("aria-describedby")));
  faults.forEach(({ rule, column, message }, number) => {
    if (column === undefined) return;
    const field = rule ? place.querySelector(`[data-row="${rule - 1}"][data-column="${column}"]`) : place.querySelector(`[data-column-heading="${column}"] .heading`);
    if (!field) return;
    const words = make("span", { class: "fault", id: `fault-${number}` }, message);
    field.parentElement.classList.add("is-bad");
    field.after(words);
    field.setAttribute("aria-describedby", words.id);
    if (rule) field.setAttribute("aria-invalid", "true");
  });
}

/** Lights the rules that matched; `none` where nothing was tried. */
export function showMatched(place, numbers) {
  place.querySelectorAll("tr[data-rule]").forEach((row) => {
    const lit = numbers.includes(Number(row.dataset.rule) + 1);
    row.classList.toggle("is-matched", lit);
    row.querySelector("[data-match]").textContent = lit ? text("sheet-matches") : "";
  });
}
