"""Every expression of a draft with the place it is written at, and the names it may read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bpmn.decisions import DecisionTable
from bpmn.diagram import (
    Activity,
    BusinessRuleTask,
    ConditionalDefinition,
    Element,
    Event,
    Process,
    ReferenceDefinition,
    ScriptTask,
    SequenceFlow,
    ServiceTask,
    TimerDefinition,
)
from bpmn.draft import Draft

ALWAYS: Final = frozenset({"case", "calendar", "caller", "loopCounter"})
"""Names a process can always read: the case, its calendar, the person it is for, the number of a repetition."""

RESULT: Final = "result"
"""The property of a service task that makes variables of what a call outside gave."""
RESPONSE: Final = "response"
"""What that mapping calls the answer."""

LENGTH: Final = 5_000
"""Most characters of one expression."""
COUNT: Final = 3_000
"""Most expressions of one process."""

LINES: Final = 5_000
"""Most lines of one script; the rule about scripts refuses longer ones."""

_CONTEXT: Final = re.compile(r'(?P<key>"(?:[^"\\]|\\.)*"|[^\W\d][\w ]*)|[{}\[\](),:]')
"""What matters in the text of a context: names and texts, brackets, commas and colons."""
_FORMULAS: Final = frozenset({"payload", "correlate", RESULT})
"""Properties that are FEEL also without the = in front."""

_NAME: Final = re.compile(r"[^\W\d][\w ]*")


@dataclass(frozen=True, kw_only=True)
class Written:
    """An expression as written, without the leading ``=``; `what` says in words which one of the element's it is."""

    at: Element | SequenceFlow
    what: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ScriptLine:
    """One line of a script; `name` and `expression` are None where it is no assignment."""

    number: int
    text: str
    name: str | None
    expression: str | None


def script_lines(script: str) -> Iterator[ScriptLine]:
    """The lines that say something: not the empty ones, nor those that begin with ``//``."""
    for number, line in enumerate(script.splitlines()[:LINES], 1):
        if line.strip() and not line.lstrip().startswith("//"):
            name, equals, expression = (part.strip() for part in line.partition("="))
            assigns = bool(equals and _NAME.fullmatch(name)) and not expression.startswith("=")
            yield ScriptLine(
                number=number,
                text=line.strip(),
                name=name if assigns else None,
                expression=expression if assigns else None,
            )


def is_formula(text: str) -> bool:
    """Whether a text that may be plain is meant as FEEL."""
    return text.lstrip().startswith("=")


def bare(text: str) -> str:
    """An expression without the ``=`` in front of it."""
    return text.strip().removeprefix("=").strip()


def expressions(process: Process) -> Iterator[Written]:
    """Every FEEL expression of a process, those of decisions and forms left out."""
    for flow in process.flows:
        if flow.condition and is_formula(flow.condition):
            yield Written(at=flow, what="condition", text=bare(flow.condition))
    for element in process.elements:
        yield from _of_element(element)


def _of_element(element: Element) -> Iterator[Written]:
    for name, value in element.properties.items():
        if is_formula(value) or name in _FORMULAS:
            yield Written(at=element, what=f"property {name}", text=bare(value))
    if isinstance(element, Activity):
        yield from _of_loop(element)
    if isinstance(element, ScriptTask):
        for line in script_lines(element.script):
            if line.expression is not None:
                yield Written(at=element, what=f"expression in line {line.number} of the script", text=line.expression)
    elif isinstance(element, ServiceTask) and element.operation:
        for name, value in element.operation.parameters.items():
            yield Written(at=element, what=f"parameter {name}", text=bare(value))
    elif isinstance(element, Event):
        yield from _of_event(element)


def _of_event(event: Event) -> Iterator[Written]:
    for definition in event.definitions:
        if isinstance(definition, TimerDefinition) and is_formula(definition.text):
            yield Written(at=event, what="timer", text=bare(definition.text))
        elif isinstance(definition, ReferenceDefinition) and definition.extensions.get("messagePayload"):
            payload = definition.extensions["messagePayload"]
            yield Written(at=event, what="payload of the message", text=bare(payload))
        elif isinstance(definition, ConditionalDefinition) and is_formula(definition.condition):
            yield Written(at=event, what="condition", text=bare(definition.condition))


def _of_loop(element: Activity) -> Iterator[Written]:
    loop = element.loop
    if loop is None:
        return
    parts = (("number of repetitions", loop.cardinality), ("collection", loop.collection))
    condition = "loop condition" if loop.kind == "standard" else "completion condition"
    for what, text in (*parts, (condition, loop.condition)):
        if text:
            yield Written(at=element, what=what, text=bare(text))


def names_set(draft: Draft, process: Process) -> frozenset[str]:
    """Top-level names that something in the process sets: forms, scripts, decisions, operations, repetitions."""
    found = set(ALWAYS) | {data.name or data.id for data in process.data_objects}
    for form_ref in {element.properties.get("formRef", "") for element in process.elements}:
        if form_ref in draft.forms:
            found |= draft.forms[form_ref].keys
    for element in process.elements:
        found |= set(_set_by(draft, element))
    return frozenset(found)


def _set_by(draft: Draft, element: Element) -> Iterator[str]:
    if isinstance(element, Activity) and element.loop:
        yield from filter(None, (element.loop.item, element.loop.output_collection, element.loop.output_item))
    if isinstance(element, ScriptTask):
        yield from (line.name for line in script_lines(element.script) if line.name)
    elif isinstance(element, ServiceTask) and element.operation and element.operation.result_variable:
        yield element.operation.result_variable
    if isinstance(element, ServiceTask) and element.properties.get(RESULT):
        yield RESPONSE
        yield from context_names(element.properties[RESULT])
    elif isinstance(element, BusinessRuleTask):
        decision = draft.decisions.get(element.decision_id or "")
        if decision is not None:
            yield decision.variable
        if decision is not None and isinstance(decision.logic, DecisionTable):
            yield from (column.name for column in decision.logic.outputs)


def context_names(text: str) -> Iterator[str]:
    """The names of the entries of a context that is written out: ``{ticket: ..., "its url": ...}``; else none."""
    depth = 0
    parts = [found[0] for found in _CONTEXT.finditer(bare(text)[:LENGTH])]
    for before, part, after in zip(["", *parts], parts, [*parts[1:], ""], strict=False):
        name = part.strip().strip('"')
        if depth == 1 and before in "{," and after == ":" and name:
            yield name
        if part in "{[(":
            depth += 1
        elif part in "}])":
            depth -= 1
