"""Tasks, calls and decisions of Camunda 8."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.assignment import GROUP, PEOPLE, listed
from bpmn.dialects.camunda_tasks import one_line
from bpmn.dialects.juel import quoted
from bpmn.dialects.plain import assignee, candidates, urgency
from bpmn.dialects.subject import Subject, named, shown
from bpmn.source import Source, children

LITERAL: Final = re.compile(r'=\s*("(?:[^"\\]|\\.)*")\s*')
"""An expression that is a plain text."""
_EMBEDDED: Final = "camunda-forms:bpmn:"


def user_task(subject: Subject, source: Source) -> None:
    """Who does it, by when, with which form."""
    for part in subject.parts("assignmentDefinition"):
        if written := named(part, "assignee"):
            assignee(subject, "assignmentDefinition", feel(written))
        for name, ours in (("candidateGroups", GROUP), ("candidateUsers", PEOPLE)):
            candidates(subject, f"assignmentDefinition {name}", ours, _candidates(named(part, name)))
    for part in subject.parts("taskSchedule"):
        for name, ours in (("dueDate", "due"), ("followUpDate", "followUp")):
            if written := named(part, name):
                subject.property(ours, f"={one_line(written)}" if written.startswith("=") else written)
                subject.mapped(f"taskSchedule {name}", f"{ours}: {shown(written)}.")
    for part in subject.parts("priorityDefinition"):
        if written := named(part, "priority"):
            urgency(subject, "priorityDefinition", f"={one_line(written)}" if written.startswith("=") else written)
    form(subject, source)
    job(subject, source)


def _candidates(written: str) -> tuple[str, ...]:
    """Candidates between commas; an expression gives all of them. A list of plain texts in FEEL is as if written so."""
    if not written.startswith("="):
        return listed(written)
    inside = re.fullmatch(r'=\s*\[\s*((?:"[^"]*"\s*,?\s*)+)\]\s*', written)
    return tuple(re.findall(r'"([^"]*)"', inside[1])) if inside else (f"={one_line(written)}",)


def form(subject: Subject, _source: Source) -> None:
    """The form of a start event or user task."""
    for part in subject.parts("formDefinition"):
        identity, key = named(part, "formId"), named(part, "formKey") or named(part, "externalReference")
        if key.startswith(_EMBEDDED):
            identity = key.removeprefix(_EMBEDDED)
        if binding := named(part, "bindingType"):
            subject.unused("formDefinition bindingType", f"A form is that of the version of the process ({binding}).")
        if identity and not identity.startswith("="):
            subject.property("formRef", identity)
            subject.mapped("formDefinition", f"The form {shown(identity)}.")
        else:
            remedy = "Draw the form as a .form file, and name it in the task's properties."
            name = "formDefinition externalReference" if part.get("externalReference") else "formDefinition"
            subject.open(name, f"The form {shown(identity or key)} belongs to another program.", remedy)


def service(subject: Subject, source: Source) -> None:
    """A service task: a job for a worker."""
    job(subject, source)


def job(subject: Subject, _source: Source) -> bool:
    """Let a worker's job be a call of an operation; whether there is one."""
    headers = [
        (named(entry, "key"), feel(named(entry, "value")))
        for part in subject.parts("taskHeaders")
        for entry in subject.inside(part, "header")
    ]
    found = subject.parts("taskDefinition")
    for part in found:
        written = named(part, "type")
        literal = LITERAL.fullmatch(written)
        identity = literal[1].strip('"') if literal else written
        if subject.kind == "userTask":
            subject.unused("taskDefinition", "The task is done by people, as every user task is.")
            continue
        if identity.startswith("="):
            remedy = "Name one operation, or draw a gateway in front of several tasks."
            subject.open("taskDefinition", f"The type {shown(identity)} of the job is an expression.", remedy)
            identity = ""
        inputs = [(name, text) for name, text in _job_inputs(subject) if name not in dict(headers)]
        subject.operation(identity, [*headers, *inputs])
        subject.property("result", "=response")
        retries = named(part, "retries")
        if retries.isdecimal():
            subject.property("retries", str(max(0, int(retries[:3]) - 1)))
        elif retries:
            remedy = "Write a whole number, or set the property retries."
            subject.open("taskDefinition retries", f"How often it is tried ({shown(retries)}) is no number.", remedy)
        if identity:
            told = f"It calls the operation {shown(identity)}, which the installation or a scenario answers."
            subject.mapped("taskDefinition", told)
        for name, text in headers:
            subject.mapped("taskHeaders", f"The parameter {name} is {shown(text)}.")
    if headers and not found:
        subject.unused("taskHeaders", "Notes for workers of another server.")
    return bool(found)


def _job_inputs(subject: Subject) -> list[tuple[str, str]]:
    """The inputs of a job are parameters of the call, beside being variables inside."""
    names = []
    for holder in children(subject.node, "extensionElements"):
        for part in holder:
            if local_name(part) == "ioMapping":
                names += [named(entry, "target").partition(".")[0] for entry in subject.inside(part, "input")]
    return [(name, f"={name}") for name in dict.fromkeys(names)]


def business_rule(subject: Subject, source: Source) -> None:
    """A decision, or a job for a worker."""
    for part in subject.parts("calledDecision"):
        decision = named(part, "decisionId")
        if decision.startswith("="):
            remedy = "Name one decision, or draw a gateway in front of several tasks."
            subject.refuse("calledDecision", f"The decision {shown(decision)} is chosen by an expression.", remedy)
            continue
        if binding := named(part, "bindingType"):
            why = f"The decision is that of the version of the process ({binding})."
            subject.unused("calledDecision bindingType", why)
        subject.extension("calledDecisionId", decision)
        subject.property("resultVariable", named(part, "resultVariable"))
        told = f"The decision {shown(decision)}; its result is {named(part, 'resultVariable')}."
        subject.mapped("calledDecision", told)
    job(subject, source)


def script(subject: Subject, source: Source) -> None:
    """An expression with a result, or a job for a worker."""
    for part in subject.parts("script"):
        result, written = named(part, "resultVariable"), one_line(named(part, "expression"))
        subject.extension("assignment", f"{result} = {written}")
        subject.mapped("script", f"{result} is set to {shown(written)}.")
    job(subject, source)


def call(subject: Subject, _source: Source) -> None:
    """A call of another process."""
    for part in subject.parts("calledElement"):
        called = named(part, "processId") or f"={named(part, 'processIdExpression').removeprefix('=')}".rstrip("=")
        literal = LITERAL.fullmatch(called)
        called = literal[1].strip('"') if literal else f"={one_line(called)}" if called.startswith("=") else called
        subject.node.set("calledElement", called)
        version = "the release that is current when it is called"
        if named(part, "bindingType") == "deployment":
            subject.property("binding", "publication")
            version = "the release that was current when this version was released"
        elif named(part, "bindingType") == "versionTag":
            subject.property("binding", "versionTag")
            subject.property("versionTag", named(part, "versionTag"))
            version = f"the newest release with the version tag {shown(named(part, 'versionTag'))}"
        subject.mapped("calledElement", f"It calls the process {shown(called)}: {version}.")
        if named(part, "propagateAllParentVariables") == "false":
            subject.property("inputs", ",".join(name for name, _ in _job_inputs(subject)) or "none")
            subject.mapped("calledElement propagateAllParentVariables", "Only its inputs pass to the called process.")
        if named(part, "propagateAllChildVariables") == "false":
            subject.seal()
            subject.mapped("calledElement propagateAllChildVariables", "Only its outputs come back.")
        if named(part, "businessId"):
            why = "A called case has a number of its own, and each names the other."
            subject.unused("calledElement businessId", why)


def feel(written: str) -> str:
    """A text as an expression with ``=``."""
    return f"={one_line(written)}" if written.startswith("=") else f"={quoted(written)}"


def local_name(part: etree._Element) -> str:
    """The name of an extension element without its namespace."""
    return str(part.tag).rpartition("}")[2]


BY_KIND: Final[Mapping[str, Callable[[Subject, Source], object]]] = {
    "userTask": user_task,
    "serviceTask": service,
    "scriptTask": script,
    "businessRuleTask": business_rule,
    "callActivity": call,
}
