// Saving: the text goes to the server with the version it was made from; somebody else's newer one is never overwritten.
import { text } from "../page/texts.js";
import { toText } from "./editor.js";

async function jsonOf(answer) {
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return {};
  return answer.json().catch(() => ({}));
}

function versionIn(answer, content) {
  const tag = answer.headers.get("ETag")?.replace(/^W\//, "").replaceAll('"', "");
  return content.version ?? tag ?? null;
}

/** Why a save was refused, in words a person can act on. */
function refusal(answer, content) {
  if (content.message) return content.message;
  if (answer.status === 409 || answer.status === 412) return text("save-conflict");
  if (answer.redirected || answer.status === 401) return text("save-signed-out");
  if (answer.status === 403) return text("save-not-allowed");
  return text("save-failed");
}

/**
 * Keeps the state of saving. `place` is #modeler; `say(words, tone)` shows it; `findings(list)` draws what a refused save names.
 * Returns { save(), changed() }.
 */
export function saver(editor, place, { say, findings }) {
  const stack = editor.get("commandStack");
  let version = place.dataset.version ?? "";
  let savedAt = stack._stackIdx;
  let saving = false;

  const changed = () => stack._stackIdx !== savedAt;

  async function send(xml) {
    const headers = { "Content-Type": "application/xml; charset=utf-8", "X-CSRFToken": place.dataset.csrf ?? "", "X-Requested-With": "fetch" };
    if (version) headers["If-Match"] = `"${version}"`;
    return fetch(place.dataset.saveUrl, { method: place.dataset.saveMethod ?? "PUT", headers, body: xml });
  }

  async function save() {
    if (saving) return;
    saving = true;
    say(text("saving"));
    try {
      const xml = await toText(editor);
      const index = stack._stackIdx;
      const answer = await send(xml);
      const content = await jsonOf(answer);
      if (answer.ok && !answer.redirected) {
        version = versionIn(answer, content) ?? version;
        savedAt = index;
        say(text("saved", { time: new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date()) }));
      } else {
        if (content.findings) findings(content.findings);
        say(refusal(answer, content), "bad");
      }
    } catch (problem) {
      console.error(problem);
      say(text("save-failed"), "bad");
    } finally {
      saving = false;
    }
  }

  window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());
  editor.on("commandStack.changed", () => changed() && say(text("unsaved")));
  return { save, changed };
}
