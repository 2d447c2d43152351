// The page of a decision table. Needs: `#sheet` with its data attributes, buttons with `data-action`, places for status, faults
// and trying (see the page's template). Gives: a table to edit, checked by the server while one types, with undo.
import { icon, make } from "../page/elements.js";
import { counted, text } from "../page/texts.js";
import { columns, history, isInput } from "./sheet.js";
import * as edits from "./sheet.js";
import { draw, focusOn, led, showFaults, showMatched, titleOf } from "./grid.js";
import { askColumn, policyChoice } from "./heads.js";
import { trying } from "./trying.js";

const PAUSE = 350;
const place = document.getElementById("sheet");
const editable = place.dataset.mayEdit === "yes";
const types = JSON.parse(place.dataset.types);
const at = { row: 0, column: 0 };
let version = place.dataset.version;
let saved = JSON.parse(place.dataset.sheet);
let matched = [];
let faults = [];

function say(words, tone = "") {
  const status = document.querySelector("[data-sheet-status]");
  status.textContent = words;
  status.classList.toggle("text-bad", tone === "bad");
}

// --- what the server is told and says

async function send(url, method, document) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": place.dataset.csrf, "X-Requested-With": "fetch", Accept: "application/json", "If-Match": `"${version}"` };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(document) });
  const content = await answer.json().catch(() => ({}));
  return { ok: answer.ok && !answer.redirected, status: answer.status, signedOut: answer.redirected || answer.status === 401, content };
}

let asked = 0;
let timer = null;

async function look() {
  const mine = (asked += 1);
  try {
    const { ok, content } = await send(place.dataset.lookUrl, "POST", { sheet: past.sheet, inputs: attempt.inputs() });
    if (mine !== asked) return;
    show(ok ? content : { faults: [{ message: content.message ?? text("check-failed") }] });
  } catch (problem) {
    console.error(problem);
    if (mine === asked) show({ faults: [{ message: text("check-failed") }] });
  }
}

function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

function show(answer) {
  faults = answer.faults;
  if (answer.asks) attempt.show(answer.asks);
  matched = answer.result?.matched ?? [];
  attempt.tell(answer.result ?? (faults.length ? { failure: text("try-mend-first") } : null));
  showFaults(place, faults);
  showMatched(place, matched);
  listFaults();
  place.dataset.looked = String(asked);
}

function whereOf({ rule, column }) {
  if (column === undefined) return "";
  const name = titleOf(columns(past.sheet)[column]);
  return rule ? text("sheet-cell", { rule, column: name }) : name;
}

function listFaults() {
  const section = document.getElementById("faults");
  section.hidden = faults.length === 0;
  section.querySelector("[data-faults-count]").textContent = faults.length ? counted(faults.length, "error") : "";
  const items = faults.map((fault) => {
    const inside = [icon("x-circle"), make("span", {}, make("strong", {}, whereOf(fault)), " ", fault.message)];
    if (fault.column === undefined) return make("li", {}, make("div", { class: "finding is-error" }, ...inside));
    const row = make("button", { type: "button", class: "finding is-error" }, ...inside);
    row.addEventListener("click", () => (fault.rule ? focusOn(place, fault.rule - 1, fault.column) : place.querySelector(`[data-heading="${fault.column}"]`)?.focus()));
    return make("li", {}, row);
  });
  section.querySelector("[data-faults]").replaceChildren(...items);
}

async function save() {
  if (!editable) return;
  const sent = past.sheet;
  say(text("saving"));
  try {
    const { ok, status, signedOut, content } = await send(place.dataset.saveUrl, "PUT", { sheet: sent });
    if (!ok) {
      const conflict = status === 409 || status === 412 ? "sheet-conflict" : "save-failed";
      say(content.message ? text("sheet-refused", { message: content.message }) : text(signedOut ? "save-signed-out" : conflict), "bad");
      return;
    }
    version = content.version;
    saved = sent === past.sheet ? content.sheet : sent;
    if (sent === past.sheet) past.replace(content.sheet); // what was new has its place in the file now
    say(text("saved", { time: new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date()) }));
  } catch (problem) {
    console.error(problem);
    say(text("save-failed"), "bad");
  }
}

// --- what is drawn

function tools() {
  const button = (action, symbol, keys) => make("button", { type: "button", class: "btn btn-quiet btn-sm", "data-rule-action": action, "aria-label": text(`rule-${action}`), title: `${text(`rule-${action}`)}${keys ? ` (${keys})` : ""}` }, icon(symbol));
  const group = make("div", { class: "rule-tools", role: "group", "aria-label": text("rule-tools") });
  group.append(
    make("span", { class: "sub num", "data-here": true }),
    button("up", "chevron-up", "Alt+↑"), button("down", "chevron-down", "Alt+↓"), button("copy", "copy", "Ctrl+D"),
    make("button", { type: "button", class: "btn btn-quiet btn-sm", "data-rule-action": "below", title: `${text("rule-below")} (Ctrl+Enter)` }, icon("plus-lg"), text("rule-add")),
    button("remove", "trash", "Ctrl+Delete"),
  );
  return group;
}

/** What a cell of the column may be filled with: its allowed values, else what stands in other rules. */
function valuesFor(column) {
  const listed = column.values.match(/"(?:[^"\\]|\\.)*"|[^,\s][^,]*/g) ?? (column.type === "boolean" ? ["true", "false"] : []);
  const used = past.sheet.rules.map((rule) => rule.cells[at.column].trim()).filter((words) => words && words !== "-" && words.length < 30);
  return listed.length ? listed : [...new Set(used)].sort().slice(0, 8);
}

function offered() {
  const column = columns(past.sheet)[at.column];
  const bar = place.querySelector("[data-offered]");
  bar.replaceChildren();
  if (!column || !editable) return;
  const input = isInput(past.sheet, at.column);
  const values = valuesFor(column);
  bar.append(make("span", { class: "sub" }, titleOf(column), input ? ": " : " = "), ...values.slice(0, 20).map((value) => make("button", { type: "button", class: "offer", "data-offer": value.trim() }, make("code", {}, value.trim()))));
  if (!values.length) bar.append(make("span", { class: "sub" }, text(input ? "sheet-input-hint" : "sheet-output-hint")));
}

function here() {
  place.querySelectorAll("tr.is-here").forEach((row) => row.classList.remove("is-here"));
  place.querySelector(`tr[data-rule="${at.row}"]`)?.classList.add("is-here");
  const words = place.querySelector("[data-here]");
  if (words) words.textContent = past.sheet.rules.length ? text("rule-here", { rule: at.row + 1 }) : "";
  offered();
}

function redraw(refocus = false) {
  const sheet = past.sheet;
  at.row = Math.max(0, Math.min(at.row, sheet.rules.length - 1));
  const scroll = place.querySelector(".sheet-scroll");
  const [left, top] = [scroll?.scrollLeft ?? 0, scroll?.scrollTop ?? 0];
  const bar = make("div", { class: "sheet-bar" }, policyChoice(sheet, editable, (policy, aggregation) => past.change({ ...past.sheet, hit_policy: policy, aggregation })));
  if (editable) bar.append(tools());
  const table = draw(sheet, editable);
  const more = editable ? [make("button", { type: "button", class: "btn btn-quiet btn-sm add-rule", "data-rule-action": "last" }, icon("plus-lg"), text("rule-add"))] : [];
  place.replaceChildren(bar, make("div", { class: "offers", "data-offered": true }), make("div", { class: "sheet-scroll", tabindex: "-1" }, table, ...more));
  Object.assign(place.querySelector(".sheet-scroll"), { scrollLeft: left, scrollTop: top });
  document.querySelector("[data-sheet-count]").textContent = counted(sheet.rules.length, "rule");
  showFaults(place, faults);
  showMatched(place, matched);
  if (refocus) focusOn(place, at.row, at.column);
  here();
}

function follow() {
  for (const [action, can] of [["undo", past.canUndo()], ["redo", past.canRedo()]]) {
    document.querySelectorAll(`[data-action="${action}"]`).forEach((button) => (button.disabled = !can));
  }
  if (changed()) say(text("unsaved"));
}

const changed = () => editable && past.sheet !== saved;

const past = history(saved, () => {
  if (!typing) redraw(true);
  follow();
  lookSoon();
});
const attempt = trying(document.querySelector("[data-trying]"), lookSoon);
let typing = false;

// --- what people do

function type(field) {
  const [row, column] = [Number(field.dataset.row), Number(field.dataset.column)];
  typing = true;
  past.change(edits.setCell(past.sheet, row, column, field.value), `${row}:${column}`);
  typing = false;
}

const onRule = {
  up: (sheet, row) => (row > 0 ? edits.moveRule(sheet, row, (at.row = row - 1)) : sheet),
  down: (sheet, row) => (row < sheet.rules.length - 1 ? edits.moveRule(sheet, row, (at.row = row + 1)) : sheet),
  copy: (sheet, row) => (sheet.rules.length ? edits.copyRule(sheet, (at.row = row + 1) - 1) : sheet),
  below: (sheet, row) => edits.addRule(sheet, (at.row = sheet.rules.length ? row + 1 : 0)),
  last: (sheet) => edits.addRule(sheet, (at.row = sheet.rules.length)),
  remove: (sheet, row) => (sheet.rules.length ? edits.removeRule(sheet, row) : sheet),
};

function act(action) {
  if (action === "below" || action === "last") at.column = 0;
  past.change(onRule[action](past.sheet, at.row));
}

function column(number) {
  const sheet = past.sheet;
  const kind = isInput(sheet, number) ? "inputs" : "outputs";
  const index = kind === "inputs" ? number : number - sheet.inputs.length;
  const last = sheet[kind].length - 1;
  const actions = [index > 0 && "left", index < last && "right", (kind === "inputs" || last > 0) && "remove"].filter(Boolean);
  const moved = { left: () => edits.moveColumn(sheet, number, -1), right: () => edits.moveColumn(sheet, number, 1), remove: () => edits.removeColumn(sheet, number) };
  askColumn({ kind, facts: columns(sheet)[number], types, actions, done: (facts) => past.change(edits.setColumn(sheet, number, facts)), other: (action) => past.change(moved[action]()) });
}

function newColumn(kind) {
  const facts = { label: "", text: "", type: "", values: "", default: "" };
  askColumn({ kind, facts, types, actions: [], done: (said) => past.change(edits.addColumn(past.sheet, kind, said)), other() {} });
}

/** Puts an allowed value into the cell: instead of its words, or behind them where they are values too. */
function offer(value) {
  const input = isInput(past.sheet, at.column);
  const before = past.sheet.rules[at.row]?.cells[at.column]?.trim() ?? "";
  const words = input && before && before !== "-" && !before.split(/,\s*/).includes(value) ? `${before}, ${value}` : value;
  past.change(edits.setCell(past.sheet, at.row, at.column, words));
}

function start() {
  redraw();
  follow();
  place.addEventListener("input", ({ target }) => target.matches("textarea.cell") && type(target));
  place.addEventListener("focusin", ({ target }) => {
    if (!target.matches("textarea.cell")) return;
    [at.row, at.column] = [Number(target.dataset.row), Number(target.dataset.column)];
    past.settle();
    here();
  });
  place.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button || !editable) return;
    if (button.dataset.ruleAction) act(button.dataset.ruleAction);
    else if (button.dataset.heading !== undefined) column(Number(button.dataset.heading));
    else if (button.dataset.addColumn) newColumn(button.dataset.addColumn);
    else if (button.dataset.offer !== undefined) offer(button.dataset.offer);
  });
  place.addEventListener("paste", (event) => {
    const words = event.clipboardData?.getData("text/plain") ?? "";
    if (!event.target.matches("textarea.cell") || !editable || !words.includes("\t")) return;
    event.preventDefault();
    const lines = words.replace(/\r?\n$/, "").split(/\r?\n/).map((one) => one.split("\t"));
    past.change(edits.paste(past.sheet, at.row, at.column, lines));
  });
  place.addEventListener("keydown", (event) => {
    if (!event.target.matches("textarea.cell")) return;
    const to = led(event);
    if (to) {
      event.preventDefault();
      focusOn(place, ...to);
      return;
    }
    const control = event.ctrlKey || event.metaKey;
    const action = event.altKey && !control ? { ArrowUp: "up", ArrowDown: "down" }[event.key] : control && !event.altKey ? { Enter: "below", Delete: "remove", d: "copy" }[event.key] : null;
    if (action && editable) {
      event.preventDefault();
      act(action);
    } else if (event.key === "Enter" && !control && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (at.row + 1 < past.sheet.rules.length || !editable) focusOn(place, at.row + 1, at.column);
      else past.change(edits.addRule(past.sheet, (at.row += 1)));
    }
  });
  document.addEventListener("click", ({ target }) => {
    const action = target.closest("[data-action]")?.dataset.action;
    if (action === "save") save();
    if (action === "undo" || action === "redo") past[action]();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !editable) return;
    const key = event.key.toLowerCase();
    const inside = !event.target.matches("input, select") && !event.target.closest("dialog");
    if (key === "s") save();
    else if (inside && key === "z" && !event.shiftKey) past.undo();
    else if (inside && (key === "y" || (key === "z" && event.shiftKey))) past.redo();
    else return;
    event.preventDefault();
  });
  window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());
  place.dataset.ready = "yes";
  look();
}

start();
