// The owner's page of a diagram. Needs: `#modeler` with its data attributes, buttons with `data-action`, places for status
// and findings (see the page's template). Gives: an editor; on a narrow screen a drawing to look at.
import { fetchOk, draw } from "../tracer/viewing.js";
import { icon, make } from "../page/elements.js";
import { text } from "../page/texts.js";
import { isKept } from "./panel/references.js";

const place = document.getElementById("modeler");
const narrow = matchMedia("(max-width: 48rem)");
const empty = { roles: [], forms: [], decisions: [], operations: [], clocks: [], processes: [], records: [] };

function say(words, tone = "") {
  const status = document.querySelector("[data-modeler-status]");
  if (!status) return;
  status.textContent = words;
  status.classList.toggle("text-bad", tone === "bad");
}

function warn(words, details = []) {
  const close = make("button", { class: "close", type: "button", "aria-label": text("close"), "data-dismiss": true }, icon("x-lg"));
  const list = details.length ? [make("ul", {}, ...details.map((line) => make("li", {}, line)))] : [];
  place.before(make("div", { class: "banner warn", role: "status", "data-flash": true }, icon("exclamation-triangle"), make("div", {}, make("p", {}, words), ...list), close));
}

async function view() {
  const drawing = make("div", { class: "diagram", role: "region", "aria-label": text("diagram") });
  place.classList.add("view-only");
  place.replaceChildren(make("div", { class: "banner idle", role: "note" }, icon("info-circle"), make("div", {}, text("view-only"))), drawing);
  document.querySelectorAll("[data-action]").forEach((button) => (button.hidden = true));
  await draw(drawing, place.dataset.diagramUrl);
}

async function vocabulary() {
  if (!place.dataset.vocabularyUrl) return empty;
  try {
    return { ...empty, ...(await (await fetchOk(place.dataset.vocabularyUrl, "application/json")).json()) };
  } catch (problem) {
    console.error(problem);
    warn(text("vocabulary-failed"));
    return empty;
  }
}

/** Asks the server what is wrong in an expression; "" where nothing is, or where it gave no answer. */
async function problemIn(expression) {
  if (!place.dataset.expressionUrl) return "";
  const headers = { "Content-Type": "text/plain; charset=utf-8", "X-CSRFToken": place.dataset.csrf ?? "", "X-Requested-With": "fetch", Accept: "application/json" };
  const answer = await fetch(place.dataset.expressionUrl, { method: "POST", headers, body: expression }).catch(() => null);
  const content = answer?.ok ? await answer.json().catch(() => ({})) : {};
  return content.problem ?? "";
}

function zoom(editor, factor) {
  const canvas = editor.get("canvas");
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), "auto");
}

function disabled(action, off) {
  document.querySelectorAll(`[data-action="${action}"]`).forEach((button) => (button.disabled = off));
}

async function edit() {
  const [{ makeEditor, showAll, toText }, { saver }, { check, findingsList }, choices, answer] = await Promise.all([
    import("./editor.js"),
    import("./saving.js"),
    import("./findings.js"),
    vocabulary(),
    fetchOk(place.dataset.diagramUrl, "application/xml"),
  ]);
  const xml = await answer.text();
  const canvas = make("div", { class: "canvas" });
  const panelPlace = make("div", { class: "panel-place", role: "region", "aria-label": text("properties") });
  place.classList.remove("view-only");
  place.replaceChildren(canvas, panelPlace);
  const editor = await makeEditor({ canvas, panelPlace, vocabulary: { ...choices, problemIn } });
  const { warnings } = await editor.importXML(xml);
  const lost = warnings.filter((warning) => !isKept(warning));
  if (lost.length) warn(text("import-warnings"), lost.map(({ message }) => message.split("\n")[0]));
  showAll(editor);
  new ResizeObserver(() => editor.get("canvas").resized()).observe(canvas);

  const showList = findingsList(editor);
  const { save } = saver(editor, place, { say, findings: showList });
  const stack = editor.get("commandStack");

  async function runCheck() {
    say(text("checking"));
    try {
      say(showList(await check(place, await toText(editor))));
    } catch (problem) {
      console.error(problem);
      say(text("check-failed"), "bad");
    }
  }

  const actions = {
    save,
    check: runCheck,
    undo: () => stack.canUndo() && stack.undo(),
    redo: () => stack.canRedo() && stack.redo(),
    "zoom-in": () => zoom(editor, 1.25),
    "zoom-out": () => zoom(editor, 0.8),
    fit: () => showAll(editor),
  };

  document.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (Object.hasOwn(actions, action ?? "")) actions[action]();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save();
  });

  function follow() {
    disabled("undo", !stack.canUndo());
    disabled("redo", !stack.canRedo());
  }
  editor.on("commandStack.changed", follow);
  follow();
  place.dataset.ready = "yes";
  if (place.dataset.checkUrl && place.hasAttribute("data-check-first")) runCheck();
}

async function start() {
  place.replaceChildren(make("div", { class: "loading", role: "status" }, text("loading")));
  try {
    await (narrow.matches ? view() : edit());
  } catch (problem) {
    console.error(problem);
    place.replaceChildren(make("div", { class: "loading", role: "alert" }, text("modeler-failed")));
  }
}

if (place) {
  start();
  narrow.addEventListener("change", () => place.classList.contains("view-only") && !narrow.matches && location.reload());
}
