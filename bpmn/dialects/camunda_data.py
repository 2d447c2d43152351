"""Data that go in and out of activities in the Camunda 7 family: ``inputOutput``, ``in`` and ``out``."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from bpmn.dialects.juel import NotTranslated, holds_juel, quoted
from bpmn.dialects.subject import Subject, named, shown, texts
from bpmn.source import NODES, OURS

COLLECTION: Final = f"{{{OURS}}}collection"
ITEM: Final = f"{{{OURS}}}item"
OUTPUT_COLLECTION: Final = f"{{{OURS}}}outputCollection"
OUTPUT_ITEM: Final = f"{{{OURS}}}outputItem"
"""Attributes by which a repetition says of what it is, beside the standard's references to data."""

COUNTED: Final = {"loopCounter": "loopCounter - 1"}
"""Where they count from 0, and we from 1."""
MAPPING: Final = NODES
"""Kinds of elements on which data may be mapped."""


def input_output(subject: Subject) -> None:
    """Take over input and output parameters."""
    for part in subject.parts("inputOutput"):
        _parameters(subject, part)


def connector(subject: Subject) -> bool:
    """Take over a connector: an operation with its parameters; whether there was one."""
    found = subject.parts("connector")
    for part in found:
        identity = next((texts(entry) for entry in subject.inside(part, "connectorId")), "")
        inputs: list[tuple[str, str]] = []
        for holder in subject.inside(part, "inputOutput"):
            inputs += list(_formulas(subject, holder, "inputParameter"))
            subject.data(outputs=list(_formulas(subject, holder, "outputParameter")))
        subject.operation(identity, inputs)
        told = f" with {', '.join(name for name, _ in inputs)}" if inputs else ""
        subject.mapped("connector", f"It calls the operation {shown(identity)}{told}.")
    return bool(found)


def _parameters(subject: Subject, part: etree._Element) -> None:
    inputs = list(_formulas(subject, part, "inputParameter"))
    outputs = list(_formulas(subject, part, "outputParameter"))
    subject.data(inputs=inputs, outputs=outputs)
    for name, formula in inputs:
        subject.mapped("inputParameter", f"Inside, {name} is {shown(formula)}.")
    for name, formula in outputs:
        subject.mapped("outputParameter", f"Afterwards {name} is {shown(formula)}.")


def _formulas(subject: Subject, part: etree._Element, kind: str) -> Iterator[tuple[str, str]]:
    for entry in subject.inside(part, kind):
        name = named(entry, "name")
        if not name:
            subject.open(kind, f"{shown(texts(entry))} has no name.", "Name the variable that it sets.")
            continue
        try:
            yield name, f"={_value(subject, entry)}"
        except NotTranslated as error:
            subject.untranslated(f"{kind} {name}", texts(entry), error)


def _value(subject: Subject, entry: etree._Element) -> str:
    """The value of a parameter or of an entry of a map as FEEL. Raises NotTranslated."""
    return next(
        (_piece(subject, part) for part in subject.inside(entry, "script", "list", "map")), _text(subject, entry)
    )


def _piece(subject: Subject, part: etree._Element) -> str:
    """A script, list, map or text as FEEL. Raises NotTranslated."""
    kind = etree.QName(part).localname
    if kind == "script":
        return _script(subject, part)
    if kind == "list":
        return f"[{', '.join(_piece(subject, item) for item in part)}]"
    if kind == "map":
        entries = ", ".join(f"{quoted(named(one, 'key'))}: {_value(subject, one)}" for one in part)
        return f"{{{entries}}}"
    return _text(subject, part)


def _script(subject: Subject, script: etree._Element) -> str:
    language = named(script, "scriptFormat") or "a script language"
    if named(script, "resource"):
        raise NotTranslated(f"a script outside the diagram, {named(script, 'resource')}", "Write it into the diagram.")
    if language.casefold() not in ("feel", "juel") or not texts(script):
        raise NotTranslated(f"a script in {language}", "Compute the value in a script task in FEEL before.")
    return subject.value(texts(script)) if language.casefold() == "juel" else texts(script).removeprefix("=")


def _text(subject: Subject, part: etree._Element) -> str:
    written = texts(part)
    return subject.value(written) if written else "null"


_HAND_OVER_ON_ERROR: Final = ("{http://camunda.org/", "{http://operaton.org/")
"""Whose calls take over what ``out`` names also where the called process ends by an error."""


def through(subject: Subject) -> list[tuple[str, str]]:
    """What Flowable passes to a service task and back: its parameters; with ``out``, the rest of the answer is left."""
    _, inputs = _passed(subject, "in")
    _, outputs = _passed(subject, "out")
    if outputs:
        subject.data(outputs=outputs)
        subject.seal()
    return inputs


def called(subject: Subject, *, every: bool) -> None:
    """Take over what passes to a called process (`every` variable in any case) and back; else nothing does."""
    all_in, inputs = _passed(subject, "in")
    every = every or all_in
    if every and inputs:
        subject.data(inputs=inputs)
        subject.property("inputs", "all")
    elif not every:
        entries = ", ".join(f"{quoted(name)}: {formula[1:]}" for name, formula in inputs)
        subject.property("inputs", f"={{{entries}}}" if entries else "none")
    if any(str(part.tag).startswith(_HAND_OVER_ON_ERROR) for part in subject.node.iter("{*}out")):
        subject.property("outputsOnError", "true")
    everything, outputs = _passed(subject, "out")
    if outputs:
        subject.data(outputs=outputs)
    if not everything:
        if outputs:
            subject.seal()
        else:
            subject.property("outputs", "none")
    if not every and not inputs:
        subject.mapped("in", "No variable passes to the called process.")
    if not everything and not outputs:
        subject.mapped("out", "No variable comes back from the called process.")


def _passed(subject: Subject, kind: str) -> tuple[bool, list[tuple[str, str]]]:
    every, found = False, []
    for part in subject.parts(kind):
        target, source = named(part, "target"), named(part, "source")
        written = named(part, "sourceExpression")
        if part.get("businessKey"):
            subject.unused(f"{kind} businessKey", "A called case has a number of its own, and each names the other.")
        elif named(part, "variables") == "all":
            every = True
            subject.mapped(kind, "All variables pass.")
        elif holds_juel(target) or part.get("targetExpression"):
            told = named(part, "targetExpression") or target
            at = f"{kind} targetExpression" if part.get("targetExpression") else kind
            subject.refuse(at, f"The name {shown(told)} is an expression.", "Write a plain name.")
        elif target and (source or written):
            formula = f"={COUNTED.get(source, source)}" if source else subject.formula(kind, written)
            if formula:
                found.append((target, formula))
                subject.mapped(kind, f"{target} becomes {shown(formula)}.")
        elif not part.get("businessKey"):
            told = f"{shown(source or written or target)} is one side of a pair: nothing passes."
            subject.open(kind, told, "Name what passes, and the variable that it becomes.")
        _marks(subject, part, kind)
    return every, found


def _marks(subject: Subject, part: etree._Element, kind: str) -> None:
    if named(part, "local") == "true":
        told = "not only its own" if kind == "in" else "and not only inside the call"
        where = "All variables that the call sees pass" if kind == "in" else "What comes back is set in the case"
        subject.open(f"{kind} local", f"{where}, {told}.", "Name each variable that is to pass.")
    for name in ("transient", "sourceType", "targetType"):
        if named(part, name):
            subject.unused(f"{kind} {name}", "What passes keeps its type, and is kept.")
