// A list of many records becomes a field in which people type: the list itself stays in the form, hidden, and holds
// what is chosen. Follows the combobox pattern of WAI-ARIA: arrows, Enter, Escape, Home and End; chosen ones of several
// stand as chips before the field, and Backspace takes the last of them away.
import { icon, make } from "./elements.js";
import { text } from "./texts.js";

const most = 50; // so many options are drawn at once

function folded(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function enhance(select) {
  const several = select.multiple;
  const name = select.id;
  const options = [...select.options].filter(({ value }) => value !== "");
  const sought = new Map(options.map((option) => [option, folded(option.label)]));
  const listId = `${name}-offered`;
  const input = make("input", {
    class: "form-control", id: name, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId, placeholder: text("choose-type"),
  });
  for (const attribute of ["aria-describedby", "aria-invalid", "aria-required", "required"]) {
    if (select.hasAttribute(attribute)) input.setAttribute(attribute === "required" ? "aria-required" : attribute, select.getAttribute(attribute) || "true");
  }
  if (select.classList.contains("is-invalid")) input.classList.add("is-invalid");
  const list = make("ul", { id: listId, role: "listbox", class: "offered", hidden: true });
  if (several) list.setAttribute("aria-multiselectable", "true");
  const label = document.querySelector(`label[for="${CSS.escape(name)}"]`);
  if (label) {
    label.id ||= `${name}-label`;
    list.setAttribute("aria-labelledby", label.id);
  }
  const chips = make("ul", { class: "chosen", hidden: true });
  const said = make("span", { class: "visually-hidden", role: "status" });
  const box = make("div", { class: "combobox" }, chips, input, list, said);
  select.id = `${name}-list`;
  select.hidden = true;
  select.after(box);
  let shown = [];
  let at = -1;

  function tell() {
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function drawChosen() {
    const chosen = options.filter(({ selected }) => selected);
    if (!several) {
      input.value = chosen[0]?.label ?? "";
      return;
    }
    chips.hidden = chosen.length === 0;
    chips.replaceChildren(...chosen.map((option) => {
      const button = make("button", { type: "button", "aria-label": text("choose-remove", { name: option.label }) }, icon("x-lg"));
      button.addEventListener("click", () => {
        option.selected = false;
        said.textContent = text("choose-removed", { name: option.label });
        drawChosen();
        tell();
        input.focus();
      });
      return make("li", {}, option.label, button);
    }));
  }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(place) {
    list.children[at]?.classList.remove("here");
    at = place;
    const row = list.children[at];
    if (!row) return;
    row.classList.add("here");
    row.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row.id);
  }

  function open(words) {
    const wanted = folded(words).split(/\s+/).filter(Boolean);
    const found = options.filter((option) => wanted.every((word) => sought.get(option).includes(word)));
    shown = found.slice(0, most);
    list.replaceChildren(...shown.map((option, place) => {
      const row = make("li", { role: "option", id: `${listId}-${place}`, "aria-selected": String(option.selected) }, option.label);
      if (several && option.selected) row.prepend(icon("check2"));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", () => take(option));
      return row;
    }));
    if (found.length > most) list.append(make("li", { class: "more", role: "presentation" }, text("choose-more", { n: found.length - most })));
    if (!found.length) list.append(make("li", { class: "more", role: "presentation" }, text("choose-none")));
    said.textContent = found.length ? text("choose-found", { n: found.length }) : text("choose-none");
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  function take(option) {
    if (several) {
      option.selected = !option.selected;
      input.value = "";
    } else {
      select.value = option.value;
    }
    said.textContent = text(option.selected ? "choose-taken" : "choose-removed", { name: option.label });
    drawChosen();
    close();
    tell();
  }

  function leave() {
    close();
    if (several) input.value = "";
    else if (input.value.trim() === "" && select.value !== "") {
      select.value = "";
      tell();
    } else drawChosen();
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    open(input.value);
  });
  input.addEventListener("change", (event) => event.stopPropagation());
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("blur", leave);
  input.addEventListener("keydown", (event) => {
    const last = shown.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      else point(event.key === "ArrowDown" ? Math.min(at + 1, last) : Math.max(at - 1, 0));
    } else if (!list.hidden && (event.key === "Home" || event.key === "End") && at >= 0) {
      event.preventDefault();
      point(event.key === "Home" ? 0 : last);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (shown[at] ?? (shown.length === 1 && shown[0])) take(shown[at] ?? shown[0]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
      drawChosen();
    } else if (event.key === "Backspace" && several && input.value === "") {
      chips.querySelector("li:last-child button")?.click();
    }
  });
  drawChosen();
}

/** Makes comboboxes of the lists in a part of the page. */
export function startComboboxes(root = document) {
  root.querySelectorAll("select[data-combobox]:not([hidden])").forEach(enhance);
}
