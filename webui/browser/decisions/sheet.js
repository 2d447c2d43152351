// A decision table as a value: every change gives a new sheet and leaves the old one as it is, which is all that undo needs.
// `at` is a column's or rule's place in the file; -1 for what is new.

const blank = (count) => Array.from({ length: count }, () => "");
const put = (list, index, value) => list.map((one, number) => (number === index ? value : one));
const drop = (list, index) => list.filter((_one, number) => number !== index);
const insert = (list, index, value) => [...list.slice(0, index), value, ...list.slice(index)];

function move(list, from, to) {
  return insert(drop(list, from), to, list[from]);
}

/** Columns in the order of the cells: inputs, then outputs. */
export const columns = (sheet) => [...sheet.inputs, ...sheet.outputs];

export const isInput = (sheet, column) => column < sheet.inputs.length;

/** Which list a column is in, and where: ["inputs", 0]. */
function placed(sheet, column) {
  return isInput(sheet, column) ? ["inputs", column] : ["outputs", column - sheet.inputs.length];
}

export function setCell(sheet, row, column, words) {
  const rule = sheet.rules[row];
  const width = columns(sheet).length;
  const changed = column < width ? { ...rule, cells: put(rule.cells, column, words) } : { ...rule, notes: put(rule.notes, column - width, words) };
  return { ...sheet, rules: put(sheet.rules, row, changed) };
}

/** Cells from a spreadsheet, as lines of texts, from a cell on to the right and down; rules are added where they end. */
export function paste(sheet, row, column, lines) {
  const wide = columns(sheet).length + sheet.notes.length;
  let next = sheet;
  lines.forEach((texts, down) => {
    if (row + down >= next.rules.length) next = addRule(next, next.rules.length);
    texts.slice(0, wide - column).forEach((words, right) => (next = setCell(next, row + down, column + right, words.trim())));
  });
  return next;
}

export function addRule(sheet, row) {
  const rule = { at: -1, cells: blank(columns(sheet).length), notes: blank(sheet.notes.length) };
  return { ...sheet, rules: insert(sheet.rules, row, rule) };
}

export function copyRule(sheet, row) {
  return { ...sheet, rules: insert(sheet.rules, row + 1, { ...sheet.rules[row], at: -1 }) };
}

export function removeRule(sheet, row) {
  return { ...sheet, rules: drop(sheet.rules, row) };
}

export function moveRule(sheet, row, to) {
  return { ...sheet, rules: move(sheet.rules, row, to) };
}

export function setColumn(sheet, column, facts) {
  const [list, index] = placed(sheet, column);
  return { ...sheet, [list]: put(sheet[list], index, { ...sheet[list][index], ...facts }) };
}

/** A new column at the end of its list. */
export function addColumn(sheet, list, facts) {
  const at = list === "inputs" ? sheet.inputs.length : columns(sheet).length;
  const column = { at: -1, label: "", text: "", type: "", values: "", default: "", ...facts };
  const rules = sheet.rules.map((rule) => ({ ...rule, cells: insert(rule.cells, at, "") }));
  return { ...sheet, [list]: [...sheet[list], column], rules };
}

export function removeColumn(sheet, column) {
  const [list, index] = placed(sheet, column);
  return { ...sheet, [list]: drop(sheet[list], index), rules: sheet.rules.map((rule) => ({ ...rule, cells: drop(rule.cells, column) })) };
}

/** A column one place to the left (-1) or right (1), if its list goes so far. */
export function moveColumn(sheet, column, by) {
  const [list, index] = placed(sheet, column);
  if (index + by < 0 || index + by >= sheet[list].length) return sheet;
  const rules = sheet.rules.map((rule) => ({ ...rule, cells: move(rule.cells, column, column + by) }));
  return { ...sheet, [list]: move(sheet[list], index, index + by), rules };
}

/**
 * The sheet with its past: `change(next, key)` goes on from here, one step back for all changes of one key in a row.
 * `changed()` is called after every step.
 */
export function history(first, changed) {
  let past = [];
  let now = first;
  let future = [];
  let key = null;

  function step(from, to) {
    if (!from.length) return;
    to.push(now);
    now = from.pop();
    key = null;
    changed();
  }

  return {
    get sheet() {
      return now;
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    change(next, of = null) {
      if (next === now) return;
      if (of === null || of !== key) past = [...past.slice(-200), now];
      now = next;
      future = [];
      key = of;
      changed();
    },
    /** Takes the same sheet as it was read again, without a step. */
    replace(same) {
      now = same;
      key = null;
    },
    /** Gives every step another value, without one. */
    each(give) {
      past = past.map(give);
      now = give(now);
      future = future.map(give);
      key = null;
    },
    /** The next change is a step of its own. */
    settle() {
      key = null;
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
  };
}
