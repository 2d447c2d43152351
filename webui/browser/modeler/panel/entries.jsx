// Entries of the panel. Each is one component at module level, told by its props what it shows and how it is kept:
// a component made anew for each change would lose what is being typed.
import { CheckboxEntry, FeelEntry, SelectEntry, TextAreaEntry, TextFieldEntry } from "@bpmn-io/properties-panel";
import { useCallback, useEffect, useState } from "@bpmn-io/properties-panel/preact/hooks";
import { useService } from "bpmn-js-properties-panel";

/** What an entry needs to change a diagram: see `extensions.js`. */
function useTools() {
  return { modeling: useService("modeling"), bpmnFactory: useService("bpmnFactory"), commandStack: useService("commandStack") };
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

/** FEEL, always (`feel: "required"`), or text that becomes FEEL with = in front (`feel: "optional"`). The server reads it as one types. */
export function Feel(props) {
  const { names = [], problemIn } = useService("config.vocabulary") ?? {};
  const written = String(props.read(props.element));
  const problem = useProblem(written, problemIn);
  const feel = isForeign(written) ? "optional" : (props.feel ?? "required");
  const validate = useCallback(() => problem, [problem]);
  return <FeelEntry {...common(props)} {...useKept(props)} validate={validate} feel={feel} variables={names} />;
}

/** Whether a text is an expression of another tool: shown as it is until somebody writes FEEL in its place. */
function isForeign(written) {
  return !written.startsWith("=") && /[$#]\{/.test(written);
}

/** What the server says is wrong in an expression, a moment after it was changed; plain text and other languages are not asked about. */
function useProblem(written, problemIn) {
  const [problem, setProblem] = useState("");
  useEffect(() => {
    setProblem("");
    const expression = written.trim();
    if (!problemIn || !expression.startsWith("=") || expression === "=") return undefined;
    let wanted = true;
    const timer = setTimeout(() => problemIn(expression.slice(1)).then((said) => wanted && setProblem(said)), 400);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [written, problemIn]);
  return problem;
}

/** A choice of the page's vocabulary, with ids behind the titles unless `bare`; a value it does not know stays and is named as unknown. */
export function Choice(props) {
  const { element, read, choices, none, bare } = props;
  const getOptions = () => {
    const current = read(element);
    const known = choices.map(({ id, title }) => ({ value: id, label: title && title !== id && !bare ? `${title} (${id})` : title || id }));
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

/** Several of many: each chosen one with a button that removes it, and a list to add from. An expression is left to another entry. */
export function Members({ id, label, description, element, read, write, choices, add }) {
  const tools = useTools();
  const text = read(element);
  const formula = text.trim().startsWith("=");
  const chosen = formula ? [] : split(text);
  const put = (ids) => write(tools, element, ids.join(", "));
  const titles = new Map(choices.map((choice) => [choice.id, choice.title ?? choice.id]));
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`members-${id}`}>{label}</label>
      {chosen.length > 0 && (
        <ul class="k-members">
          {chosen.map((one) => (
            <li key={one}>
              <span>{titles.get(one) ?? `${one} (not known here)`}</span>
              <button type="button" aria-label={`Remove ${titles.get(one) ?? one}`} onClick={() => put(chosen.filter((other) => other !== one))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <select id={`members-${id}`} name={id} class="bio-properties-panel-input" value="" onChange={(event) => put([...chosen, event.target.value])}>
        <option value="">{formula ? "Given by the expression below" : add}</option>
        {choices
          .filter((choice) => !chosen.includes(choice.id))
          .map((choice) => (
            <option key={choice.id} value={choice.id}>
              {titles.get(choice.id)}
            </option>
          ))}
      </select>
      {description && <div class="bio-properties-panel-description">{description}</div>}
    </div>
  );
}

/** Yes or no. */
export function Switch(props) {
  return <CheckboxEntry {...common(props)} {...useKept(props)} />;
}

function common({ id, element, label, description, validate }) {
  return { id, element, label, description, validate };
}

function split(names) {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}
