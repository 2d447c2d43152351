"""Where a file departs from the schema of BPMN 2.0: the order of parts, and names that the schema does not have."""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from bpmn.remarks import Misspecified
from bpmn.source import NODES, identified, line_of, local

_BEGUN: Final = ("documentation", "extensionElements")
_ELEMENT: Final = (*_BEGUN, "auditing", "monitoring", "categoryValueRef")
_NODE: Final = (*_ELEMENT, "incoming", "outgoing")
_ROLES: Final = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_LOOPS: Final = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_ACTIVITY: Final = (
    *_NODE,
    *("ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"),
    _ROLES,
    _LOOPS,
)
_INSIDE: Final = (*sorted(NODES), "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference")
_ARTIFACTS: Final = ("association", "group", "textAnnotation")
_DEFINITIONS: Final = tuple(
    f"{kind}EventDefinition"
    for kind in (
        *("message", "signal", "timer", "error", "escalation", "conditional", "link", "compensate", "cancel"),
        "terminate",
    )
)
_SCOPE: Final = (*_ACTIVITY, "laneSet", _INSIDE, _ARTIFACTS)
_CATCHING: Final = (
    *(*_NODE, "property", "dataOutput", "dataOutputAssociation", "outputSet"),
    *(_DEFINITIONS, "eventDefinitionRef"),
)
_THROWING: Final = (
    *(*_NODE, "property", "dataInput", "dataInputAssociation", "inputSet"),
    *(_DEFINITIONS, "eventDefinitionRef"),
)
_PLAIN: Final = ("task", "manualTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity")
_GATEWAYS: Final = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
_WRITTEN: Final[Mapping[str, tuple[str | tuple[str, ...], ...]]] = {
    **dict.fromkeys(_PLAIN, _ACTIVITY),
    "userTask": (*_ACTIVITY, "rendering"),
    "scriptTask": (*_ACTIVITY, "script"),
    "subProcess": _SCOPE,
    "transaction": _SCOPE,
    "adHocSubProcess": (*_SCOPE, "completionCondition"),
    **dict.fromkeys(("startEvent", "boundaryEvent", "intermediateCatchEvent"), _CATCHING),
    **dict.fromkeys(("endEvent", "intermediateThrowEvent"), _THROWING),
    **dict.fromkeys(_GATEWAYS, _NODE),
    "complexGateway": (*_NODE, "activationCondition"),
    "sequenceFlow": (*_ELEMENT, "conditionExpression"),
    "process": (
        *(*_BEGUN, "supportedInterfaceRef", "ioSpecification", "ioBinding", "auditing", "monitoring", "property"),
        *("laneSet", _INSIDE, _ARTIFACTS, _ROLES, "correlationSubscription", "supports"),
    ),
    "collaboration": (
        *(*_BEGUN, "participant", "messageFlow", _ARTIFACTS),
        *(("conversation", "subConversation", "callConversation"), "conversationAssociation"),
        *("participantAssociation", "messageFlowAssociation", "correlationKey", "choreographyRef", "conversationLink"),
    ),
    "laneSet": (*_BEGUN, "lane"),
    "lane": (*_BEGUN, "partitionElement", "flowNodeRef", "childLaneSet"),
    "participant": (*_BEGUN, "interfaceRef", "endPointRef", "participantMultiplicity"),
    "operation": (*_BEGUN, "inMessageRef", "outMessageRef", "errorRef"),
    "multiInstanceLoopCharacteristics": (
        *(*_BEGUN, "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"),
        *("complexBehaviorDefinition", "completionCondition"),
    ),
    "ioSpecification": (*_BEGUN, "dataInput", "dataOutput", "inputSet", "outputSet"),
    "inputSet": (*_BEGUN, "dataInputRefs", "optionalInputRefs", "whileExecutingInputRefs", "outputSetRefs"),
    "outputSet": (*_BEGUN, "dataOutputRefs", "optionalOutputRefs", "whileExecutingOutputRefs", "inputSetRefs"),
    **dict.fromkeys(
        ("dataInputAssociation", "dataOutputAssociation"),
        (*_BEGUN, "sourceRef", "targetRef", "transformation", "assignment"),
    ),
}
"""The parts of an element in the order of the schema; those in parentheses in any order among themselves."""
_ORDER: Final[Mapping[str, Mapping[str, int]]] = {
    kind: {name: place for place, one in enumerate(parts) for name in ((one,) if isinstance(one, str) else one)}
    for kind, parts in _WRITTEN.items()
}
_ATTRIBUTES: Final = frozenset(
    {
        *("id", "name", "isExecutable", "isClosed", "processType", "definitionalCollaborationRef", "targetNamespace"),
        *("expressionLanguage", "typeLanguage", "exporter", "exporterVersion", "importType", "location", "namespace"),
        *("mustUnderstand", "definition", "structureRef", "itemKind", "isCollection", "itemRef", "errorCode"),
        *("escalationCode", "sourceRef", "targetRef", "isImmediate", "default", "gatewayDirection", "instantiate"),
        *("eventGatewayType", "cancelActivity", "attachedToRef", "parallelMultiple", "isInterrupting"),
        *("triggeredByEvent", "method", "ordering", "cancelRemainingInstances", "isForCompensation", "startQuantity"),
        *("completionQuantity", "implementation", "operationRef", "messageRef", "scriptFormat", "calledElement"),
        *("isSequential", "behavior", "noneBehaviorEventRef", "oneBehaviorEventRef", "testBefore", "loopMaximum"),
        *("dataObjectRef", "dataStoreRef", "itemSubjectRef", "capacity", "isUnlimited", "processRef"),
        *("partitionElementRef", "associationDirection", "textFormat", "categoryValueRef", "value", "language"),
        *("evaluatesToTypeRef", "activityRef", "waitForCompletion", "errorRef", "escalationRef", "signalRef"),
        *("minimum", "maximum", "parameterRef", "type", "isRequired", "inputDataRef", "outputDataRef"),
        *("implementationRef", "correlationKeyRef", "correlationPropertyRef", "calledCollaborationRef"),
        *("calledChoreographyRef", "initiatingParticipantRef", "loopType", "direction", "scriptLanguage"),
        *("innerConversationNodeRef", "outerConversationNodeRef"),
    }
)
"""Every attribute of the schema, whatever element has it."""


def of_schema(element: etree._Element, kind: str) -> Iterator[Misspecified]:
    """Notice what the schema does not allow at one element."""
    for name in element.attrib:
        if name not in _ATTRIBUTES and not str(name).startswith("{"):
            yield _wrong(element, "unknown-attribute", str(name), kind)
    order = _ORDER.get(kind)
    if order is None:
        return
    last, before = -1, ""
    for part in element:
        name = local(part)
        place = order.get(name, last)
        if place < last:
            yield _wrong(element, "out-of-order", name, before)
            return
        if place > last:
            last, before = place, name


def _wrong(at: etree._Element, code: str, part: str, other: str) -> Misspecified:
    return Misspecified(element_id=identified(at), code=code, part=part, other=other, line=line_of(at))
