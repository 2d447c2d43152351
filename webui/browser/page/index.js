// Every page: needs nothing but the page itself (see each file for the data attributes it answers to). Gives
// `<html data-ready>`: from then on the page answers to keys, dialogs, menus and lists that are typed into.
// All of it is an addition: pages work without it.
import htmx from "htmx.org";
import { startComboboxes } from "./combobox.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { csrfToken } from "./elements.js";
import { startKeys } from "./keys.js";
import { startMenu } from "./menu.js";
import { startPolling } from "./polling.js";
import { startRefreshing } from "./refreshing.js";
import { startSending } from "./sending.js";
import { startTimes } from "./times.js";
import { startTouches } from "./touches.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

startDialogs();
startMenu();
startKeys();
startSending();
startDrafts();
startRefreshing();
startTimes();
startPolling();
startTouches();
startComboboxes();

// Last of those that wait for the whole document, htmx among them.
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.dataset.ready = "yes";
});
