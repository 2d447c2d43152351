"""SpiffWorkflow's own editor and SpiffArena, whose name space Keelson shares: what they write beyond what is read."""

import re
from typing import Final

from lxml import etree

from bpmn.dialects.juel import quoted
from bpmn.dialects.subject import Subject, shown, speaking_of, texts
from bpmn.source import OURS, Source, attribute, children, local, reference

READ_PARTS: Final = frozenset(
    {
        *("properties", "serviceTaskOperator", "calledDecisionId", "preScript", "postScript", "messagePayload"),
        *("payloadExpression", "variableName", "dataMapping", "assignment"),
    }
)
"""Extension elements that the reader itself, or a rule, looks at."""
READ_ATTRIBUTES: Final = frozenset(
    {"scriptsOnInstances", "collection", "item", "outputCollection", "outputItem", "watches"}
)
"""Attributes that the reader itself looks at."""
UNUSED: Final = {
    "unitTests": "Tests of their editor: write scenarios beside the diagram.",
    "signalButtonLabel": "The button carries the name of the event.",
    "isOutputSynced": "The inner works of their editor.",
    "isMatchingCorrelation": "The inner works of their editor.",
    "taskMetadataValues": "Notes for their lists of tasks.",
    "category": "The folder of a data object in their editor.",
}
"""Extensions without meaning for what runs here."""
_CORRELATION: Final = "processVariableCorrelation"
_KEY: Final = "Set the property correlate of the event to the key."
_PLAIN: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*|\d+|'[^'\"\\\\]*'|\"[^\"\\\\]*\"")
"""A name, number or text, which Python and FEEL write alike but for its quotation marks."""
_OPEN: Final = {
    "instructionsForEndUser": ("The instructions are not shown.", "Write them as a text into the form of the task."),
    "allowGuest": ("Nobody answers without signing in.", "Offer the task to a role."),
    "guestConfirmation": ("Nobody answers without signing in.", "Offer the task to a role."),
    "processVariableCorrelation": ("Only events and tasks that wait for a message have a key.", _KEY),
    "errorVariable": ("Errors carry a code and no data.", "Decide by the code."),
    "jsonSchemaId": ("What a message carries is not held to a schema.", "Check it in a gateway behind the event."),
    "processModelToStartOnTaskAvailable": (
        "No process is started by a task that becomes available.",
        "Draw a call activity, or throw a signal, in front of the task.",
    ),
}
_THROWING: Final = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
MOST_RETRIES: Final = 100
_FORM_FILES: Final = {"formJsonSchemaFilename": "formRef", "formUiSchemaFilename": "formUi"}
"""What names the files of a form in JSON Schema, as our properties."""


def adopt(subject: Subject, source: Source) -> None:
    """Rewrite one element."""
    for name in (*(etree.QName(part).localname for part in subject.parts(*UNUSED)), *filter(subject.take, UNUSED)):
        subject.unused(name, UNUSED[name])
    if subject.kind == "message":
        _of_message(subject, source)
    if subject.kind in ("intermediateCatchEvent", "boundaryEvent", "startEvent", "receiveTask"):
        _message(subject)
        _thrown(subject, source, catches=True)
    if subject.kind in ("intermediateThrowEvent", "endEvent"):
        _thrown(subject, source, catches=False)
    if subject.kind in ("userTask", "manualTask"):
        _instructions(subject)
        _answers(subject)
    _retries(subject)
    for name in (
        *(etree.QName(part).localname for part in subject.parts(*_OPEN) if texts(part)),
        *filter(subject.take, _OPEN),
    ):
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
        if catches and variable and not payload:
            remedy = "Set it in a script task behind the event."
            subject.open("variableName", f"{variable} is not set: nothing says what the {kind} carries.", remedy)
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


def _answers(subject: Subject) -> None:
    for part in subject.parts("variableName"):
        if name := texts(part):
            told = f"The answers become variables by the names of the fields, not entries of {name}."
            subject.open("variableName", told, "Read them by the names of the fields.")


def _retries(subject: Subject) -> None:
    """How often a call is tried again; here the pause between is the same."""
    for holder in children(subject.node, "extensionElements"):
        for operator in children(holder, "serviceTaskOperator", namespace=OURS):
            for part in children(operator, "retry", namespace=OURS):
                retries = (part.get("retries") or "").strip()
                if retries.isdecimal():
                    subject.property("retries", str(min(int(retries[:4]), MOST_RETRIES)))
                    subject.mapped("retry", f"A failed call is tried again {retries} times.")
                if part.get("backoff_base"):
                    remedy = "Set the property retryEvery, where the pause matters."
                    subject.open(
                        "retry backoff_base", "The pauses between the attempts are those of the installation.", remedy
                    )


def _of_message(subject: Subject, source: Source) -> None:
    """What earlier editors wrote at the message itself is that of every event and task that speaks of it."""
    for name in ("messagePayload", "messageVariable"):
        written = next(filter(None, (texts(part) for part in subject.parts(name))), "")
        if not written:
            continue
        for node in speaking_of(source, attribute(subject.node, "id")):
            throws = local(node) in _THROWING
            if throws and name == "messagePayload":
                at = next((part for part in node if local(part) == "messageEventDefinition"), node)
                Subject(at, subject.owner, (), []).extension(name, written)
            elif not throws and name == "messageVariable":
                Subject(node, subject.owner, (), []).whole(written)
        told = "What the message carries is" if name == "messagePayload" else "What the message carries is set as"
        subject.mapped(name, f"{told} {shown(written)}.")


def _message(subject: Subject) -> None:
    """All that a message carries arrives under one name."""
    nodes = [subject.node, *(part for part in subject.node if local(part) == "messageEventDefinition")]
    for node in nodes:
        inner = Subject(node, subject.owner, {OURS}, [])
        for part in inner.parts("messageVariable"):
            if name := texts(part):
                subject.whole(name)
                subject.mapped("messageVariable", f"What the message carries is set as {name}.")
        keys = [texts(key) for part in inner.parts(_CORRELATION) for key in inner.inside(part, "expression")]
        if len(keys) == 1 and _PLAIN.fullmatch(keys[0]):
            subject.property("correlate", f"={keys[0].replace(chr(39), chr(34))}")
            subject.mapped(_CORRELATION, f"The correlation key is {shown(keys[0])}.")
        elif keys:
            subject.open(_CORRELATION, "One correlation property makes a key, by a plain name or value.", _KEY)
