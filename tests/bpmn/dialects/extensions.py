# ruff: noqa: E501 - documents as their tools write them, which do not break lines
"""Every extension of other tools that the page about dialects names, where its tool writes it, and what becomes of it."""

from dataclasses import dataclass
from typing import Final

from bpmn.notes import Note, Outcome
from bpmn.reading import read_diagram

_SPACES: Final = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:f="http://flowable.org/bpmn" xmlns:z="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
_ROOTS: Final = {"message", "signal", "error", "escalation"}
_PARTS: Final = {
    "inputOutput": "inputParameter",
    "ioMapping": "input",
    "executionListeners": "executionListener",
    "taskListeners": "taskListener",
}
"""What is told by its parts."""
_THROWN: Final = {"messageEventDefinition", "terminateEventDefinition"}


@dataclass(frozen=True)
class Example:
    """An extension `name` on an element of a `kind`: `written` as attributes, or as extension elements."""

    name: str
    outcome: Outcome
    kind: str
    written: str

    def notes(self) -> list[Note]:
        """What is told of it, by its own name or as a part of something."""
        told = read_diagram(document(self.kind, self.written), "x.bpmn").notes
        name = _PARTS.get(self.name, self.name)
        return [note for note in told if name in note.name.replace(":", " ").replace(",", " ").split()]


def document(kind: str, written: str) -> bytes:
    """A diagram whose one element of this kind carries the extensions."""
    inner = f"<extensionElements>{written}</extensionElements>" if written.startswith("<") else ""
    attributes = "" if inner else written
    one = f'<{kind} id="x" {attributes}>{inner}</{kind}>'
    task, roots, process, flow = '<task id="t"/>', "", "", ""
    if kind == "process":
        task, process = f"{inner}{task}", attributes
    elif kind == "sequenceFlow":
        flow = attributes
    elif kind in _ROOTS:
        roots = one
        task = (
            f'<intermediateCatchEvent id="t"><{kind}EventDefinition {kind}Ref="x"/></intermediateCatchEvent>'
            f'<intermediateThrowEvent id="u"><{kind}EventDefinition {kind}Ref="x"/></intermediateThrowEvent>'
        )
    elif kind == "definitions":
        roots = ""
    elif kind.endswith("EventDefinition"):
        event = "endEvent" if kind in _THROWN else "intermediateThrowEvent" if "<c:in " in written else "boundaryEvent"
        task = f'<task id="b"/><{event} id="t" attachedToRef="b">{one}</{event}>'
    elif kind == "timeCycle":
        task = f'<intermediateCatchEvent id="t"><timerEventDefinition>{one}</timerEventDefinition></intermediateCatchEvent>'
    elif kind == "multiInstanceLoopCharacteristics":
        task = f'<task id="t">{one}</task>'
    else:
        task = one.replace('id="x"', 'id="t"')
    start = task if kind == "startEvent" else '<startEvent id="s"/>'
    node = "" if kind == "startEvent" else task
    return (
        f'<definitions {_SPACES} id="d" targetNamespace="n" {attributes if kind == "definitions" else ""}>'
        f'<process id="p" isExecutable="true" {process}>{node if kind == "process" else start}'
        f"{start if kind == 'process' else node}"
        f'<endEvent id="e"/><sequenceFlow id="g" sourceRef="t" targetRef="e" {flow}/></process>{roots}</definitions>'
    ).encode()


MAPPED, UNUSED, OPEN, REFUSED = Outcome.MAPPED, Outcome.UNUSED, Outcome.OPEN, Outcome.REFUSED
_PLAIN: Final = 'c:{name}="x"'
_FLOWABLE: Final = 'f:{name}="x"'
_DATE: Final = '<c:formData businessKey="a"><c:formField id="a" type="date" datePattern="d"><c:properties/></c:formField></c:formData>'
_HIDDEN: Final = '<f:formProperty id="a" type="string" readable="false" expression="${b}"/>'
_PASSED: Final = '<f:in source="a" target="b" local="true" transient="true" sourceType="x" targetType="y"/><f:out source="a" target="b"/>'
_EXTERNAL: Final = '<z:calledElement processId="q" businessId="1" propagateAllParentVariables="false" propagateAllChildVariables="false"/>'
_RETRIED: Final = '<s:serviceTaskOperator id="a/b"><s:retry retries="3" backoff_base="2"/></s:serviceTaskOperator>'

_CAMUNDA_7: Final = (
    (MAPPED, "userTask", "assignee candidateGroups candidateUsers formRef formKey", _PLAIN),
    (MAPPED, "userTask", "dueDate followUpDate", 'c:{name}="P1D"'),
    (MAPPED, "userTask", "priority", 'c:{name}="5"'),
    (MAPPED, "userTask", "formData", '<c:formData><c:formField id="a" type="string"/></c:formData>'),
    (MAPPED, "userTask", "formProperty", '<f:formProperty id="a" type="string" variable="b"/>'),
    (OPEN, "userTask", "readable expression", _HIDDEN),
    (UNUSED, "userTask", "datePattern businessKey properties", _DATE),
    (UNUSED, "userTask", "formRefBinding formRefVersion formFieldValidation category", _PLAIN),
    (OPEN, "userTask", "formHandlerClass skipExpression businessCalendarName owner", _FLOWABLE),
    (OPEN, "userTask", "customResource", "<f:customResource>user(ann)</f:customResource>"),
    (OPEN, "userTask", "taskIdVariableName activeTaskIdVariableName assigneeVariableName", _FLOWABLE),
    (OPEN, "userTask", "ownerVariableName dueDateVariableName taskCompleterVariableName", _FLOWABLE),
    (OPEN, "callActivity", "idVariableName processInstanceIdVariableName", _FLOWABLE),
    (MAPPED, "serviceTask", "type topic class delegateExpression expression", _PLAIN),
    (MAPPED, "serviceTask", "connector", "<c:connector><c:connectorId>a</c:connectorId></c:connector>"),
    (MAPPED, "serviceTask", "field", '<c:field name="a" stringValue="b"/>'),
    (UNUSED, "serviceTask", "resultVariable resultVariableName", _PLAIN),
    (MAPPED, "businessRuleTask", "decisionRef resultVariable", 'c:decisionRef="d" c:resultVariable="r"'),
    (UNUSED, "businessRuleTask", "mapDecisionResult", 'c:{name}="singleEntry"'),
    (UNUSED, "businessRuleTask", "decisionRefBinding decisionRefVersion decisionRefVersionTag", _PLAIN),
    (UNUSED, "businessRuleTask", "decisionRefTenantId", _PLAIN),
    (UNUSED, "serviceTask", "useLocalScopeForResultVariable storeResultVariableAsTransient", 'f:{name}="true"'),
    (MAPPED, "serviceTask", "in out", f"{_PASSED}"),
    (OPEN, "serviceTask", "doNotIncludeVariables", _FLOWABLE),
    (OPEN, "serviceTask", "httpRequestHandler httpResponseHandler", '<f:{name} class="a.B"/>'),
    (OPEN, "serviceTask", "errorEventDefinition", '<c:errorEventDefinition errorRef="y" expression="${a}"/>'),
    (OPEN, "serviceTask", "mapException", '<f:mapException errorCode="a">b.C</f:mapException>'),
    (MAPPED, "serviceTask", "failedJobRetryTimeCycle", "<c:{name}>R3/PT1M</c:{name}>"),
    (REFUSED, "scriptTask", "resource", _PLAIN),
    (MAPPED, "callActivity", "calledElementBinding", 'calledElement="q" c:{name}="deployment"'),
    (
        MAPPED,
        "callActivity",
        "calledElementVersionTag",
        'calledElement="q" c:calledElementBinding="versionTag" c:{name}="1"',
    ),
    (
        OPEN,
        "callActivity",
        "calledElementBinding",
        'calledElement="q" c:{name}="version" c:calledElementVersion="1"',
    ),
    (UNUSED, "callActivity", "calledElementVersion", 'calledElement="q" c:{name}="1"'),
    (MAPPED, "callActivity", "inheritVariables", 'calledElement="q" f:{name}="true"'),
    (OPEN, "serviceTask", "local", _PASSED),
    (UNUSED, "serviceTask", "transient sourceType targetType", _PASSED),
    (REFUSED, "serviceTask", "targetExpression", '<f:in source="a" {name}="${b}"/>'),
    (REFUSED, "callActivity", "variableMappingClass variableMappingDelegateExpression", _PLAIN),
    (REFUSED, "callActivity", "caseRef caseBinding caseVersion", _PLAIN),
    (REFUSED, "serviceTask", "caseDefinitionKey caseInstanceName", _FLOWABLE),
    (OPEN, "callActivity", "useLocalScopeForOutParameters completeAsync", _FLOWABLE),
    (UNUSED, "callActivity", "calledElementType businessKey processInstanceName inheritBusinessKey", _FLOWABLE),
    (UNUSED, "callActivity", "sameDeployment fallbackToDefaultTenant calledElementTenantId caseTenantId", _FLOWABLE),
    (MAPPED, "signalEventDefinition", "in", '<c:in source="a" target="b"/>'),
    (OPEN, "signal", "scope", _FLOWABLE),
    (MAPPED, "signalEventDefinition", "signalExpression", _FLOWABLE),
    (MAPPED, "messageEventDefinition", "messageExpression", _FLOWABLE),
    (
        MAPPED,
        "task",
        "inputOutput",
        '<c:inputOutput><c:inputParameter name="a">1</c:inputParameter></c:inputOutput>',
    ),
    (MAPPED, "multiInstanceLoopCharacteristics", "collection elementVariable", _PLAIN),
    (MAPPED, "multiInstanceLoopCharacteristics", "elementIndexVariable", _FLOWABLE),
    (
        MAPPED,
        "multiInstanceLoopCharacteristics",
        "variableAggregation",
        '<f:variableAggregation target="all"><f:variable source="a"/></f:variableAggregation>',
    ),
    (MAPPED, "startEvent", "initiator", _PLAIN),
    (MAPPED, "process", "candidateStarterGroups versionTag", _PLAIN),
    (MAPPED, "process", "potentialStarter", "<c:potentialStarter>group(a)</c:potentialStarter>"),
    (OPEN, "process", "candidateStarterUsers", _PLAIN),
    (MAPPED, "errorEventDefinition", "errorCodeVariable errorMessageVariable", _PLAIN),
    (MAPPED, "escalationEventDefinition", "escalationCodeVariable", _PLAIN),
    (MAPPED, "terminateEventDefinition", "terminateAll terminateMultiInstance", 'f:{name}="true"'),
    (MAPPED, "errorEventDefinition", "errorVariableName", _FLOWABLE),
    (OPEN, "error", "errorMessage", _PLAIN),
    (UNUSED, "errorEventDefinition", "errorVariableLocalScope errorVariableTransient", _FLOWABLE),
    (MAPPED, "timeCycle", "endDate", _FLOWABLE),
    (OPEN, "userTask", "executionListener taskListener eventListener", '<c:{name} class="a.B"/>'),
    (MAPPED, "dataObject", "value", "<f:value>1</f:value>"),
    (OPEN, "conditionalEventDefinition", "variableName variableEvents variableEvent", _PLAIN),
    (MAPPED, "startEvent", "variableListenerEventDefinition", '<f:{name} variableName="a"/>'),
    (REFUSED, "startEvent", "eventType triggerEventType channelKey", "<f:{name}/>"),
    (REFUSED, "startEvent", "eventInParameter eventOutParameter eventCorrelationParameter", "<f:{name}/>"),
    (REFUSED, "startEvent", "triggerEventCorrelationParameter sendSynchronously", "<f:{name}/>"),
    (REFUSED, "startEvent", "startEventCorrelationConfiguration", "<f:{name}/>"),
    (UNUSED, "task", "asyncBefore asyncAfter async exclusive asyncLeave asyncLeaveExclusive", _PLAIN),
    (UNUSED, "task", "noWaitStatesAsyncLeave parallelInSameTransaction jobPriority taskPriority", _FLOWABLE),
    (UNUSED, "process", "history historyTimeToLive isStartableInTasklist isEagerExecutionFetching", _PLAIN),
    (UNUSED, "serviceTask", "autoStoreVariables triggerable localScope extensionId", _FLOWABLE),
    (UNUSED, "definitions", "diagramRelationId", _PLAIN),
    (UNUSED, "task", "modelerTemplate modelerTemplateVersion modelerTemplateIcon modelerTemplateGroup", _PLAIN),
    (UNUSED, "task", "properties localization customproperties", "<f:{name}/>"),
)
_CAMUNDA_8: Final = (
    (MAPPED, "userTask", "assignmentDefinition", '<z:{name} assignee="ann" candidateGroups="a" candidateUsers="b"/>'),
    (MAPPED, "userTask", "taskSchedule", '<z:{name} dueDate="=d" followUpDate="=f"/>'),
    (MAPPED, "userTask", "priorityDefinition", '<z:{name} priority="5"/>'),
    (MAPPED, "userTask", "formDefinition", '<z:{name} formId="a"/>'),
    (OPEN, "userTask", "externalReference", '<z:formDefinition externalReference="http://a"/>'),
    (
        MAPPED,
        "process",
        "userTaskForm",
        '<z:{name} id="a">{"type": "default", "id": "a", "components": [{"type": "textfield", "key": "b", "label": "B"}]}</z:{name}>',
    ),
    (
        MAPPED,
        "serviceTask",
        "taskDefinition taskHeaders",
        '<z:taskDefinition type="a" retries="3"/><z:taskHeaders><z:header key="k" value="v"/></z:taskHeaders>',
    ),
    (MAPPED, "serviceTask", "ioMapping", '<z:ioMapping><z:input source="=a" target="a"/></z:ioMapping>'),
    (MAPPED, "scriptTask", "script", '<z:script expression="=1" resultVariable="r"/>'),
    (MAPPED, "businessRuleTask", "calledDecision", '<z:calledDecision decisionId="d" resultVariable="r"/>'),
    (UNUSED, "businessRuleTask", "bindingType", '<z:calledDecision decisionId="d" bindingType="latest"/>'),
    (MAPPED, "callActivity", "calledElement propagateAllParentVariables propagateAllChildVariables", _EXTERNAL),
    (UNUSED, "callActivity", "businessId", _EXTERNAL),
    (MAPPED, "multiInstanceLoopCharacteristics", "loopCharacteristics", '<z:{name} inputCollection="=a"/>'),
    (MAPPED, "message", "subscription", '<z:{name} correlationKey="=a"/>'),
    (
        MAPPED,
        "messageEventDefinition",
        "publishMessage",
        '<z:{name} correlationKey="=a" messageId="b" timeToLive="PT1H"/>',
    ),
    (MAPPED, "process", "versionTag", '<z:{name} value="1"/>'),
    (OPEN, "conditionalEventDefinition", "conditionalFilter", '<z:{name} variableNames="a"/>'),
    (OPEN, "process", "candidateStarterGroups candidateStarterUsers", "<z:{name}/>"),
    (OPEN, "serviceTask", "executionListeners", '<z:{name}><z:executionListener type="a"/></z:{name}>'),
    (OPEN, "userTask", "taskListeners", '<z:{name}><z:taskListener type="a"/></z:{name}>'),
    (MAPPED, "adHocSubProcess", "adHoc", '<z:adHoc activeElementsCollection="=a"/>'),
    (OPEN, "adHocSubProcess", "outputCollection", '<z:adHoc outputCollection="a" outputElement="=b"/>'),
    (UNUSED, "serviceTask", "modelerTemplate modelerTemplateVersion modelerTemplateIcon retryCounter", 'z:{name}="x"'),
    (UNUSED, "serviceTask", "properties userTask linkedResources jobPriorityDefinition agentDefinition", "<z:{name}/>"),
)
_SPIFFWORKFLOW: Final = (
    (MAPPED, "message", "messagePayload messageVariable", "<s:{name}>a</s:{name}>"),
    (MAPPED, "userTask", "instructionsForEndUser", "<s:{name}>a</s:{name}>"),
    (OPEN, "userTask", "allowGuest guestConfirmation", "<s:{name}>a</s:{name}>"),
    (MAPPED, "receiveTask", "processVariableCorrelation", "<s:{name}><s:expression>a</s:expression></s:{name}>"),
    (OPEN, "userTask", "errorVariable processModelToStartOnTaskAvailable variableName", "<s:{name}>a</s:{name}>"),
    (OPEN, "message", "jsonSchemaId", 's:{name}="a"'),
    (
        MAPPED,
        "signal",
        "payloadExpression",
        "<s:payloadExpression>a</s:payloadExpression><s:variableName>b</s:variableName>",
    ),
    (
        MAPPED,
        "error",
        "variableName",
        "<s:payloadExpression>a</s:payloadExpression><s:variableName>b</s:variableName>",
    ),
    (MAPPED, "serviceTask", "retry", _RETRIED),
    (OPEN, "serviceTask", "backoff_base", _RETRIED),
    (
        MAPPED,
        "userTask",
        "formJsonSchemaFilename formUiSchemaFilename",
        '<s:properties><s:property name="{name}" value="a"/></s:properties>',
    ),
    (UNUSED, "scriptTask", "unitTests signalButtonLabel taskMetadataValues category", "<s:{name}>a</s:{name}>"),
    (UNUSED, "userTask", "isOutputSynced isMatchingCorrelation", 's:{name}="true"'),
)
EXAMPLES: Final = {
    section: [
        Example(name, outcome, kind, written.replace("{name}", name))
        for outcome, kind, names, written in rows
        for name in names.split()
    ]
    for section, rows in (
        ("Camunda 7 family", _CAMUNDA_7),
        ("Camunda 8", _CAMUNDA_8),
        ("SpiffWorkflow", _SPIFFWORKFLOW),
    )
}
"""By the section of the page."""
