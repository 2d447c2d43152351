// The page of the types that a decision file defines. Needs: `#types` with its data attributes, and what a session needs.
import { render } from "@bpmn-io/properties-panel/preact";
import { text } from "../page/texts.js";
import { Add, Icon, Line, Surroundings } from "./box.jsx";
import { session } from "./session.js";
import { uid } from "./tree.js";

const place = document.getElementById("types");
const editable = place.dataset.mayEdit === "yes";
const known = JSON.parse(place.dataset.types);

const marked = (list) => list.map((one) => ({ uid: uid(), ...one, parts: marked(one.parts) }));
const sent = (list) => list.map(({ uid: _uid, parts, ...rest }) => ({ ...rest, parts: sent(parts) }));
const fresh = () => ({ uid: uid(), at: -1, name: "", base: "", many: false, allowed: "", function: false, parts: [] });

function placesOf(ours, theirs, found = new Map()) {
  ours.forEach((one, at) => {
    found.set(one.uid, theirs[at].at);
    placesOf(one.parts, theirs[at].parts, found);
  });
  return found;
}

const placed = (list, places) => list.map((one) => ({ ...one, at: places.get(one.uid) ?? -1, parts: placed(one.parts, places) }));

function Type({ one, change, remove, label }) {
  const set = (field) => (value) => change({ ...one, [field]: value }, typeof value === "string" ? `${one.uid}:${field}` : null);
  return (
    <div class="box-k" role="group" aria-label={label}>
      <div class="box-head">
        <Line label={text("type-name")} value={one.name} change={set("name")} />
        {one.function ? <span class="sub">{text("type-function")}</span> : one.parts.length > 0 ? <span class="sub">{text("type-parts")}</span> : <Line label={text("type-base")} placeholder={text("box-any-type")} value={one.base} list="box-types" change={set("base")} />}
        {!one.function && <label class="many"><input type="checkbox" checked={one.many} disabled={!editable} onChange={({ target }) => set("many")(target.checked)} /> {text("type-many")}</label>}
        {editable && <button type="button" class="btn btn-quiet btn-sm tool" aria-label={text("box-remove", { name: label })} title={text("box-remove", { name: label })} onClick={remove}><Icon name="trash" /></button>}
      </div>
      {!one.function && (
        <div class="parts">
          {one.parts.length === 0 && <Line code label={text("type-allowed")} placeholder={text("type-allowed")} value={one.allowed} change={set("allowed")} />}
          <Types list={one.parts} change={(parts, key) => change({ ...one, parts }, key)} add={text("type-add-part")} />
        </div>
      )}
    </div>
  );
}

function Types({ list, change, add }) {
  return (
    <>
      {list.map((one, at) => (
        <Type key={one.uid} one={one} label={one.name || text("box-unnamed", { number: at + 1 })} change={(next, key) => change(list.map((old, index) => (index === at ? next : old)), key)} remove={() => change(list.filter((_old, index) => index !== at))} />
      ))}
      <Add words={add} act={() => change([...list, fresh()])} />
    </>
  );
}

function draw(types) {
  render(
    <Surroundings.Provider value={{ editable }}>
      <datalist id="box-types">{[...known, ...types.map(({ name }) => name)].map((one) => <option key={one} value={one} />)}</datalist>
      <div class="parts"><Types list={types} change={(next, key) => page.change(next, key)} add={text("type-add")} /></div>
    </Surroundings.Provider>,
    place,
  );
}

const page = session({
  place,
  first: marked(JSON.parse(place.dataset.definitions)),
  key: "definitions",
  sent,
  saved(past, mine, content) {
    const places = placesOf(mine, content.definitions);
    past.each((types) => placed(types, places));
  },
  draw,
});
