// Entries of the panel. Each is one component at module level, told by its props what it shows and how it is kept:
// a component made anew for each change would lose what is being typed.
import { CheckboxEntry, FeelEntry, SelectEntry, TextAreaEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { useService } from "bpmn-js-properties-panel";

/** What an entry needs to change a diagram: see `extensions.js`. */
function useTools() {
  return { modeling: useService("modeling"), bpmnFactory: useService("bpmnFactory") };
}

function useKept({ element, read, write }) {
  const tools = useTools();
  return {
    getValue: () => read(element),
    setValue: (value) => write(tools, element, value ?? ""),
    debounce: useService("debounceInput"),
  };
}

/** One line of text. */
export function Text(props) {
  return <TextFieldEntry {...common(props)} {...useKept(props)} />;
}

/** Several lines, in a typewriter face when it is code. */
export function Lines(props) {
  return <TextAreaEntry {...common(props)} {...useKept(props)} rows={props.rows ?? 4} monospace={props.code} autoResize />;
}

/** FEEL, always (`feel: "required"`), or text that becomes FEEL with = in front (`feel: "optional"`). */
export function Feel(props) {
  const { names = [] } = useService("config.vocabulary") ?? {};
  return <FeelEntry {...common(props)} {...useKept(props)} feel={props.feel ?? "required"} variables={names} />;
}

/** A choice of the page's vocabulary; a value it does not know stays and is named as unknown. */
export function Choice(props) {
  const { element, read, choices, none } = props;
  const getOptions = () => {
    const current = read(element);
    const known = choices.map(({ id, title }) => ({ value: id, label: title && title !== id ? `${title} (${id})` : id }));
    const unknown = current && !choices.some(({ id }) => id === current) ? [{ value: current, label: `${current} (not known here)` }] : [];
    return [{ value: "", label: none }, ...known, ...unknown];
  };
  return <SelectEntry {...common(props)} {...useKept(props)} getOptions={getOptions} />;
}

/** Several of a few: check boxes, kept as names with commas between. */
export function Several({ id, label, description, element, read, write, choices }) {
  const tools = useTools();
  const chosen = split(read(element));
  const all = [...choices, ...chosen.filter((name) => !choices.some((choice) => choice.id === name)).map((name) => ({ id: name, title: `${name} (not known here)` }))];
  const toggle = (name, on) => {
    const next = all.map((choice) => choice.id).filter((other) => (other === name ? on : chosen.includes(other)));
    write(tools, element, next.join(", "));
  };
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <fieldset class="k-checks">
        <legend class="bio-properties-panel-label">{label}</legend>
        {all.map((choice) => (
          <label key={choice.id}>
            <input type="checkbox" name={`${id}-${choice.id}`} checked={chosen.includes(choice.id)} onChange={(event) => toggle(choice.id, event.target.checked)} />
            {choice.title ?? choice.id}
          </label>
        ))}
        {all.length === 0 && <div class="bio-properties-panel-description">This installation has no clocks yet.</div>}
        {description && <div class="bio-properties-panel-description">{description}</div>}
      </fieldset>
    </div>
  );
}

/** Yes or no. */
export function Switch(props) {
  return <CheckboxEntry {...common(props)} {...useKept(props)} />;
}

function common({ id, element, label, description }) {
  return { id, element, label, description };
}

function split(names) {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}
