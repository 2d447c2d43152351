"""Events as Flowable and Activiti write them: named by expressions, listening to variables, ending several levels."""

from typing import Final

from lxml import etree

from bpmn.cron import from_quartz, looks_like_cron
from bpmn.dialects.juel import holds_juel
from bpmn.dialects.subject import Subject, named, shown
from bpmn.source import BPMN, OURS, Source, text
from forms.feel import parse_expression

_NAMED: Final = {"message": "messageExpression", "signal": "signalExpression"}
"""Where the name of what is thrown or caught is an expression."""


def named_by(subject: Subject, source: Source) -> None:
    """A message or signal that Flowable and Activiti name by an expression at the event."""
    kind = subject.kind.removesuffix("EventDefinition")
    written = subject.take(_NAMED[kind])
    if written and (name := subject.formula(_NAMED[kind], written) if holds_juel(written) else written):
        expression = parse_expression(name.removeprefix("="), ()) if holds_juel(written) else None
        if expression is not None and not expression.names:
            name = str(expression.evaluate({}).value)
        identity = f"{subject.owner}_{kind}"
        while identity in source.by_id:
            identity += "_"
        shared = etree.SubElement(source.root, f"{{{BPMN}}}{kind}", id=identity, name=name)
        source.by_id[identity] = shared
        subject.node.set(f"{kind}Ref", identity)
        subject.mapped(_NAMED[kind], f"The name of the {kind} is {shown(name)}.")


def terminate(subject: Subject, _source: Source) -> None:
    """How much a terminate end event of Flowable and Activiti ends."""
    event = subject.node.getparent()
    instances, everything = subject.take("terminateMultiInstance"), subject.take("terminateAll")
    for name, wanted, what, told in (
        ("terminateAll", everything, "everything", "The whole case ends, and the cases that called it."),
        ("terminateMultiInstance", instances, "instances", "All instances of the repetition around it end."),
    ):
        if wanted == "true" and event is not None:
            Subject(event, subject.owner, (), []).property("terminates", what)
            subject.mapped(name, told)


def cycle(subject: Subject, _source: Source) -> None:
    """A cycle with an end beside it; a cron expression: Quartz counts weekdays from Sunday as 1."""
    written = text(subject.node)
    if end := subject.take("endDate"):
        if looks_like_cron(written):
            subject.open("endDate", f"The timer goes on after {shown(end)}.", "Write an ISO 8601 cycle with its end.")
        else:
            subject.node.text = f"{written}/{end}"
            subject.mapped("endDate", f"The timer is not due after {shown(end)}.")
    if looks_like_cron(written) and (rewritten := from_quartz(written)) != written:
        subject.node.text = rewritten
        subject.mapped("<timeCycle>", f"{shown(written)} is read as {shown(rewritten)}.")


def listens(subject: Subject) -> None:
    """An event that comes when a variable changes: a conditional event that watches it."""
    for part in subject.parts("variableListenerEventDefinition"):
        variable, change = named(part, "variableName"), named(part, "variableChangeType")
        event = etree.SubElement(subject.node, f"{{{BPMN}}}conditionalEventDefinition")
        event.set(f"{{{OURS}}}watches", change if change in ("create", "update") else "all")
        etree.SubElement(event, f"{{{BPMN}}}condition").text = f"={variable}"
        subject.mapped("variableListenerEventDefinition", f"It comes when the variable {variable} changes.")
