"""Every expression of a draft with the place it is written at, and the names it may read."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from bpmn.decisions import DecisionTable
from bpmn.diagram import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    ConditionalDefinition,
    Element,
    Event,
    Gateway,
    Process,
    ReferenceDefinition,
    ScriptTask,
    SequenceFlow,
    ServiceTask,
    SubProcess,
    TimerDefinition,
)
from bpmn.draft import Draft
from bpmn.languages import Formula, Language, bare, calls_python, declared, is_formula, language_of, read
from bpmn.scripts import Expression as Python
from bpmn.scripts import NotRunnable, read_script
from forms import feel
from forms.feel import FeelSyntaxError

GIVEN: Final = frozenset({"case", "calendar", "linked cases"})
"""Names that are read only."""
ALWAYS: Final = GIVEN | {"caller", "loopCounter", "activationCount", "waitingForStart"}
"""Names a process can always read: the case, its calendar, the numbers of the cases it is linked with by kind of link,
the person it is for, the number of a repetition."""

RESULT: Final = "result"
"""The property of a service task that makes variables of what a call outside gave."""
RESPONSE: Final = "response"
"""What that mapping calls the answer."""

CODE_VARIABLE: Final = "codeVariable"
MESSAGE_VARIABLE: Final = "messageVariable"
"""Properties of events that catch errors and escalations: the variables that have their code and their message."""

ACTIVE: Final = "activeElements"
"""The property of an ad-hoc sub-process that gives the ids of the activities that begin; else people choose."""

TERMINATES: Final = "terminates"
"""The property of a terminate end event that says how much it ends: ``everything`` or ``instances``."""

SCRIPTS_AROUND: Final = {"preScript": "script before it", "postScript": "script after it"}
"""Extensions of SpiffWorkflow's tools: scripts in Python around an activity, in words."""

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

_TIME: Final = re.compile(r"\s*(?:[-+]?\d|-?P|R\d*/|@|[*?][\s/]|$)")
"""How a timer begins that is written as ISO 8601 or cron, well or badly."""

_NAME: Final = re.compile(r"[^\W\d][\w ]*")


@dataclass(frozen=True, kw_only=True)
class Written:
    """An expression as written, without the leading ``=``; `what` says in words which one of the element's it is."""

    at: Element | SequenceFlow
    what: str
    text: str
    language: Language = Language.FEEL


@dataclass(frozen=True, kw_only=True)
class Program:
    """A whole script in Python; `what` says in words which one of the element's it is."""

    at: Element
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


def script_language(task: ScriptTask) -> Language | None:
    """The language of a script; None where it is none that is run.

    Without a format it is FEEL, unless a line is no assignment of FEEL and the whole is Python.
    """
    language = declared(task.script_format)
    if task.script_format.strip():
        return language
    lines = [_feel(line) for line in script_lines(task.script)]
    if all(lines) and not any(calls_python(line, ()) for line in lines if line):
        return language
    try:
        read_script(task.script)
    except NotRunnable as error:
        return Language.PYTHON if error.python else language  # a rule says what of it is not run
    return Language.PYTHON


def _feel(line: ScriptLine) -> feel.Expression | None:
    """What a line of a script assigns; None where it is no assignment of FEEL."""
    with suppress(FeelSyntaxError):
        return None if line.expression is None else feel.parse_expression(line.expression, ())
    return None


_LOOKS: Final = re.compile(r"[\w)\]]\s*[(\[]|[\w)\]]\.[^\W\d]")
"""A call, an entry or a name behind a point."""


def python_timer(text: str, known: Collection[str]) -> Formula | None:
    """The Python expression that a timer is, which is neither ISO 8601 nor FEEL; None where it is none.

    Where it calls nothing and looks into nothing it must read known names only: what is no Python at all often looks
    like names, as ``next_week`` and ``not-a-date`` do.
    """
    if is_formula(text) or _TIME.match(text):
        return None
    try:
        formula = read(text, Language.PYTHON, known)
    except NotRunnable:
        return None
    return formula if formula.names <= set(known) or _LOOKS.search(text) else None


def expressions(process: Process) -> Iterator[Written]:
    """Every expression of a process, those of decisions and forms left out."""
    for flow in process.flows:
        if flow.condition and declared(flow.condition_language) is not None:
            yield _written(flow, "condition", flow.condition, Language.PYTHON)
    for element in process.elements:
        yield from _of_element(element)


def programs(process: Process) -> Iterator[Program]:
    """Every script in Python of a process: of script tasks, and before and after activities."""
    for element in process.elements:
        if isinstance(element, ScriptTask) and script_language(element) is Language.PYTHON:
            yield Program(at=element, what="script", text=element.script)
        if isinstance(element, Activity):
            for name, what in SCRIPTS_AROUND.items():
                if element.extensions.get(name, "").strip():
                    yield Program(at=element, what=what, text=element.extensions[name])


def python_places(draft: Draft, process: Process) -> tuple[Written | Program, ...]:
    """Where a process holds Python: expressions and scripts, in no language but that one."""
    names = names_set(draft, process)
    return (*(written for written in expressions(process) if _is_python(written, names)), *programs(process))


def _is_python(written: Written, names: frozenset[str]) -> bool:
    if written.language is not Language.EITHER:
        return written.language is Language.PYTHON
    try:
        return isinstance(read(written.text, written.language, names), Python)
    except FeelSyntaxError:
        return False


def _written(at: Element | SequenceFlow, what: str, text: str, otherwise: Language = Language.FEEL) -> Written:
    return Written(at=at, what=what, text=bare(text), language=language_of(text, otherwise))


def _of_insides(element: Element) -> Iterator[Written]:
    if isinstance(element, SubProcess) and element.completion:
        yield _written(element, "completion condition", element.completion, Language.EITHER)
    if isinstance(element, CallActivity) and element.called_element and is_formula(element.called_element):
        yield _written(element, "called element", element.called_element)
    if isinstance(element, Gateway) and element.activation:
        yield _written(element, "activation condition", element.activation, Language.EITHER)


def _of_element(element: Element) -> Iterator[Written]:
    yield from _of_mapping(element)
    for access in element.stores:
        for name, value in access.parameters.items():
            yield _written(element, f"parameter {name} of the data store {access.store}", value, Language.EITHER)
    yield from _of_insides(element)
    yield from _of_payload(element, element.extensions)
    for name, value in element.properties.items():
        if is_formula(value) or name in _FORMULAS:
            yield Written(at=element, what=f"property {name}", text=bare(value))
    if isinstance(element, Activity):
        yield from _of_loop(element)
    if isinstance(element, ScriptTask) and script_language(element) is Language.FEEL:
        for line in script_lines(element.script):
            if line.expression is not None:
                yield Written(at=element, what=f"expression in line {line.number} of the script", text=line.expression)
    elif isinstance(element, ServiceTask) and element.operation:
        for name, value in element.operation.parameters.items():
            yield _written(element, f"parameter {name}", value, Language.EITHER)
    elif isinstance(element, Event):
        yield from _of_event(element)


def _of_mapping(element: Element) -> Iterator[Written]:
    for what, copies in (("input", element.mapping.inputs), ("output", element.mapping.outputs)):
        for copy in copies:
            if copy.expression and copy.drawn:
                yield _written(element, "data association", copy.expression, Language.EITHER)
            elif copy.expression is not None and not copy.drawn:
                yield _written(element, f"{what} {copy.target}", copy.expression)


def _of_event(event: Event) -> Iterator[Written]:
    for definition in event.definitions:
        if isinstance(definition, ReferenceDefinition):
            coded = definition.kind in ("error", "escalation")
            called = (definition.code if coded else definition.name) or ""
            if is_formula(called):
                yield _written(event, "code" if coded else "name", called)
        if isinstance(definition, TimerDefinition) and not _TIME.match(definition.text):
            yield _written(event, "timer", definition.text, Language.PYTHON)
        elif isinstance(definition, ReferenceDefinition):
            yield from _of_payload(event, definition.extensions)
        elif isinstance(definition, ConditionalDefinition) and definition.condition:
            yield _written(event, "condition", definition.condition, Language.PYTHON)


def _of_payload(at: Element, extensions: Mapping[str, str]) -> Iterator[Written]:
    if extensions.get("messagePayload"):
        yield _written(at, "payload of the message", extensions["messagePayload"], Language.EITHER)


def _of_loop(element: Activity) -> Iterator[Written]:
    loop = element.loop
    if loop is None:
        return
    parts = (("number of repetitions", loop.cardinality), ("collection", loop.collection))
    condition = "loop condition" if loop.kind == "standard" else "completion condition"
    for what, text in (*parts, (condition, loop.condition)):
        if text:
            yield _written(element, what, text, Language.EITHER)
    for text, _ in loop.throws:
        if text:
            yield _written(element, "condition of what its instances throw", text, Language.EITHER)


def names_set(draft: Draft, process: Process) -> frozenset[str]:
    """Top-level names that something in the process sets: forms, scripts, decisions, operations, repetitions."""
    found = set(ALWAYS) | {data.name or data.id for data in process.data_objects}
    for form_ref in {element.properties.get("formRef", "") for element in process.elements}:
        if form_ref in draft.forms:
            found |= draft.forms[form_ref].keys
    for element in process.elements:
        found |= set(_set_by(draft, element))
    for program in programs(process):
        with suppress(NotRunnable):
            found |= read_script(program.text).sets
    return frozenset(found)


def _set_by(draft: Draft, element: Element) -> Iterator[str]:
    yield from (copy.target for copy in (*element.mapping.inputs, *element.mapping.outputs))
    yield from (*element.mapping.own, *filter(None, [element.mapping.whole]))
    if isinstance(element, Activity) and element.loop:
        yield from filter(None, (element.loop.item, element.loop.output_collection, element.loop.output_item))
    if isinstance(element, ScriptTask) and script_language(element) is not Language.PYTHON:
        yield from (line.name for line in script_lines(element.script) if line.name)
    elif isinstance(element, Event):
        yield from filter(None, (element.properties.get(key, "").strip() for key in (CODE_VARIABLE, MESSAGE_VARIABLE)))
    elif isinstance(element, ServiceTask) and element.operation and element.operation.result_variable:
        yield element.operation.result_variable
    for access in element.stores:
        yield RESPONSE
        yield from context_names(access.parameters.get(RESULT, ""))
    if isinstance(element, ServiceTask) and element.properties.get(RESULT):
        yield RESPONSE
        yield from context_names(element.properties[RESULT])
    elif isinstance(element, BusinessRuleTask):
        yield from filter(None, (element.properties.get("resultVariable"),))
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
