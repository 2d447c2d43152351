// Small things: copy buttons, messages that can be closed, the error summary that takes the focus.
import { announce } from "./elements.js";
import { text } from "./texts.js";

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce(text("copied"));
  } catch {
    announce(text("copy-failed"));
  }
}

function clicked(event) {
  const copyButton = event.target.closest("[data-copy]");
  if (copyButton) copy(copyButton);
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-flash]")?.remove();
}

/** A link of the error summary goes to the field itself, not only near it. */
function toField(event) {
  const link = event.target.closest('#problems a[href^="#"]');
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const target = field.matches("input, select, textarea, button") ? field : field.querySelector("input, select, textarea, button") ?? field;
  target.focus();
  target.scrollIntoView({ block: "center" });
}

export function startTouches() {
  document.addEventListener("click", clicked);
  document.addEventListener("click", toField);
  document.getElementById("problems")?.focus();
}
