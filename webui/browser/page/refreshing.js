// Conditional parts of a form: the server decides what is asked. The form goes there, the fields come back,
// and the person keeps focus, caret, chosen files, and whatever was typed while the answer was on its way.
import { startComboboxes } from "./combobox.js";
import { announce, csrfToken } from "./elements.js";
import { fieldsOf } from "./drafts.js";
import { text } from "./texts.js";

const pause = 500; // ms after a key in a text field; choices go at once

function controls(root) {
  return [...root.querySelectorAll("input[name], select[name], textarea[name]")];
}

/** What tells one control from another in both the old and the new fields. */
function keyOf(control) {
  const choice = control.type === "checkbox" || control.type === "radio";
  return choice ? `${control.name}=${control.value}` : control.name;
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked;
  if (control.multiple) return [...control.selectedOptions].map(({ value }) => value).join("\n");
  return control.value;
}

function setValue(control, value) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = value;
  else if (control.multiple) for (const option of control.options) option.selected = value.split("\n").includes(option.value);
  else control.value = value;
}

function snapshot(root) {
  return new Map(controls(root).filter(({ type }) => type !== "file").map((control) => [keyOf(control), valueOf(control)]));
}

function focusIn(root) {
  const focused = document.activeElement;
  if (!focused || !root.contains(focused)) return null;
  const caret = "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  return { id: focused.id, key: focused.name ? keyOf(focused) : null, caret, pressed: focused.matches("button") ? focused.value : null };
}

function restoreFocus(root, { id, key, caret, pressed }) {
  const byKey = () => controls(root).find((control) => key !== null && keyOf(control) === key);
  const byButton = () => pressed && [...root.querySelectorAll("button")].find(({ value }) => value === pressed);
  const target = (id && root.querySelector(`#${CSS.escape(id)}`)) || byKey() || byButton();
  if (!target) return;
  target.focus({ preventScroll: true });
  if (caret && caret[0] !== null && target.setSelectionRange) target.setSelectionRange(...caret);
}

/** Swaps the inside of `fields`, keeping what the person did since `before` was taken. */
export function swapFields(fields, markup, before) {
  const now = snapshot(fields);
  const focus = focusIn(fields);
  const files = controls(fields).filter((control) => control.type === "file" && control.files.length > 0);
  const names = new Set(controls(fields).map(({ name }) => name));
  const fresh = document.createElement("template");
  fresh.innerHTML = markup;
  for (const control of controls(fresh.content)) {
    const kept = control.type === "file" && files.find(({ name }) => name === control.name);
    if (kept) control.replaceWith(kept);
    const key = keyOf(control);
    if (now.has(key) && before.has(key) && now.get(key) !== before.get(key)) setValue(control, now.get(key));
  }
  fields.replaceChildren(fresh.content);
  startComboboxes(fields);
  if (focus) restoreFocus(fields, focus);
  return controls(fields).filter(({ name, type }) => !names.has(name) && type !== "hidden");
}

function keepFresh(form) {
  const fields = form.querySelector("[data-form-fields]");
  if (!fields) return;
  let timer = 0;
  let asking = null;

  async function refresh(button = null) {
    clearTimeout(timer);
    asking?.abort();
    const controller = new AbortController();
    asking = controller;
    const before = snapshot(fields);
    try {
      const answer = await fetch(form.dataset.refreshUrl, {
        method: "POST",
        body: fieldsOf(form, button ? [[button.name, button.value]] : []),
        headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
        signal: controller.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const added = swapFields(fields, await answer.text(), before);
      if (button) {
        added[0]?.focus();
        form.dispatchEvent(new Event("input", { bubbles: true }));
      }
    } catch (problem) {
      if (problem.name !== "AbortError") announce(text("refresh-failed"));
    }
  }

  form.addEventListener("change", (event) => {
    if (event.target.type !== "file" && event.target.closest("[data-refresh]")) refresh();
  });
  form.addEventListener("input", (event) => {
    if (!event.target.closest?.("[data-refresh]") || !event.target.matches("textarea, input:not([type=checkbox], [type=radio], [type=file])")) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, pause);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="_row"]');
    if (!button || !fields.contains(button)) return;
    event.preventDefault();
    refresh(button);
  });
  form.addEventListener("form-sent", () => asking?.abort());
}

export function startRefreshing() {
  document.querySelectorAll("form[data-refresh-url]").forEach(keepFresh);
}
