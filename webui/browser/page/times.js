// Deadlines and "3 min ago" stay true while a page is open. The server says what time it is:
// <meta name="server-time" content="ISO">, so that a wrong clock on a desk does not make anything late.
import { text } from "./texts.js";

const minute = 60000;
const hour = 60 * minute;
const day = 24 * hour;

const offset = (() => {
  const said = Date.parse(document.querySelector('meta[name="server-time"]')?.content ?? "");
  return Number.isNaN(said) ? 0 : said - Date.now();
})();

function now() {
  return Date.now() + offset;
}

/** A span of time in words, rounded down: "42 min", "6 h", "1 day 3 h", "3 days". */
export function spanInWords(span) {
  if (span < hour) return text("minutes", { n: Math.floor(span / minute) });
  if (span < day) return text("hours", { n: Math.floor(span / hour) });
  if (span >= 2 * day) return text("days", { n: Math.floor(span / day) });
  const hours = Math.floor((span - day) / hour);
  return hours === 0 ? text("day") : `${text("day")} ${text("hours", { n: hours })}`;
}

function setIcon(chip, name) {
  const use = chip.querySelector("svg use");
  if (use) use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${name}`);
}

function setWords(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

function showDeadline(chip, at) {
  const due = Date.parse(chip.getAttribute("datetime"));
  if (Number.isNaN(due)) return;
  const overdue = at >= due;
  const reached = (moment) => at >= Date.parse(moment ?? "");
  const state = overdue || reached(chip.dataset.bad) ? "bad" : reached(chip.dataset.warn) ? "warn" : "good";
  setWords(chip.querySelector("[data-words]"), text(overdue ? "overdue" : "left", { time: spanInWords(Math.abs(due - at)) }));
  chip.classList.remove("good", "warn", "bad");
  chip.classList.add(state);
  setIcon(chip, overdue ? "exclamation-circle" : state === "bad" ? "exclamation-triangle" : "clock");
}

function showRelative(element, at) {
  const then = Date.parse(element.getAttribute("datetime"));
  if (Number.isNaN(then)) return;
  const span = at - then;
  setWords(element, span < minute ? text("just-now") : text("ago", { time: spanInWords(span) }));
}

function tick() {
  if (document.hidden) return;
  const at = now();
  document.querySelectorAll("time[data-deadline]").forEach((chip) => showDeadline(chip, at));
  document.querySelectorAll("time[data-relative]").forEach((element) => showRelative(element, at));
}

export function startTimes() {
  tick();
  setInterval(tick, 20000);
  document.addEventListener("visibilitychange", tick);
}
