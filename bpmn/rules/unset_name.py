"""Expressions read names that something sets.

A name that no form, script, decision or operation of the process sets is empty when it is read; mostly it is
misspelt. Said only where all sources of data are known: the process has a start form, and messages bring none or
have a form.
"""

from collections.abc import Iterator
from itertools import islice

from bpmn.diagram import BusinessRuleTask, Event, Process
from bpmn.draft import Draft
from bpmn.expressions import COUNT, LENGTH, Program, Written, expressions, names_set, programs
from bpmn.languages import read
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.scripts import NotRunnable, read_script
from bpmn.vocabulary import Vocabulary
from forms.feel import FeelSyntaxError

RULE = Rule(__name__, clause="10.4")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for process in processes(draft):
        if not _all_known(process):
            continue
        known = names_set(draft, process) | vocabulary.functions
        for written in islice(expressions(process), COUNT):
            if len(written.text) > LENGTH:
                continue
            try:
                names = read(written.text, written.language, known).names
            except (FeelSyntaxError, NotRunnable):
                continue
            yield from _unset(written, names - known)
        for program in programs(process):
            try:
                script = read_script(program.text)
            except NotRunnable:
                continue
            yield from _unset(program, script.names - script.sets - known)
        for task in process.elements:
            if isinstance(task, BusinessRuleTask) and task.decision_id and task.decision_id in draft.decisions:
                for name in sorted(draft.decision_model.names_read(task.decision_id) - known):
                    yield RULE.warning(
                        task,
                        "The decision {decision} of {element} reads {name}, which nothing in the process sets.",
                        "Correct the name in the decision, or set it in a form, script or decision before.",
                        code="unset-decision-input",
                        decision=task.decision_id,
                        name=name,
                    )


def _unset(one: Written | Program, names: frozenset[str]) -> Iterator[Finding]:
    for name in sorted(names):
        yield RULE.warning(
            one.at,
            "The {what} of {element} reads {name}, which nothing in the process sets.",
            "Correct the name, or set it in a form, script or decision before.",
            what=one.what,
            name=name,
        )


def _all_known(process: Process) -> bool:
    starts = [part for part in process.elements if part.kind == "startEvent" and part.scope_id == process.id]
    for part in process.elements:
        receives = part.kind == "receiveTask" or (
            isinstance(part, Event)
            and part.catches
            and any(one.kind in ("message", "signal") for one in part.definitions)
        )
        if part.kind == "callActivity" and part.properties.get("outputs", "all") != "none":
            return False
        if receives and not part.properties.get("formRef") and "offeredTo" not in part.properties:
            return False
    return bool(starts) and all("formRef" in start.properties for start in starts)
