// One boxed expression on the page, and those inside it. `change(next, key)` gives a box another value; changes of one key
// in a row are one step back.
import { createContext } from "@bpmn-io/properties-panel/preact";
import { useContext } from "@bpmn-io/properties-panel/preact/hooks";
import { text } from "../page/texts.js";
import * as edits from "./tree.js";

/** What every box needs: { editable, faults: Map(box → words), tablesUrl, saved(box) }. */
export const Surroundings = createContext(null);

const kinds = ["literalExpression", "context", "decisionTable", "conditional", "list", "relation", "invocation", "functionDefinition", "filter", "for", "every", "some"];

export function Icon({ name }) {
  const address = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  return <svg class="icon" aria-hidden="true"><use href={`${address}#${name}`} /></svg>;
}

function Tool({ words, symbol, act, off }) {
  return <button type="button" class="btn btn-quiet btn-sm tool" aria-label={words} title={words} disabled={off} onClick={act}><Icon name={symbol} /></button>;
}

export function Add({ words, act }) {
  const { editable } = useContext(Surroundings);
  return editable && <button type="button" class="btn btn-quiet btn-sm add" onClick={act}><Icon name="plus-lg" /> {words}</button>;
}

/** A name, or a type, in one line. */
export function Line({ label, value, change, list, placeholder, code }) {
  const { editable } = useContext(Surroundings);
  return <input class={code ? "line code" : "line"} type="text" aria-label={label} title={label} placeholder={placeholder ?? label} value={value} list={list} readOnly={!editable} spellcheck={false} autocomplete="off" onInput={({ target }) => change(target.value)} />;
}

const Type = ({ value, change }) => <Line label={text("box-type")} placeholder={text("box-any-type")} value={value} change={change} list="box-types" />;

/** A box: its kind, what is wrong with it, what it holds. */
export function Box({ box, change, label, root = false }) {
  const { editable, faults } = useContext(Surroundings);
  const words = faults.get(box);
  const Inside = insides[box.kind] ?? Nothing;
  const kind = `box-kind-${box.kind || "none"}`;
  return (
    <div class={`box-k is-${box.kind || "none"}${words ? " is-bad" : ""}`} role="group" aria-label={`${label}: ${text(kind)}`} data-label={label}>
      <div class="box-head">
        {editable && !(root && box.kind === "functionDefinition") ? (
          <select class="kind" aria-label={text("box-kind-of", { name: label })} value={box.kind} onChange={({ target }) => change(edits.turned(box, target.value))}>
            {!box.kind && <option value="">{text("box-kind-none")}</option>}
            {kinds.map((one) => <option key={one} value={one}>{text(`box-kind-${one}`)}</option>)}
          </select>
        ) : (
          <span class="sub">{text(kind)}</span>
        )}
        {box.type && box.kind !== "decisionTable" && <Type value={box.type} change={(type) => change({ ...box, type }, `${label}:type`)} />}
      </div>
      <Inside box={box} change={change} label={label} wrong={words ? words.id : null} />
      {words && <p class="fault" id={words.id}>{words.message}</p>}
    </div>
  );
}

function Nothing({ label }) {
  return <p class="sub empty">{text("box-empty", { name: label })}</p>;
}

function Literal({ box, change, label, wrong }) {
  const { editable } = useContext(Surroundings);
  return <textarea class="cell" rows={Math.min(12, box.text.split("\n").length)} spellcheck={false} readOnly={!editable} aria-label={label} aria-invalid={wrong ? "true" : null} aria-describedby={wrong} placeholder="FEEL" value={box.text} onInput={({ target }) => change({ ...box, text: target.value }, `${label}:text`)} />;
}

/** Up, down, away: for parts whose order is free. `first` and `last` are those among which it moves. */
function Tools({ box, change, index, first = 0, last, label }) {
  const { editable } = useContext(Surroundings);
  if (!editable) return null;
  const end = last ?? box.parts.length - 1;
  return (
    <div class="part-tools" role="group" aria-label={label}>
      <Tool words={text("box-up", { name: label })} symbol="chevron-up" off={index <= first} act={() => change(edits.movePart(box, index, -1))} />
      <Tool words={text("box-down", { name: label })} symbol="chevron-down" off={index >= end} act={() => change(edits.movePart(box, index, 1))} />
      <Tool words={text("box-remove", { name: label })} symbol="trash" act={() => change(edits.removePart(box, index))} />
    </div>
  );
}

const inner = (box, change, index) => (next, key) => change(edits.setPart(box, index, { box: next }), key && `${index}/${key}`);

function Named({ box, change, label, from = 0, end, add }) {
  const rows = box.parts.slice(from, end).map((one, at) => {
    const index = from + at;
    const name = one.name || text("box-unnamed", { number: at + 1 });
    const set = (field) => (value) => change(edits.setPart(box, index, { [field]: value }), `${label}:${one.uid}:${field}`);
    return (
      <div class="part" key={one.uid}>
        <div class="part-head">
          <Line label={text("box-name")} value={one.name} change={set("name")} />
          <Type value={one.type} change={set("type")} />
          <Tools box={box} change={change} index={index} first={from} last={end - 1} label={name} />
        </div>
        <Box box={one.box} change={inner(box, change, index)} label={name} />
      </div>
    );
  });
  return <>{rows}<Add words={add} act={() => change(edits.addPart(box, end, edits.part(edits.literal(), `${text("box-new-name")} ${end - from + 1}`)))} /></>;
}

function Context({ box, change, label }) {
  const { editable } = useContext(Surroundings);
  const at = edits.result(box);
  const end = at < 0 ? box.parts.length : at;
  return (
    <div class="parts">
      <Named box={box} change={change} label={label} end={end} add={text("box-add-entry")} />
      {at >= 0 ? (
        <div class="part is-result" key={box.parts[at].uid}>
          <div class="part-head"><span class="word">→ {text("box-result")}</span>{editable && <Tool words={text("box-remove", { name: text("box-result") })} symbol="trash" act={() => change(edits.removePart(box, at))} />}</div>
          <Box box={box.parts[at].box} change={inner(box, change, at)} label={text("box-result")} />
        </div>
      ) : (
        <Add words={text("box-add-result")} act={() => change(edits.addPart(box, end))} />
      )}
    </div>
  );
}

function Invocation({ box, change, label }) {
  return (
    <div class="parts">
      <div class="part"><div class="part-head"><span class="word">{text("box-calls")}</span></div><Box box={box.parts[0].box} change={inner(box, change, 0)} label={text("box-calls")} /></div>
      <Named box={box} change={change} label={label} from={1} end={box.parts.length} add={text("box-add-parameter")} />
    </div>
  );
}

function Names({ box, change, label, add, what }) {
  const { editable } = useContext(Surroundings);
  return (
    <ul class="names">
      {box.names.map((one, index) => {
        const set = (field) => (value) => change(edits.setName(box, index, { [field]: value }), `${label}:${one.uid}:${field}`);
        return (
          <li key={one.uid}>
            <Line label={text(what, { number: index + 1 })} value={one.name} change={set("name")} />
            <Type value={one.type} change={set("type")} />
            {editable && <Tool words={text("box-remove", { name: one.name || text("box-unnamed", { number: index + 1 }) })} symbol="trash" act={() => change(edits.removeName(box, index))} />}
          </li>
        );
      })}
      {editable && <li><Add words={add} act={() => change(edits.addName(box))} /></li>}
    </ul>
  );
}

function Function({ box, change, label }) {
  return (
    <div class="parts">
      {box.text !== "FEEL" && <p class="sub">{text("box-language", { name: box.text })}</p>}
      <Names box={box} change={change} label={label} add={text("box-add-parameter")} what="box-parameter" />
      <div class="part"><div class="part-head"><span class="word">{text("box-body")}</span></div><Box box={box.parts[0].box} change={inner(box, change, 0)} label={text("box-body")} /></div>
    </div>
  );
}

function List({ box, change }) {
  return (
    <div class="parts">
      {box.parts.map((one, index) => {
        const label = text("box-item", { number: index + 1 });
        return <div class="part" key={one.uid}><div class="part-head"><span class="word num">{index + 1}</span><Tools box={box} change={change} index={index} label={label} /></div><Box box={one.box} change={inner(box, change, index)} label={label} /></div>;
      })}
      <Add words={text("box-add-item")} act={() => change(edits.addPart(box, box.parts.length))} />
    </div>
  );
}

function Relation({ box, change, label }) {
  return (
    <div class="parts">
      <Names box={box} change={change} label={label} add={text("box-add-column")} what="box-column" />
      {box.parts.map((row, index) => {
        const name = text("box-row", { number: index + 1 });
        const within = inner(box, change, index);
        return (
          <div class="part" key={row.uid}>
            <div class="part-head"><span class="word">{name}</span><Tools box={box} change={change} index={index} label={name} /></div>
            <div class="cells">{row.box.parts.map((cell, at) => <div key={cell.uid}><span class="sub">{box.names[at]?.name}</span><Box box={cell.box} change={inner(row.box, within, at)} label={`${name}, ${box.names[at]?.name ?? ""}`} /></div>)}</div>
          </div>
        );
      })}
      <Add words={text("box-add-row")} act={() => change(edits.addRow(box))} />
    </div>
  );
}

function Fixed({ box, change, label }) {
  const iterates = ["for", "every", "some"].includes(box.kind);
  return (
    <div class="parts">
      {iterates && <div class="part-head"><span class="word">{text(`box-each-${box.kind}`)}</span><Line label={text("box-variable")} value={box.text} change={(words) => change({ ...box, text: words }, `${label}:text`)} /></div>}
      {box.parts.map((one, index) => (
        <div class="part" key={one.uid}><div class="part-head"><span class="word">{text(`box-part-${one.name}`)}</span></div><Box box={one.box} change={inner(box, change, index)} label={text(`box-part-${one.name}`)} /></div>
      ))}
    </div>
  );
}

function Table({ box }) {
  const { editable, tablesUrl, tableKey } = useContext(Surroundings);
  if (box.at < 0) return <p class="sub empty">{text("box-save-table")}</p>;
  const [heads = [], ...rules] = box.picture;
  return (
    <>
      <div class="scroll-x"><table class="list keep"><thead><tr>{heads.map((head, at) => <th scope="col" key={at}><code>{head}</code></th>)}</tr></thead><tbody>{rules.slice(0, 20).map((cells, at) => <tr key={at}>{cells.map((cell, column) => <td key={column}><code>{cell || "–"}</code></td>)}</tr>)}</tbody></table></div>
      {tableKey(box) && <a class="btn btn-quiet btn-sm add" href={`${tablesUrl}${encodeURIComponent(tableKey(box))}`}><Icon name={editable ? "pencil" : "play"} /> {text(editable ? "box-edit-table" : "box-see-table")}</a>}
    </>
  );
}

const insides = { literalExpression: Literal, context: Context, invocation: Invocation, functionDefinition: Function, list: List, relation: Relation, conditional: Fixed, filter: Fixed, for: Fixed, every: Fixed, some: Fixed, decisionTable: Table };
