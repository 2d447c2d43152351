// What the pages of decision files share: a document with its past, looked at by the server while one types, and saved.
// Needs: a place with data attributes, buttons with `data-action`, and where status, faults and trying are shown.
import { history } from "../decisions/sheet.js";
import { trying } from "../decisions/trying.js";
import { icon, make } from "../page/elements.js";
import { counted, text } from "../page/texts.js";

const PAUSE = 350;

function say(words, tone = "") {
  const status = document.querySelector("[data-box-status]");
  status.textContent = words;
  status.classList.toggle("text-bad", tone === "bad");
}

const clock = () => new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date());

/**
 * Begins to edit `first`. `key` is what the document is called for the server, `sent(document)` what it is told of it,
 * `saved(past, mine, content)` takes what it says after saving; `draw(document, faults)` shows it.
 */
export function session({ place, first, key, sent, saved, draw }) {
  const editable = place.dataset.mayEdit === "yes";
  let version = place.dataset.version;
  let safe = first;
  let faults = [];
  let asked = 0;
  let timer = null;
  const changed = () => editable && past.sheet !== safe;
  const show = () => draw(past.sheet, faults);

  async function send(url, method, document) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": place.dataset.csrf, "X-Requested-With": "fetch", Accept: "application/json", "If-Match": `"${version}"` };
    const answer = await fetch(url, { method, headers, body: JSON.stringify(document) });
    const content = await answer.json().catch(() => ({}));
    return { ok: answer.ok && !answer.redirected, status: answer.status, signedOut: answer.redirected || answer.status === 401, content };
  }

  async function look() {
    const mine = (asked += 1);
    let answer = { faults: [{ message: text("check-failed") }] };
    try {
      const { ok, content } = await send(place.dataset.lookUrl, "POST", { [key]: sent(past.sheet), inputs: attempt?.inputs() ?? {} });
      if (ok) answer = content;
      else if (content.message) answer = { faults: [{ message: content.message }] };
    } catch (problem) {
      console.error(problem);
    }
    if (mine !== asked) return;
    faults = answer.faults;
    if (answer.asks) attempt?.show(answer.asks);
    attempt?.tell(answer.result ?? (faults.length ? { failure: text("try-mend-first") } : null));
    show();
    listFaults(faults);
    place.dataset.looked = String(asked);
  }

  function lookSoon() {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  }

  async function save() {
    if (!editable) return;
    const mine = past.sheet;
    say(text("saving"));
    try {
      const { ok, status, signedOut, content } = await send(place.dataset.saveUrl, "PUT", { [key]: sent(mine) });
      if (!ok) {
        const conflict = status === 409 || status === 412 ? "box-conflict" : "save-failed";
        say(content.message ? text("sheet-refused", { message: content.message }) : text(signedOut ? "save-signed-out" : conflict), "bad");
        return;
      }
      version = content.version;
      const same = mine === past.sheet;
      saved(past, mine, content);
      safe = same ? past.sheet : mine;
      show();
      say(text("saved", { time: clock() }));
    } catch (problem) {
      console.error(problem);
      say(text("save-failed"), "bad");
    }
  }

  function follow() {
    for (const [action, can] of [["undo", past.canUndo()], ["redo", past.canRedo()]]) {
      document.querySelectorAll(`[data-action="${action}"]`).forEach((button) => (button.disabled = !can));
    }
    if (changed()) say(text("unsaved"));
  }

  const past = history(first, () => {
    show();
    follow();
    lookSoon();
  });
  const form = document.querySelector("[data-trying]");
  const attempt = form ? trying(form, lookSoon) : null;

  place.addEventListener("focusin", () => past.settle());
  document.addEventListener("click", ({ target }) => {
    const action = target.closest("[data-action]")?.dataset.action;
    if (action === "save") save();
    if (action === "undo" || action === "redo") past[action]();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !editable) return;
    const letter = event.key.toLowerCase();
    const inside = place.contains(event.target) || event.target === document.body;
    if (letter === "s") save();
    else if (inside && letter === "z" && !event.shiftKey) past.undo();
    else if (inside && (letter === "y" || (letter === "z" && event.shiftKey))) past.redo();
    else return;
    event.preventDefault();
  });
  window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());
  show();
  follow();
  look();
  return { change: (next, of) => past.change(next, of), get now() { return past.sheet; } };
}

/** All that is wrong, as a list; what stands in a box leads there. */
function listFaults(faults) {
  const section = document.getElementById("faults");
  section.hidden = faults.length === 0;
  section.querySelector("[data-faults-count]").textContent = faults.length ? counted(faults.length, "error") : "";
  const items = faults.map(({ message }, number) => {
    const at = document.getElementById(`fault-${number}`)?.closest("[data-label]");
    const inside = [icon("x-circle"), make("span", {}, ...(at ? [make("strong", {}, at.dataset.label), " "] : []), message)];
    if (!at) return make("li", {}, make("div", { class: "finding is-error" }, ...inside));
    const row = make("button", { type: "button", class: "finding is-error" }, ...inside);
    row.addEventListener("click", () => document.getElementById(`fault-${number}`)?.closest("[data-label]").querySelector("textarea, input, select")?.focus());
    return make("li", {}, row);
  });
  section.querySelector("[data-faults]").replaceChildren(...items);
}
