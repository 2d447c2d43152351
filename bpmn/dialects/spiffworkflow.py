"""SpiffWorkflow's own editor and SpiffArena, whose name space Keelson shares: what they write beyond what is read."""

from typing import Final

from lxml import etree

from bpmn.dialects.juel import quoted
from bpmn.dialects.subject import Subject, shown, texts
from bpmn.source import OURS, Source, children, local, reference

UNUSED: Final = {
    "unitTests": "Tests of their editor: write scenarios beside the diagram.",
    "signalButtonLabel": "The button carries the name of the event.",
    "isOutputSynced": "The inner works of their editor.",
    "taskMetadataValues": "Notes for their lists of tasks.",
    "category": "The folder of a data object in their editor.",
}
"""Extension elements without meaning for what runs here."""
_OPEN: Final = {
    "instructionsForEndUser": ("The instructions are not shown.", "Write them as a text into the form of the task."),
    "allowGuest": ("Nobody answers without signing in.", "Offer the task to a role."),
    "guestConfirmation": ("Nobody answers without signing in.", "Offer the task to a role."),
    "processVariableCorrelation": (
        "A correlation property is not read.",
        "Set the property correlate of the event to the key.",
    ),
    "errorVariable": ("Errors carry a code and no data.", "Decide by the code."),
}
_FORM_FILES: Final = {"formJsonSchemaFilename": "formRef", "formUiSchemaFilename": "formUi"}
"""What names the files of a form in JSON Schema, as our properties."""


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    for part in subject.parts(*UNUSED):
        name = etree.QName(part).localname
        subject.unused(name, UNUSED[name])
    if subject.kind in ("intermediateCatchEvent", "boundaryEvent", "startEvent", "receiveTask"):
        _message(subject)
        _thrown(subject, source, catches=True)
    if subject.kind in ("intermediateThrowEvent", "endEvent"):
        _thrown(subject, source, catches=False)
    if subject.kind in ("userTask", "manualTask"):
        _instructions(subject)
    for part in subject.parts(*_OPEN):
        name = etree.QName(part).localname
        if texts(part):
            subject.open(name, *_OPEN[name])
    for holder in children(subject.node, "extensionElements"):
        for properties in children(holder, "properties", namespace=OURS):
            for entry in list(properties):
                if entry.get("name") in _FORM_FILES:
                    properties.remove(entry)
                    name, value = str(entry.get("name")), entry.get("value") or ""
                    if value:
                        subject.property(_FORM_FILES[name], value)
                        subject.mapped(name, f"The form in {shown(value)}, where that is among the files.")


def _thrown(subject: Subject, source: Source, *, catches: bool) -> None:
    """What a signal, error or escalation brings stands with what is thrown, and is set as one variable.

    The variables of a case are one set, so what catches an error or escalation can read itself what it was thrown with.
    """
    for definition in subject.node:
        kind = local(definition).removesuffix("EventDefinition")
        named = reference(definition.get(f"{kind}Ref"))
        if kind not in ("signal", "error", "escalation") or not named:
            continue
        payload, variable = (_told(source.by_id.get(named), name) for name in ("payloadExpression", "variableName"))
        if not payload or not variable:
            continue
        if kind == "signal" and not catches:
            subject.property("payload", f"={{{quoted(variable)}: {payload}}}")
            subject.mapped("payloadExpression", f"The signal carries {variable}.")
        elif kind != "signal" and catches:
            subject.data(outputs=[(variable, f"={payload}")])
            subject.mapped("variableName", f"{variable} is set to {shown(payload)}.")


def _told(shared: etree._Element | None, name: str) -> str:
    holders = children(shared, "extensionElements") if shared is not None else ()
    return next((texts(part) for holder in holders for part in children(holder, name, namespace=OURS)), "")


def _instructions(subject: Subject) -> None:
    """Words for whoever does the task stand above its form, as its documentation does."""
    for part in subject.parts("instructionsForEndUser"):
        written = texts(part)
        if "{{" in written or "{%" in written:
            remedy = "Write them into the form of the task, which can show data of the case."
            subject.open("instructionsForEndUser", f"The instructions {shown(written)} hold data.", remedy)
        elif written:
            subject.document(written)
            subject.mapped("instructionsForEndUser", "The task shows them above its form.")


def _message(subject: Subject) -> None:
    """All that a message carries arrives under one name."""
    nodes = [subject.node, *(part for part in subject.node if local(part) == "messageEventDefinition")]
    for node in nodes:
        inner = Subject(node, subject.owner, {OURS}, [])
        for part in inner.parts("messageVariable"):
            if name := texts(part):
                subject.whole(name)
                subject.mapped("messageVariable", f"What the message carries is set as {name}.")
