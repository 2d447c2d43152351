// Properties of our own in the panel: whose choices, whether answers speak of a person, what begins filled, how large files may be.
import { h } from "preact";
import { text } from "../page/texts.js";

const choosing = ["radio", "select", "checklist", "taglist"];
const asking = [...choosing, "textfield", "textarea", "number", "checkbox", "datetime", "filepicker"];
const personalAtFirst = ["textfield", "textarea", "filepicker"];

function own(field, name) {
  return field.properties?.[name];
}

/** Keeps a property as text; an empty one is taken away. */
function keep({ field, editField }, name, value) {
  const { [name]: _before, ...others } = field.properties ?? {};
  const next = value === "" ? others : { ...others, [name]: value };
  editField(field, "properties", Object.keys(next).length ? next : undefined);
}

function entry(id, label, control, hint) {
  return h(
    "div",
    { class: "bio-properties-panel-entry", "data-entry-id": id },
    h("label", { class: "bio-properties-panel-label", for: `own-${id}` }, label),
    control,
    hint && h("div", { class: "bio-properties-panel-description" }, hint),
  );
}

function choice(props, name, id, label, options, hint) {
  const current = own(props.field, name) ?? "";
  const known = options.some(([value]) => value === current) ? options : [...options, [current, current]];
  const control = h(
    "select",
    { id: `own-${id}`, class: "bio-properties-panel-input", value: current, onChange: (event) => keep(props, name, event.target.value) },
    known.map(([value, words]) => h("option", { value, selected: value === current }, words)),
  );
  return entry(id, label, control, hint);
}

function Choices(props) {
  const records = props.records.map(({ id, title }) => [`record:${id}`, title]);
  const options = [["", text("own-of-the-form")], ["services", text("own-services")], ["people", text("own-people")], ["groups", text("own-groups")], ...records];
  return choice(props, "choices", "choices", text("own-choices"), options, text("own-choices-hint"));
}

function Personal(props) {
  const usual = personalAtFirst.includes(props.field.type) ? text("own-yes") : text("own-no");
  const options = [["", text("own-usual", { usual })], ["true", text("own-yes")], ["false", text("own-no")]];
  return choice(props, "personal", "personal", text("own-personal"), options, text("own-personal-hint"));
}

function Prefilled(props) {
  const options = [["", text("own-yes")], ["false", text("own-no")]];
  return choice(props, "prefilled", "prefilled", text("own-prefilled"), options, text("own-prefilled-hint"));
}

function line(props, name, label, hint) {
  const control = h("input", { id: `own-${name}`, class: "bio-properties-panel-input", type: "text", value: own(props.field, name) ?? "", onChange: (event) => keep(props, name, event.target.value.trim()) });
  return entry(name, label, control, hint);
}

function MaxSize(props) {
  return line(props, "maxSize", text("own-max-size"), text("own-max-size-hint"));
}

function MaxFiles(props) {
  return line(props, "maxFiles", text("own-max-files"));
}

/** The editor's group of bare properties: what may stand there has a place in ours, and would be shown twice. */
const bare = "custom-values";

/** A group of the panel for fields, above the groups that come with the editor. */
export class OwnProperties {
  constructor(propertiesPanel, ownRecords) {
    this.records = ownRecords;
    propertiesPanel.registerProvider(this, 400);
  }

  getGroups(field, editField) {
    return (all) => {
      const groups = all.filter((group) => group.id !== bare);
      if (!field || !asking.includes(field.type)) return groups;
      const isEdited = () => false;
      const made = (id, component) => ({ id, component, field, editField, records: this.records, isEdited });
      const entries = [made("own-personal", Personal), made("own-prefilled", Prefilled)];
      if (choosing.includes(field.type)) entries.unshift(made("own-choices", Choices));
      if (field.type === "filepicker") entries.push(made("own-max-size", MaxSize), ...(field.multiple ? [made("own-max-files", MaxFiles)] : []));
      const [general, ...others] = groups;
      return [general, { id: "own", label: text("own-group"), entries }, ...others];
    };
  }
}

OwnProperties.$inject = ["propertiesPanel", "ownRecords"];
