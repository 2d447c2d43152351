// The page of a form. Needs: `#form-editor` with its data attributes, `[data-seen]` for the form as staff see it, `[data-defects]`,
// buttons with `data-action` and a place for status (see the page's template). Gives: an editor; on a narrow screen only the look.
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";

const PAUSE = 400; // ms after the last change until the server shows the form as it has become
const place = document.getElementById("form-editor");
const seen = document.querySelector("[data-seen]");
const editable = place.dataset.mayEdit === "yes" && !matchMedia("(max-width: 48rem)").matches;
let version = place.dataset.version;
let read = () => JSON.parse(place.dataset.form);

function say(words, tone = "") {
  const status = document.querySelector("[data-form-status]");
  status.textContent = words;
  status.classList.toggle("text-bad", tone === "bad");
}

async function send(url, method, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": place.dataset.csrf, "X-Requested-With": "fetch", Accept: "application/json", "If-Match": `"${version}"` };
  const answer = await fetch(url, { method, headers, body });
  return { answer, content: await answer.json().catch(() => ({})) };
}

/** The form as text, in the order and with the keys that other editors of such forms write. */
function written() {
  return `${JSON.stringify(read(), null, 2)}\n`;
}

// --- as staff see it: made by the server, of the form as it stands here

let asked = 0;
let timer = null;

function answers(pressed) {
  const given = [...new FormData(seen)].filter(([, value]) => typeof value === "string");
  if (pressed?.name) given.push([pressed.name, pressed.value]);
  return given.reduce((raw, [name, value]) => ({ ...raw, [name]: [...(raw[name] ?? []), value] }), {});
}

function showLook(html) {
  const focused = document.activeElement?.closest("[data-seen]") && document.activeElement.id;
  seen.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus();
}

function showDefects(defects) {
  const section = document.getElementById("defects");
  section.hidden = defects.length === 0;
  section.querySelector("[data-defects]").replaceChildren(
    ...defects.map(({ where, message }) => make("li", {}, make("div", { class: "finding is-error" }, icon("x-circle"), make("span", {}, where ? make("strong", {}, where) : "", " ", message)))),
  );
}

async function look(pressed = null) {
  const mine = (asked += 1);
  try {
    const { answer, content } = await send(place.dataset.lookUrl, "POST", JSON.stringify({ form: written(), raw: answers(pressed) }));
    if (mine !== asked) return;
    showDefects(answer.ok ? content.defects : [{ message: content.message ?? text("check-failed") }]);
    if (answer.ok && content.html !== undefined) showLook(content.html);
  } catch (problem) {
    console.error(problem);
    if (mine === asked) showDefects([{ message: text("check-failed") }]);
  }
  seen.dataset.looked = String(mine);
}

function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

seen.addEventListener("change", () => look());
seen.addEventListener("submit", (event) => {
  event.preventDefault();
  look(event.submitter);
});

// --- editing

function disabled(action, off) {
  document.querySelectorAll(`[data-action="${action}"]`).forEach((button) => (button.disabled = off));
}

function refusal(answer, content) {
  if (answer.redirected || answer.status === 401) return text("save-signed-out");
  if (answer.status === 409 || answer.status === 412) return text("form-conflict");
  return content.message ? text("form-refused", { message: content.message }) : text("save-failed");
}

async function edit() {
  const { makeEditor } = await import("./editor.js");
  const records = JSON.parse(place.dataset.records);
  const editor = await makeEditor(place, read(), records);
  const stack = editor.get("commandStack");
  let savedAt = stack._stackIdx;
  let saving = false;
  const changed = () => stack._stackIdx !== savedAt;
  read = () => editor.saveSchema();

  async function save() {
    if (saving) return;
    saving = true;
    say(text("saving"));
    try {
      const index = stack._stackIdx;
      const { answer, content } = await send(place.dataset.saveUrl, "PUT", written());
      if (answer.ok && !answer.redirected) {
        version = content.version;
        savedAt = index;
        say(text("saved", { time: new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date()) }));
      } else say(refusal(answer, content), "bad");
    } catch (problem) {
      console.error(problem);
      say(text("save-failed"), "bad");
    } finally {
      saving = false;
    }
  }

  function follow() {
    disabled("undo", !stack.canUndo());
    disabled("redo", !stack.canRedo());
  }

  const actions = { save, undo: () => stack.canUndo() && stack.undo(), redo: () => stack.canRedo() && stack.redo() };
  document.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (Object.hasOwn(actions, action ?? "")) actions[action]();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });
  window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());
  editor.on("commandStack.changed", () => {
    follow();
    if (changed()) say(text("unsaved"));
    lookSoon();
  });
  follow();
  place.dataset.ready = "yes";
}

async function start() {
  if (!editable) {
    place.closest("section").hidden = true;
    document.querySelectorAll("[data-action]").forEach((button) => (button.hidden = true));
    return;
  }
  place.replaceChildren(make("div", { class: "loading", role: "status" }, text("loading")));
  try {
    await edit();
  } catch (problem) {
    console.error(problem);
    place.replaceChildren(make("div", { class: "loading", role: "alert" }, text("form-editor-failed")));
  }
}

start();
look();
