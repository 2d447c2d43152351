// One press, one effect: a guarded form is sent once, and works again when the person comes back to the page.
const sent = new WeakSet();
const patience = 15000; // ms; an answer that is a download leaves the page standing, so buttons return by themselves

function submitted(event) {
  const form = event.target;
  if (!form.matches("form[data-guard]") || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.dispatchEvent(new Event("form-sent"));
  // Only after the browser has taken the form's values: a disabled button would not send its own.
  setTimeout(() => hold(form), 0);
  setTimeout(() => release(form), patience);
}

function buttons(form) {
  return [...form.elements].filter((element) => element.matches("button:not([type=button], [type=reset]), input[type=submit]"));
}

function hold(form) {
  for (const button of buttons(form)) {
    if (button.disabled) continue;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
  }
}

function release(form) {
  sent.delete(form);
  for (const button of buttons(form)) {
    if (!button.hasAttribute("aria-busy")) continue;
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

export function startSending() {
  document.addEventListener("submit", submitted);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-guard]").forEach(release));
}
