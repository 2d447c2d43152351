// The page of an element of a decision file. Needs: `#element` with its data attributes, and what a session needs. Gives: its
// name, its needs and its logic as boxes to edit, checked by the server while one types.
import { render } from "@bpmn-io/properties-panel/preact";
import { text } from "../page/texts.js";
import { Box, Surroundings } from "./box.jsx";
import { Facts } from "./facts.jsx";
import { session } from "./session.js";
import * as tree from "./tree.js";

const place = document.getElementById("element");
const others = JSON.parse(place.dataset.others);
const types = JSON.parse(place.dataset.types);
const given = JSON.parse(place.dataset.drawing);

/** What is wrong with each box; ids lead from the list to the place. */
function byBox(drawing, faults) {
  const boxes = drawing.logic ? tree.counted(drawing.logic) : [];
  return new Map(faults.flatMap(({ box, message }, number) => (box !== undefined && boxes[box] ? [[boxes[box], { message, id: `fault-${number}` }]] : [])));
}

/** The key of a table: of the whole element, or its own. */
function tableKey(drawing, box) {
  const whole = box === drawing.logic || (drawing.kind !== "decision" && box === drawing.logic.parts[0]?.box);
  return whole ? drawing.key : box.id;
}

function draw(drawing, faults) {
  const surroundings = { editable: place.dataset.mayEdit === "yes", faults: byBox(drawing, faults), tablesUrl: place.dataset.tablesUrl, tableKey: (box) => tableKey(drawing, box) };
  render(
    <Surroundings.Provider value={surroundings}>
      <datalist id="box-types">{types.map((one) => <option key={one} value={one} />)}</datalist>
      <Facts drawing={drawing} change={(next, key) => page.change(next, key)} others={others} />
      {drawing.logic && (
        <section class="card-k boxes" aria-labelledby="logic-title">
          <div class="cap"><h2 id="logic-title">{text("element-logic")}</h2></div>
          <Box root box={drawing.logic} label={drawing.name} change={(logic, key) => page.change({ ...page.now, logic }, key)} />
        </section>
      )}
    </Surroundings.Provider>,
    place,
  );
}

const page = session({
  place,
  first: { ...given, logic: tree.marked(given.logic) },
  key: "drawing",
  sent: (drawing) => ({ ...drawing, logic: drawing.logic && tree.sent(drawing.logic) }),
  saved(past, mine, content) {
    if (!mine.logic) return;
    const places = tree.placesOf(mine.logic, content.drawing.logic);
    past.each((drawing) => ({ ...drawing, logic: tree.placed(drawing.logic, places) })); // all has new places in the file now
  },
  draw,
});
