// Boxed expressions as values: every change gives a new tree and leaves the old one as it is, which is all that undo needs.
// `at` is a place in the file, -1 for what is new; `uid` keeps what is drawn apart from its neighbours while it moves.

let count = 0;
export const uid = () => (count += 1);

const fixed = { conditional: ["if", "then", "else"], filter: ["in", "match"], for: ["in", "return"], every: ["in", "satisfies"], some: ["in", "satisfies"] };

export const nothing = () => ({ at: -1, kind: "", text: "", type: "", names: [], parts: [], id: "", picture: [] });
export const literal = (text = "") => ({ ...nothing(), kind: "literalExpression", text });
export const part = (box = literal(), name = "") => ({ uid: uid(), at: -1, name, type: "", box });
export const named = (name = "") => ({ uid: uid(), at: -1, name, type: "" });

/** The tree as the page was given it, every part with a uid. */
export function marked(box) {
  return box && { ...box, names: box.names.map((one) => ({ uid: uid(), ...one })), parts: box.parts.map((one) => ({ uid: uid(), ...one, box: marked(one.box) })) };
}

/** Where everything of a tree stands in the file, by uid, as it was read again. */
export function placesOf(ours, theirs, key = "root", found = new Map()) {
  found.set(key, { at: theirs.at, id: theirs.id, picture: theirs.picture });
  ours.names.forEach((one, at) => found.set(one.uid, { at: theirs.names[at].at }));
  ours.parts.forEach((one, at) => {
    found.set(one.uid, { at: theirs.parts[at].at });
    placesOf(one.box, theirs.parts[at].box, `in ${one.uid}`, found);
  });
  return found;
}

/** A tree with these places; what has none is no longer in the file. */
export function placed(box, places, key = "root") {
  const at = (one) => ({ ...one, at: places.get(one.uid)?.at ?? -1 });
  return {
    ...box,
    ...(places.get(key) ?? { at: -1 }),
    names: box.names.map(at),
    parts: box.parts.map((one) => ({ ...at(one), box: placed(one.box, places, `in ${one.uid}`) })),
  };
}

/** The boxes in the order in which they stand, as the server counts them; rows of relations are none. */
export function counted(box, found = []) {
  if (box.kind !== "row") found.push(box);
  for (const one of box.parts) counted(one.box, found);
  return found;
}

const put = (list, index, value) => list.map((one, number) => (number === index ? value : one));
const drop = (list, index) => list.filter((_one, number) => number !== index);
const insert = (list, index, value) => [...list.slice(0, index), value, ...list.slice(index)];

export const setPart = (box, index, changes) => ({ ...box, parts: put(box.parts, index, { ...box.parts[index], ...changes }) });
export const removePart = (box, index) => ({ ...box, parts: drop(box.parts, index) });
export const addPart = (box, index, made = part()) => ({ ...box, parts: insert(box.parts, index, made) });
export const setName = (box, index, changes) => ({ ...box, names: put(box.names, index, { ...box.names[index], ...changes }) });

export function movePart(box, index, by) {
  return { ...box, parts: insert(drop(box.parts, index), index + by, box.parts[index]) };
}

export const result = (box) => (box.kind === "context" ? box.parts.findIndex(({ name }, at) => !name && at === box.parts.length - 1) : -1);

// --- columns of relations, parameters of functions

export function addName(box) {
  const names = [...box.names, named()];
  return { ...box, names, parts: box.kind === "relation" ? box.parts.map((row) => ({ ...row, box: addPart(row.box, row.box.parts.length) })) : box.parts };
}

export function removeName(box, index) {
  return { ...box, names: drop(box.names, index), parts: box.kind === "relation" ? box.parts.map((row) => ({ ...row, box: removePart(row.box, index) })) : box.parts };
}

export function addRow(box) {
  return addPart(box, box.parts.length, part({ ...nothing(), kind: "row", parts: box.names.map(() => part()) }));
}

// --- another kind

const makers = {
  literalExpression: (old) => literal(old.kind === "literalExpression" ? old.text : ""),
  context: (old) => ({ parts: [part(literal(), "entry 1"), part(old)] }),
  list: (old) => ({ parts: [part(old)] }),
  relation: (old) => addRow({ ...nothing(), names: [named("column 1")], ...(old.kind === "relation" ? old : {}) }),
  invocation: (old) => ({ parts: [part(old.kind === "literalExpression" ? old : literal()), part(literal(), "parameter 1")] }),
  functionDefinition: (old) => ({ text: "FEEL", names: [named("parameter 1")], parts: [part(old)] }),
  decisionTable: () => ({}),
};

/** A box of another kind that holds the old one where it makes sense. */
export function turned(old, kind) {
  const first = old.kind ? old : literal();
  if (kind in fixed) {
    const inside = { conditional: "then", filter: "in" }[kind] ?? "return";
    const parts = fixed[kind].map((name) => part(name === inside || (inside === "return" && name === "satisfies") ? first : literal(), name));
    return { ...nothing(), kind, text: ["for", "every", "some"].includes(kind) ? "item" : "", parts };
  }
  return { ...nothing(), ...makers[kind](first), kind };
}

/** Everything but what only the page knows. */
export function sent(box) {
  const { names, parts, ...rest } = box;
  return { ...rest, names: names.map(bare), parts: parts.map((one) => ({ ...bare(one), box: sent(one.box) })) };
}

function bare(one) {
  const { uid: _uid, box: _box, ...rest } = one;
  return rest;
}
