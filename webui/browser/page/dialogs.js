// Dialogs: questions before what cannot be undone, and what else is shown over a page.
import { make } from "./elements.js";
import { text } from "./texts.js";

/** A dialog with a title, some content and buttons; removed from the page when closed. */
export function showDialog(title, content, buttons) {
  const heading = make("h2", { id: `dialog-${Date.now()}` }, title);
  const dialog = make("dialog", { class: "box", "aria-labelledby": heading.id }, heading, ...content, make("div", { class: "send" }, ...buttons));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks; resolves to whether the person agreed. */
export function ask(question, agree, destructive = false) {
  return new Promise((resolve) => {
    const yes = make("button", { class: destructive ? "btn btn-bad" : "btn btn-primary", type: "button" }, agree);
    const no = make("button", { class: "btn btn-quiet", type: "button" }, text("cancel"));
    const dialog = showDialog(text("confirm-title"), [make("p", {}, question)], [yes, no]);
    let agreed = false;
    yes.addEventListener("click", () => {
      agreed = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => resolve(agreed));
  });
}

function closed(event) {
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target.matches?.("dialog.box") && outside(event)) event.target.close();
}

function outside({ target, clientX, clientY, detail }) {
  const { left, right, top, bottom } = target.getBoundingClientRect();
  return detail > 0 && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}

async function confirmed(event) {
  const button = event.target.closest("button[data-confirm]");
  if (!button || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopPropagation();
  if (!(await ask(button.dataset.confirm, button.textContent.trim(), button.classList.contains("btn-bad")))) return;
  button.dataset.confirmed = "yes";
  button.click();
  delete button.dataset.confirmed;
}

export function startDialogs() {
  document.addEventListener("click", confirmed, true);
  document.addEventListener("click", closed);
}
