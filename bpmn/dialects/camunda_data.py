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
        subject.mapped("connector", f"It calls the operation {shown(identity)}.")
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
        try:
            yield name, f"={_value(subject, entry)}"
        except NotTranslated as error:
            subject.untranslated(f"{kind} {name}", texts(entry), error)


def _value(subject: Subject, entry: etree._Element) -> str:
    """The value of a parameter, list item or map entry as FEEL. Raises NotTranslated."""
    for script in subject.inside(entry, "script"):
        language = named(script, "scriptFormat") or "a script language"
        if language.casefold() in ("feel", "juel") and texts(script):
            return subject.value(texts(script)) if language.casefold() == "juel" else texts(script).removeprefix("=")
        raise NotTranslated(f"a script in {language}", "Compute the value in a script task in FEEL before.")
    for listed in subject.inside(entry, "list"):
        return f"[{', '.join(_piece(subject, item) for item in listed)}]"
    for mapped in subject.inside(entry, "map"):
        entries = ", ".join(f"{quoted(named(one, 'key'))}: {_value(subject, one)}" for one in mapped)
        return f"{{{entries}}}"
    return _piece(subject, entry)


def _piece(subject: Subject, entry: etree._Element) -> str:
    written = texts(entry)
    return subject.value(written) if written else "null"


_HAND_OVER_ON_ERROR: Final = ("{http://camunda.org/", "{http://operaton.org/")
"""Whose calls take over what ``out`` names also where the called process ends by an error."""


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
        elif target and (source or written):
            formula = f"={COUNTED.get(source, source)}" if source else subject.formula(kind, written)
            if formula:
                found.append((target, formula))
                subject.mapped(kind, f"{target} becomes {shown(formula)}.")
        if holds_juel(target):
            subject.refuse(kind, f"The name {shown(target)} is an expression.", "Write a plain name.")
    return every, found
