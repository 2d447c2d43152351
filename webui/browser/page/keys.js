// Keyboard: `/` search, j and k rows, Enter opens, c claims, ? help, Ctrl+Enter sends.
// Single keys are off while typing and can be switched off (WCAG 2.1.4); the switch is kept in this browser.
import { showDialog } from "./dialogs.js";
import { make } from "./elements.js";
import { text } from "./texts.js";

const storageKey = "single-keys";

function switchedOn() {
  try {
    return localStorage.getItem(storageKey) !== "off";
  } catch {
    return true;
  }
}

function switchTo(on) {
  try {
    if (on) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, "off");
  } catch {
    // not kept: the keys stay as they are
  }
}

function typing(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit]), textarea, select, [contenteditable], .cm-editor, dialog, .djs-container");
}

function rows() {
  return [...document.querySelectorAll("[data-keys] [data-row]")].filter((row) => row.offsetParent !== null);
}

function selectedRow() {
  return document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-keys] [data-row].on");
}

function select(row) {
  document.querySelectorAll("[data-row].on").forEach((other) => other.classList.remove("on"));
  row.classList.add("on");
  row.querySelector("a[href], button")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(selectedRow());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  select(all[next]);
  return true;
}

function pressInRow(key) {
  const button = selectedRow()?.querySelector(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

function openRow(event) {
  if (document.activeElement?.closest("a, button, summary")) return false; // Enter already means something there
  const link = selectedRow()?.querySelector("td.main a[href], a[href]");
  if (!link || event.defaultPrevented) return false;
  link.click();
  return true;
}

function focusSearch() {
  const field = document.querySelector("[data-search]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function showHelp() {
  const lines = [
    ["/", "keys-search"],
    ["j", "keys-next"],
    ["k", "keys-previous"],
    ["Enter", "keys-open"],
    ["c", "keys-claim"],
    ["Ctrl+Enter", "keys-send"],
    ["?", "keys-help"],
  ];
  const list = make("dl", { class: "facts" });
  for (const [keys, words] of lines) list.append(make("dt", {}, make("kbd", {}, keys)), make("dd", {}, text(words)));
  const box = make("input", { class: "form-check-input", type: "checkbox", id: "single-keys", checked: switchedOn() });
  box.addEventListener("change", () => switchTo(box.checked));
  const choice = make("div", { class: "form-check mt-3" }, box, make("label", { class: "form-check-label", for: box.id }, text("keys-switch")));
  const close = make("button", { class: "btn btn-quiet", type: "button", "data-close": true }, text("close"));
  showDialog(text("keys-title"), [list, choice], [close]);
  return true;
}

function sendForm(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("form[data-guard] .btn-primary")?.form;
  const button = form?.querySelector(".btn-primary:not(:disabled)");
  button?.click();
  return Boolean(button);
}

const single = {
  "/": focusSearch,
  j: () => move(1),
  k: () => move(-1),
  c: () => pressInRow("c"),
  "?": showHelp,
  Enter: openRow,
};

function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  let done = false;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) done = sendForm(event);
  else if (plain && single[event.key] && !typing(event.target) && switchedOn()) done = single[event.key](event);
  if (done) event.preventDefault();
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest?.("[data-keys] [data-row]");
    if (!row || row.classList.contains("on")) return;
    document.querySelectorAll("[data-row].on").forEach((other) => other.classList.remove("on"));
    row.classList.add("on");
  });
  document.addEventListener("click", (event) => event.target.closest("[data-help]") && showHelp());
}
