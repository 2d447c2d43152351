// Half-filled forms are kept: the form goes to its draft address soon after a change, and when the page is left.
import { csrfToken } from "./elements.js";
import { text } from "./texts.js";

const pause = 2000; // ms after the last change

/** The form as it would be posted, without files: they are sent with the form itself. */
export function fieldsOf(form, extra = []) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  for (const [name, value] of extra) fields.append(name, value);
  return fields;
}

function clock() {
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date());
}

function keepDraft(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let changed = false;
  let sending = null;
  let over = false;

  function say(words) {
    if (status) status.textContent = words;
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (!changed || over) return;
    changed = false;
    sending?.abort();
    const controller = new AbortController();
    sending = controller;
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body: fieldsOf(form),
        headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "fetch" },
        signal: keepalive ? undefined : controller.signal,
        keepalive,
      });
      if (over) return;
      if (answer.redirected || answer.status === 401) say(text("draft-signed-out"));
      else if (answer.ok) say(text("draft-saved", { time: clock() }));
      else failed();
    } catch (problem) {
      if (problem.name !== "AbortError" && !over) failed();
    }
  }

  function failed() {
    changed = true;
    say(text("draft-failed"));
  }

  function touched(event) {
    if (!event.target.name || event.target.type === "file") return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("form-sent", () => {
    over = true;
    clearTimeout(timer);
    sending?.abort();
  });
  document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }));
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  window.addEventListener("pageshow", (event) => event.persisted && (over = false));
}

export function startDrafts() {
  document.querySelectorAll("form[data-draft-url]").forEach(keepDraft);
}
