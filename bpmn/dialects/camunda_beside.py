"""What the Camunda 7 family writes beside what is read: without meaning here, not read, or not run."""

from collections.abc import Mapping
from typing import Final

from bpmn.dialects.subject import Subject, named, shown, texts

UNUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("asyncBefore", "asyncAfter", "async", "exclusive", "asyncLeave", "asyncLeaveExclusive"),
        "Where their engine commits; Keelson keeps a case wherever it waits.",
    ),
    **dict.fromkeys(("jobPriority", "taskPriority"), "The order in which their engine takes jobs."),
    **dict.fromkeys(
        ("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "modelerTemplateGroup"),
        "The template the element was drawn from.",
    ),
    **dict.fromkeys(("historyTimeToLive", "isStartableInTasklist"), "How long and where their engine shows it."),
    **dict.fromkeys(
        ("category", "autoStoreVariables", "triggerable", "localScope"), "The inner works of their engine."
    ),
    **dict.fromkeys(
        ("noWaitStatesAsyncLeave", "isEagerExecutionFetching", "history", "extensionId", "parallelInSameTransaction"),
        "The inner works of their engine.",
    ),
    "diagramRelationId": "Where the diagram lies in a repository of its tool.",
    **dict.fromkeys(
        ("fallbackToDefaultTenant", "caseTenantId", "decisionRefTenantId", "calledElementTenantId"),
        "Nothing is parted by tenants here.",
    ),
}
"""Attributes that mean nothing for what runs here, and why."""
_GATEWAY: Final = "Draw a gateway in front."
OPEN: Final[Mapping[str, tuple[str, str]]] = {
    "skipExpression": ("no element is passed over.", _GATEWAY),
    "businessCalendarName": ("working hours are those of the service.", "Set the hours of the service."),
    "scope": ("the signal reaches other cases too.", "Name the signal so that only this process listens to it."),
    "errorMessage": ("an error is told by its name.", "Write what went wrong as the name of the error."),
    "mapException": ("operations report errors by code.", "Let the operation report an error by its code."),
    "customResource": ("a task is for a person, roles or people.", "Name them as candidates of the task."),
    "owner": ("a task has no owner beside who does it.", "Name the role that looks after it by a lane."),
    "useLocalScopeForOutParameters": ("what comes back is set in the case.", "Name the variables apart."),
    "completeAsync": ("the call waits until the called case has ended.", "Send a message instead of a call."),
    "doNotIncludeVariables": ("the operation gets its parameters.", "Name its parameters."),
    **dict.fromkeys(
        (
            *("taskIdVariableName", "activeTaskIdVariableName", "assigneeVariableName", "ownerVariableName"),
            *("idVariableName", "processInstanceIdVariableName", "dueDateVariableName", "taskCompleterVariableName"),
        ),
        ("the variable is not set.", "Read who did it, and when, in the history of the case."),
    ),
    "formHandlerClass": ("a form is answered as it stands.", "Draw what it does behind the task."),
    **dict.fromkeys(
        ("httpRequestHandler", "httpResponseHandler"), ("it is not run.", "Draw what it does as a script task.")
    ),
}
"""Attributes and extension elements that change something and are not read: why, and what to do instead."""
REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("eventType", "triggerEventType", "channelKey", "eventInParameter", "eventOutParameter"),
            *("eventCorrelationParameter", "triggerEventCorrelationParameter", "sendSynchronously"),
            *("startEventCorrelationConfiguration",),
        ),
        "Draw a message event.",
    ),
    **dict.fromkeys(("caseDefinitionKey", "caseInstanceName"), "Call a process."),
}
"""What the engine of Flowable offers beside BPMN, and what to draw instead."""
UNUSED_PARTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("properties", "historyTimeToLive", "modelerTemplate"), "Notes of the tool that drew it."),
    **dict.fromkeys(("customproperties", "localization", "process-initiator-can-complete"), "Notes of their tools."),
    **dict.fromkeys(
        ("process_initiator-can-complete", "initiator-can-complete", "allow-send-email"), "Notes of their tools."
    ),
}
LISTENERS: Final = ("executionListener", "taskListener", "eventListener")


def adopt(subject: Subject) -> None:
    """Tell what is left on an element."""
    _listeners(subject)
    for name, why in UNUSED.items():
        if subject.has(name):
            subject.take(name)
            subject.unused(name, why)
    for name, (why, remedy) in OPEN.items():
        found = [texts(part) or named(part, "class") for part in subject.parts(name)]
        if written := subject.take(name):
            found.append(written)
        for one in found:
            subject.open(name, f"{shown(one) if one else 'It'} is not read: {why}", remedy)
    for name, remedy in REFUSED.items():
        if subject.parts(name) or subject.take(name):
            subject.refuse(name, "It is of the engine it was drawn for, and not run here.", remedy)
    for name, why in UNUSED_PARTS.items():
        if subject.parts(name):
            subject.unused(name, why)


def _listeners(subject: Subject) -> None:
    for part in subject.parts(*LISTENERS):
        name = str(part.tag).rpartition("}")[2]
        how = next(
            (part.get(key) for key in ("class", "delegateExpression", "expression") if part.get(key)), "a script"
        )
        event = named(part, "event") or "every event"
        subject.open(
            name,
            f"The listener {shown(str(how))} at “{event}” is not run.",
            "Draw what it does: as a script task, a service task, or a decision.",
        )
