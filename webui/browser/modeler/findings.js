// Findings: badges on the elements and a list below; each leads to the other.
import { lookOf, showFindings } from "../diagram/badges.js";
import { icon, make } from "../page/elements.js";
import { counted, text } from "../page/texts.js";

/** Selects an element and brings it to the middle, through collapsed sub-processes too. */
export function goTo(editor, id) {
  const element = editor.get("elementRegistry").get(id);
  if (!element) return;
  const canvas = editor.get("canvas");
  const root = canvas.findRoot(element);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
  editor.get("selection").select(element);
  if (element === root) return;
  const box = element.waypoints ? middleOf(element.waypoints) : element;
  const view = canvas.viewbox();
  canvas.viewbox({ ...view, x: box.x + (box.width ?? 0) / 2 - view.width / 2, y: box.y + (box.height ?? 0) / 2 - view.height / 2 });
  canvas.focus();
}

function middleOf(waypoints) {
  const xs = waypoints.map(({ x }) => x);
  const ys = waypoints.map(({ y }) => y);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

function item(editor, finding) {
  const look = lookOf(finding.severity);
  const kind = finding.severity === "error" ? "is-error" : "is-warning";
  const words = [make("span", {}, make("span", { class: "visually-hidden" }, `${text(`severity-${finding.severity}`)}: `), finding.message)];
  if (finding.remedy) words.push(make("span", { class: "sub" }, finding.remedy));
  const known = finding.element && editor.get("elementRegistry").get(finding.element);
  const row = make(known ? "button" : "div", { class: `finding ${kind}`, type: known ? "button" : null, "data-element": finding.element }, icon(look.icon), ...words);
  if (known) row.addEventListener("click", () => goTo(editor, finding.element));
  return make("li", { "data-rule": finding.rule }, row);
}

function summary(findings) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return text("no-findings");
  return [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean).join(", ");
}

/** Returns show(findings): draws badges and list. */
export function findingsList(editor) {
  const list = document.querySelector("[data-findings]");
  const count = document.querySelector("[data-findings-count]");

  function toList(id) {
    editor.get("selection").select(editor.get("elementRegistry").get(id));
    const row = [...(list?.querySelectorAll("[data-element]") ?? [])].find((candidate) => candidate.dataset.element === id);
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  return function show(findings) {
    const sorted = findings.toSorted((one, other) => Number(other.severity === "error") - Number(one.severity === "error"));
    showFindings(editor, sorted, toList);
    list?.replaceChildren(...sorted.map((finding) => item(editor, finding)));
    if (count) count.textContent = summary(sorted);
    return summary(sorted);
  };
}

/** Asks the server to check the text; resolves to the findings. */
export async function check(place, xml) {
  const answer = await fetch(place.dataset.checkUrl, {
    method: "POST",
    headers: { "Content-Type": "application/xml; charset=utf-8", "X-CSRFToken": place.dataset.csrf ?? "", "X-Requested-With": "fetch", Accept: "application/json" },
    body: xml,
  });
  const content = await answer.json().catch(() => ({}));
  if (content.findings) return content.findings;
  throw new Error(content.message ?? String(answer.status));
}
