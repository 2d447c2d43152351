"""Camunda 8: ``zeebe:``, whose expressions are FEEL with ``=`` in front; a text without is that text."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.assignment import GROUP, PEOPLE, listed
from bpmn.dialects import embedded_forms
from bpmn.dialects.camunda_data import COLLECTION, ITEM, OUTPUT_COLLECTION, OUTPUT_ITEM
from bpmn.dialects.camunda_tasks import one_line
from bpmn.dialects.juel import quoted
from bpmn.dialects.plain import assignee, candidates, urgency
from bpmn.dialects.subject import Subject, named, shown, texts
from bpmn.source import NODES, Source, attribute, children, local, reference

NAMESPACES: Final = frozenset({"http://camunda.org/schema/zeebe/1.0"})

_SEALED: Final = frozenset(
    {"serviceTask", "userTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity", "task"}
)
"""Tasks with outputs keep everything else to themselves, and so do events."""
_EMBEDDED: Final = "camunda-forms:bpmn:"
_LITERAL: Final = re.compile(r'=\s*("(?:[^"\\]|\\.)*")\s*')
_NAME: Final = re.compile(r"[^\W\d]\w*")
_UNUSED: Final[Mapping[str, str]] = {
    "userTask": "The task is done by people, as every user task is.",
    "properties": "Notes of the tool that drew it.",
    "versionTag": "",
    "linkedResources": "Resources of another server.",
}


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    for name in ("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"):
        if subject.take(name):
            subject.unused(name, "The template the element was drawn from.")
    step = _BY_KIND.get(subject.kind)
    if step is not None:
        step(subject, source)
    if subject.kind in NODES:
        _mappings(subject)
    for part in (*_inner(subject, "executionListeners"), *_inner(subject, "taskListeners")):
        told = named(part, "type")
        remedy = "Draw what it does as a task."
        subject.open(f"{local_name(part)}", f"The listener {shown(told)} is not run.", remedy)
    for name, why in _UNUSED.items():
        if subject.kind != "process" and subject.parts(name):
            subject.unused(name, why or "The version of what it names is that of this process.")


def local_name(part: etree._Element) -> str:
    """The name of an extension element without its namespace."""
    return str(part.tag).rpartition("}")[2]


def _inner(subject: Subject, holder: str) -> list[etree._Element]:
    return [entry for part in subject.parts(holder) for entry in part]


def _feel(written: str) -> str:
    return f"={one_line(written)}" if written.startswith("=") else f"={quoted(written)}"


def _mappings(subject: Subject) -> None:
    for part in subject.parts("ioMapping"):
        for kind in ("input", "output"):
            for entry in subject.inside(part, kind):
                target, formula = named(entry, "target"), _feel(named(entry, "source"))
                name, _, path = target.partition(".")
                if path:
                    keys = ", ".join(quoted(key) for key in path.split("."))
                    held = f"if {name} = null then {{}} else {name}"
                    formula = f"=context put({held}, [{keys}], {formula[1:]})"
                subject.data(**{f"{kind}s": [(name, formula)]})
                told = "Inside" if kind == "input" else "Afterwards"
                subject.mapped(kind, f"{told} {target} is {shown(_feel(named(entry, 'source')))}.")
                if kind == "output" and (subject.kind in _SEALED or subject.kind.endswith("Event")):
                    subject.seal()


def _process(subject: Subject, source: Source) -> None:
    for part in subject.parts("versionTag"):
        subject.property("versionTag", named(part, "value"))
        subject.mapped("versionTag", f"The version tag {shown(named(part, 'value'))}.")
    for part in subject.parts("userTaskForm"):
        name = named(part, "id")
        if embedded_forms.keep(subject, source, name, texts(part).encode(), "userTaskForm"):
            subject.mapped("userTaskForm", f"The form {shown(name)}.")
    for name in ("candidateStarterGroups", "candidateStarterUsers"):
        if subject.parts(name):
            subject.open(name, "Who may start a case is not read.", "Draw the start event in a role's lane.")
    if subject.parts("properties"):
        subject.unused("properties", "Notes of the tool that drew it.")


def _user_task(subject: Subject, source: Source) -> None:
    for part in subject.parts("assignmentDefinition"):
        if written := named(part, "assignee"):
            assignee(subject, "assignmentDefinition", _feel(written))
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
    _form(subject, source)
    _job(subject, source)


def _candidates(written: str) -> tuple[str, ...]:
    """Candidates between commas; an expression gives all of them. A list of plain texts in FEEL is as if written so."""
    if not written.startswith("="):
        return listed(written)
    inside = re.fullmatch(r'=\s*\[\s*((?:"[^"]*"\s*,?\s*)+)\]\s*', written)
    return tuple(re.findall(r'"([^"]*)"', inside[1])) if inside else (f"={one_line(written)}",)


def _form(subject: Subject, _source: Source) -> None:
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
            subject.open("formDefinition", f"The form {shown(identity or key)} belongs to another program.", remedy)


def _job(subject: Subject, _source: Source) -> bool:
    """Let a worker's job be a call of an operation; whether there is one."""
    headers = [
        (named(entry, "key"), _feel(named(entry, "value")))
        for part in subject.parts("taskHeaders")
        for entry in subject.inside(part, "header")
    ]
    found = subject.parts("taskDefinition")
    for part in found:
        written = named(part, "type")
        literal = _LITERAL.fullmatch(written)
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
        if named(part, "retries").isdecimal():
            subject.property("retries", str(max(0, int(named(part, "retries")[:3]) - 1)))
        if identity:
            told = f"It calls the operation {shown(identity)}, which the installation or a scenario answers."
            subject.mapped("taskDefinition", told)
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


def _service(subject: Subject, source: Source) -> None:
    if _job(subject, source) and subject.kind == "sendTask":
        subject.drop("messageRef")


def _business_rule(subject: Subject, source: Source) -> None:
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
    _job(subject, source)


def _script(subject: Subject, source: Source) -> None:
    for part in subject.parts("script"):
        result, written = named(part, "resultVariable"), one_line(named(part, "expression"))
        subject.extension("assignment", f"{result} = {written}")
        subject.mapped("script", f"{result} is set to {shown(written)}.")
    _job(subject, source)


def _call(subject: Subject, _source: Source) -> None:
    for part in subject.parts("calledElement"):
        called = named(part, "processId")
        literal = _LITERAL.fullmatch(called)
        called = literal[1].strip('"') if literal else f"={one_line(called)}" if called.startswith("=") else called
        subject.node.set("calledElement", called)
        if named(part, "propagateAllParentVariables") == "false":
            subject.property("inputs", ",".join(name for name, _ in _job_inputs(subject)) or "none")
        if named(part, "propagateAllChildVariables") == "false":
            subject.seal()
        if named(part, "bindingType") == "deployment":
            subject.property("binding", "publication")
        elif named(part, "bindingType") == "versionTag":
            subject.property("binding", "versionTag")
            subject.property("versionTag", named(part, "versionTag"))
        subject.mapped("calledElement", f"It calls the process {shown(called)}.")


def _repetition(subject: Subject, _source: Source) -> None:
    activity = subject.node.getparent()
    for part in subject.parts("loopCharacteristics"):
        collection, item = named(part, "inputCollection"), named(part, "inputElement")
        subject.node.set(COLLECTION, f"={one_line(collection)}")
        subject.mapped("loopCharacteristics", f"It is repeated for each of {shown(collection)}.")
        if item:
            subject.node.set(ITEM, item)
        outputs, output = named(part, "outputCollection"), one_line(named(part, "outputElement"))
        if not outputs or activity is None:
            continue
        subject.node.set(OUTPUT_COLLECTION, outputs)
        subject.mapped("loopCharacteristics", f"{outputs} gathers {shown(output)} of each repetition.")
        if _NAME.fullmatch(output):
            subject.node.set(OUTPUT_ITEM, output)
        elif output:
            own = f"{outputs}_item"
            subject.node.set(OUTPUT_ITEM, own)
            Subject(activity, subject.owner, NAMESPACES, []).data(outputs=[(own, f"={output}")])


def _message(subject: Subject, source: Source) -> None:
    name = subject.node.get("name") or ""
    literal = _LITERAL.fullmatch(name)
    if literal:
        subject.node.set("name", literal[1].strip('"'))
    elif name.startswith("="):
        subject.node.set("name", f"={one_line(name)}")
    for part in subject.parts("subscription"):
        key = named(part, "correlationKey")
        if not key:
            continue
        subject.mapped("subscription", f"The correlation key is {shown(key)}.")
        for node in _users(source, attribute(subject.node, "id")):
            if local(node) != "startEvent" or _in_event_sub_process(node):
                Subject(node, attribute(node, "id"), NAMESPACES, []).property("correlate", f"={one_line(key)}")


def _users(source: Source, message_id: str) -> list[etree._Element]:
    """The events and tasks that speak of a message."""
    found = []
    for node in source.root.iter():
        if reference(node.get("messageRef")) == message_id and message_id:
            holder = node if local(node).endswith("Task") else node.getparent()
            if holder is not None and local(holder) in NODES:
                found.append(holder)
    return found


def _in_event_sub_process(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.get("triggeredByEvent") == "true"


def _throwing(subject: Subject, source: Source) -> None:
    del source
    for part in subject.parts("taskDefinition"):
        remedy = "Where something outside is to be called, draw a service task."
        told = f"The message is sent to cases here, not by the job {shown(named(part, 'type'))}."
        subject.open("taskDefinition", told, remedy)
    if subject.parts("taskHeaders"):
        subject.unused("taskHeaders", "Notes for workers of another server.")


def _event(subject: Subject, source: Source) -> None:
    _throwing(subject, source)
    if subject.kind == "startEvent":
        _form(subject, source)


def _signal(subject: Subject, _source: Source) -> None:
    name = subject.node.get("name") or ""
    literal = _LITERAL.fullmatch(name)
    if literal:
        subject.node.set("name", literal[1].strip('"'))
    elif name.startswith("="):
        subject.node.set("name", f"={one_line(name)}")


def _ad_hoc(subject: Subject, _source: Source) -> None:
    jobs = subject.parts("taskDefinition")
    for part in jobs:
        remedy = "Say by activeElementsCollection which activities begin, or let people choose."
        told = f"The job {shown(named(part, 'type'))} that chooses among its activities is not run."
        subject.refuse("taskDefinition", told, remedy)
    for part in subject.parts("adHoc"):
        chosen = named(part, "activeElementsCollection")
        if chosen:
            subject.property("activeElements", f"={one_line(chosen)}")
            subject.mapped("adHoc", f"The activities that {shown(chosen)} names begin.")
        elif not jobs:
            remedy = "Say by activeElementsCollection which activities begin."
            subject.open("adHoc", "People choose which activities are done, not a call of the interface.", remedy)
        if outputs := named(part, "outputCollection"):
            remedy = "Set it in the activities themselves."
            subject.open("adHoc outputCollection", f"{outputs} is not gathered.", remedy)


def _code(subject: Subject, _source: Source) -> None:
    name = "errorCode" if subject.kind == "error" else "escalationCode"
    written = subject.node.get(name) or ""
    literal = _LITERAL.fullmatch(written)
    if literal:
        subject.node.set(name, literal[1].strip('"'))
    elif written.startswith("="):
        subject.node.set(name, f"={one_line(written)}")


_BY_KIND: Final[Mapping[str, Callable[[Subject, Source], object]]] = {
    "process": _process,
    "userTask": _user_task,
    "serviceTask": _service,
    "sendTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _business_rule,
    "callActivity": _call,
    "multiInstanceLoopCharacteristics": _repetition,
    "message": _message,
    "signal": _signal,
    "error": _code,
    "escalation": _code,
    "adHocSubProcess": _ad_hoc,
    **dict.fromkeys(("startEvent", "endEvent", "intermediateThrowEvent", "messageEventDefinition"), _event),
}
