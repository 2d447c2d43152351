// Words the scripts say. The page may bring translations: <script type="application/json" id="texts">.
const english = {
  "draft-saving": "Saving draft…",
  "draft-saved": "Draft saved {time}",
  "draft-failed": "Draft not saved. It is tried again at the next change.",
  "draft-signed-out": "Draft not saved: your sign-in has expired. Open another tab and sign in, then go on here.",
  "left": "{time} left",
  "overdue": "{time} overdue",
  "minutes": "{n} min",
  "hours": "{n} h",
  "day": "1 day",
  "days": "{n} days",
  "ago": "{time} ago",
  "just-now": "just now",
  "copied": "Copied",
  "copy-failed": "Could not copy. Select the text and copy it.",
  "keys-title": "Keyboard shortcuts",
  "keys-search": "Search",
  "keys-next": "Next row",
  "keys-previous": "Previous row",
  "keys-open": "Open the selected row",
  "keys-claim": "Claim the selected row",
  "keys-send": "Send the form",
  "keys-help": "This list",
  "keys-switch": "Single-key shortcuts",
  "close": "Close",
  "cancel": "Cancel",
  "confirm-title": "Please confirm",
  "refresh-failed": "The form could not be brought up to date. Your answers are still here.",
  "diagram-failed": "The diagram could not be drawn. The same facts stand beside it as text.",
  "one-entry-about": "1 entry about {name}",
  "many-entries-about": "{n} entries about {name}",
  "diagram": "Diagram",
  "properties": "Properties of what is selected",
  "loading": "Opening the diagram…",
  "modeler-failed": "The diagram could not be opened. Load the page again; if it stays like this, tell an administrator.",
  "vocabulary-failed": "Roles, forms and decisions could not be loaded: their lists are empty. Load the page again.",
  "import-warnings": "Not everything in this diagram could be read. What is listed here would be lost when you save.",
  "view-only": "This screen is too narrow to edit a diagram. You can look at it here, and edit it on a wider one.",
  "unsaved": "Changes not saved yet",
  "saving": "Saving…",
  "saved": "Saved {time}",
  "save-failed": "Not saved: the server could not be reached or gave no clear answer. Your changes are still here; try again.",
  "save-conflict": "Not saved: somebody else saved a newer version meanwhile. Your drawing is still here; open the newer one in another tab and carry your changes over.",
  "save-signed-out": "Not saved: your sign-in has expired. Sign in in another tab, then save again.",
  "save-not-allowed": "Not saved: you may not change this process.",
  "checking": "Checking…",
  "check-failed": "The check gave no answer. Try again.",
  "no-findings": "No findings",
  "one-error": "1 error",
  "many-errors": "{n} errors",
  "one-warning": "1 warning",
  "many-warnings": "{n} warnings",
  "severity-error": "Error",
  "severity-warning": "Warning",
  "zoom-in": "Zoom in",
  "zoom-out": "Zoom out",
  "fit": "Show the whole diagram",
};

let given;

function translations() {
  if (given === undefined) {
    const block = document.getElementById("texts");
    given = block ? JSON.parse(block.textContent) : {};
  }
  return given;
}

/** The words for a number of things: `one-` and `many-` keys. */
export function counted(n, key, values = {}) {
  return text(n === 1 ? `one-${key.one ?? key}` : `many-${key.many ?? `${key}s`}`, { n, ...values });
}

/** The words for a key, with {name} places filled in. */
export function text(key, values = {}) {
  const words = translations()[key] ?? english[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
