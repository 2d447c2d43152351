"""Camunda 8: ``zeebe:``, whose expressions are FEEL with ``=`` in front; a text without is that text."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from bpmn.dialects import embedded_forms, zeebe_tasks
from bpmn.dialects.camunda_data import COLLECTION, ITEM, OUTPUT_COLLECTION, OUTPUT_ITEM
from bpmn.dialects.camunda_tasks import WHOLE, one_line
from bpmn.dialects.juel import quoted
from bpmn.dialects.subject import Subject, named, shown, speaking_of, texts
from bpmn.dialects.zeebe_tasks import LITERAL, feel, form, job, local_name
from bpmn.source import NODES, Source, attribute, local

NAMESPACES: Final = frozenset({"http://camunda.org/schema/zeebe/1.0"})

_SEALED: Final = frozenset(
    {"serviceTask", "userTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity", "task"}
)
"""Tasks with outputs keep everything else to themselves, and so do events."""
_NAME: Final = re.compile(r"[^\W\d]\w*")
_UNUSED: Final[Mapping[str, str]] = {
    "userTask": "The task is done by people, as every user task is.",
    "properties": "Notes of the tool that drew it.",
    "versionTag": "",
    "linkedResources": "Resources of another server.",
    "jobPriorityDefinition": "The order in which their workers take jobs.",
    "agentDefinition": "How their engine shows the worker; what the task calls is said by its job.",
}


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    for name in ("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"):
        if subject.take(name):
            subject.unused(name, "The template the element was drawn from.")
    if subject.take("retryCounter"):
        subject.unused("retryCounter", "Their engine itself does not read it.")
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


def _inner(subject: Subject, holder: str) -> list[etree._Element]:
    return [entry for part in subject.parts(holder) for entry in part]


def _mappings(subject: Subject) -> None:
    for part in subject.parts("ioMapping"):
        for kind in ("input", "output"):
            for entry in subject.inside(part, kind):
                target, formula = named(entry, "target"), feel(named(entry, "source"))
                name, _, path = target.partition(".")
                if path:
                    keys = ", ".join(quoted(key) for key in path.split("."))
                    held = f"if {name} = null then {{}} else {name}"
                    formula = f"=context put({held}, [{keys}], {formula[1:]})"
                subject.data(**{f"{kind}s": [(name, formula)]})
                told = "Inside" if kind == "input" else "Afterwards"
                subject.mapped(kind, f"{told} {target} is {shown(feel(named(entry, 'source')))}.")
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
    for name in ("properties", "jobPriorityDefinition"):
        if subject.parts(name):
            subject.unused(name, _UNUSED[name])


def _repetition(subject: Subject, _source: Source) -> None:
    activity = subject.node.getparent()
    for part in subject.parts("loopCharacteristics"):
        collection, item = named(part, "inputCollection"), named(part, "inputElement")
        if collection:
            subject.node.set(COLLECTION, f"={one_line(collection)}")
            subject.mapped("loopCharacteristics", f"It is repeated for each of {shown(collection)}.")
        else:
            subject.open("loopCharacteristics", "It names no list to repeat for.", "Name the input collection.")
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
    _named(subject, "name")
    for part in subject.parts("subscription"):
        key = named(part, "correlationKey")
        if not key:
            continue
        subject.mapped("subscription", f"The correlation key is {shown(key)}.")
        for node in speaking_of(source, attribute(subject.node, "id")):
            if local(node) != "startEvent" or _in_event_sub_process(node):
                Subject(node, attribute(node, "id"), NAMESPACES, []).property("correlate", f"={one_line(key)}")


def _in_event_sub_process(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.get("triggeredByEvent") == "true"


def _send(subject: Subject, source: Source) -> None:
    if job(subject, source):
        subject.drop("messageRef")
    else:
        _throwing(subject, source)


def _throwing(subject: Subject, source: Source) -> None:
    del source
    for part in subject.parts("taskDefinition"):
        remedy = "Where something outside is to be called, draw a service task."
        told = f"The message is sent to cases here, not by the job {shown(named(part, 'type'))}."
        subject.open("taskDefinition", told, remedy)
    if subject.parts("taskHeaders"):
        subject.unused("taskHeaders", "Notes for workers of another server.")
    event = subject.node.getparent() if subject.kind == "messageEventDefinition" else subject.node
    for part in subject.parts("publishMessage"):
        for theirs, ours in (("correlationKey", "correlate"), ("messageId", "messageId"), ("timeToLive", "timeToLive")):
            written = named(part, theirs)
            if written and event is not None:
                value = feel(written) if written.startswith("=") or ours == "correlate" else written
                Subject(event, subject.owner, (), []).property(ours, value)
                subject.mapped(f"publishMessage {theirs}", f"{ours}: {shown(written)}.")


def _condition(subject: Subject, _source: Source) -> None:
    for part in subject.parts("conditionalFilter"):
        told = " and ".join(filter(None, (named(part, "variableNames"), named(part, "variableEvents"))))
        subject.open(
            "conditionalFilter", f"The condition is looked at whenever data change, not only at {told}.", WHOLE
        )


def _event(subject: Subject, source: Source) -> None:
    _throwing(subject, source)
    if subject.kind == "startEvent":
        form(subject, source)


def _signal(subject: Subject, _source: Source) -> None:
    _named(subject, "name")


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
    _named(subject, "errorCode" if subject.kind == "error" else "escalationCode")


def _named(subject: Subject, attribute_name: str) -> None:
    """A name that is an expression, on one line; one of a plain text is that text."""
    written = attribute(subject.node, attribute_name)
    literal = LITERAL.fullmatch(written)
    if literal or written.startswith("="):
        subject.node.set(attribute_name, literal[1].strip('"') if literal else f"={one_line(written)}")


_BY_KIND: Final[Mapping[str, Callable[[Subject, Source], object]]] = {
    **zeebe_tasks.BY_KIND,
    "process": _process,
    "sendTask": _send,
    "multiInstanceLoopCharacteristics": _repetition,
    "message": _message,
    "signal": _signal,
    "error": _code,
    "escalation": _code,
    "adHocSubProcess": _ad_hoc,
    "conditionalEventDefinition": _condition,
    **dict.fromkeys(("startEvent", "endEvent", "intermediateThrowEvent", "messageEventDefinition"), _event),
}
