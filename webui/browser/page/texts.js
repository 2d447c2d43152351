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
  "entries-about": "{n} entries about {name}",
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

/** The words for a key, with {name} places filled in. */
export function text(key, values = {}) {
  const words = translations()[key] ?? english[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
