"""What the schema of BPMN 2.0 lets an element hold: its parts in their order, how often each, and its attributes.

Written from the type definitions of ``Semantic.xsd`` and ``BPMN20.xsd``. A type names the one it extends, its parts
with ``?`` for at most one, ``*`` for any number, ``+`` for one or more and ``1`` for exactly one, and its attributes
with ``!`` where the schema requires them. What other rules say better (the ends of flows, the parts an event lives by)
is written as optional here.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from bpmn.source import NODES

_NODES: Final = tuple(sorted(NODES))
_CHOREOGRAPHY: Final = ("choreographyTask", "subChoreography", "callChoreography")
_ITEMS: Final = ("dataObject", "dataObjectReference", "dataStoreReference")
DEFINITIONS: Final = tuple(
    f"{kind}EventDefinition"
    for kind in (
        *("message", "signal", "timer", "error", "escalation", "conditional", "link", "compensate", "cancel"),
        "terminate",
    )
)
"""The kinds of triggers and results."""
GLOBAL_TASKS: Final = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")
COLLABORATIONS: Final = ("collaboration", "choreography", "globalChoreographyTask", "globalConversation")
CONVERSATIONS: Final = ("conversation", "subConversation", "callConversation")
ROLES: Final = ("resourceRole", "performer", "humanPerformer", "potentialOwner")
_ARTIFACTS: Final = ("association", "group", "textAnnotation", "artifact")
BESIDE: Final = frozenset({*_ARTIFACTS, *ROLES})
"""Parts of a process or sub-process that no flow leads through, and that many write among its flow elements."""

_GROUPS: Final = {
    "FLOW": (*_NODES, "sequenceFlow", *_ITEMS, *_CHOREOGRAPHY, "implicitThrowEvent", "event"),
    "ARTIFACT": _ARTIFACTS,
    "DEFINITION": (*DEFINITIONS, "eventDefinition"),
    "ROLE": ROLES,
    "LOOP": ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
    "CONVERSATION": CONVERSATIONS,
    "EXPRESSION": ("expression", "formalExpression"),
    "TIME": ("timeDate", "timeDuration", "timeCycle"),
    "CALLABLE": ("supportedInterfaceRef", "ioSpecification", "ioBinding"),
    "DESK": ("interfaceRef", "endPointRef", "participantMultiplicity"),
    "ROOT": (
        *("process", *COLLABORATIONS, *GLOBAL_TASKS, *DEFINITIONS, "message", "signal", "error", "escalation"),
        *("itemDefinition", "interface", "resource", "category", "dataStore", "correlationProperty", "endPoint"),
        *("partnerEntity", "partnerRole"),
    ),
}
"""Parts that stand in any order among themselves."""

_TYPES: Final = {
    "Base": ("", "documentation* extensionElements?", "id"),
    "FlowElement": ("Base", "auditing? monitoring? categoryValueRef*", "name"),
    "Node": ("FlowElement", "incoming* outgoing*", ""),
    "Activity": (
        "Node",
        "ioSpecification? property* dataInputAssociation* dataOutputAssociation* ROLE* LOOP*",
        "isForCompensation startQuantity completionQuantity default",
    ),
    "Scope": ("Activity", "laneSet* FLOW* ARTIFACT*", "triggeredByEvent"),
    "Catch": (
        "Node",
        "property* dataOutput* dataOutputAssociation* outputSet? DEFINITION* eventDefinitionRef*",
        "parallelMultiple",
    ),
    "Throw": ("Node", "property* dataInput* dataInputAssociation* inputSet? DEFINITION* eventDefinitionRef*", ""),
    "Gateway": ("Node", "", "gatewayDirection"),
    "Association": ("Base", "sourceRef* targetRef? transformation? assignment*", ""),
    "Item": ("Base", "dataState?", "name itemSubjectRef"),
    "Collection": ("Item", "", "isCollection"),
    "Callable": ("Base", "CALLABLE*", "name"),
    "Global": ("Callable", "ROLE*", ""),
    "Collaboration": (
        "Base",
        "participant* messageFlow* ARTIFACT* CONVERSATION* conversationAssociation* participantAssociation* "
        "messageFlowAssociation* correlationKey* choreographyRef* conversationLink*",
        "name isClosed",
    ),
    "Conversation": ("Base", "participantRef* messageFlowRef* correlationKey*", "name"),
    "Choreographed": ("Node", "participantRef+ correlationKey*", "initiatingParticipantRef! loopType"),
    "Role": ("Base", "resourceRef? resourceParameterBinding* resourceAssignmentExpression?", "name"),
    "Partner": ("Base", "participantRef*", "name"),
    "Structured": ("Base", "", "name structureRef"),
}
"""Types that elements share."""
_WRITTEN: Final = {
    "definitions": (
        "",
        "import* extension* ROOT* BPMNDiagram* relationship*",
        "id name targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    ),
    "import": ("", "", "importType! location! namespace!"),
    "extension": ("", "documentation*", "definition mustUnderstand"),
    "relationship": ("Base", "source+ target+", "type! direction"),
    "process": (
        "Callable",
        "auditing? monitoring? property* laneSet* FLOW* ARTIFACT* ROLE* correlationSubscription* supports*",
        "processType isClosed isExecutable definitionalCollaborationRef",
    ),
    **dict.fromkeys(("task", "manualTask"), ("Activity", "", "")),
    "userTask": ("Activity", "rendering*", "implementation"),
    "businessRuleTask": ("Activity", "", "implementation"),
    "serviceTask": ("Activity", "", "implementation operationRef"),
    "sendTask": ("Activity", "", "implementation messageRef operationRef"),
    "receiveTask": ("Activity", "", "implementation instantiate messageRef operationRef"),
    "scriptTask": ("Activity", "script?", "scriptFormat"),
    "callActivity": ("Activity", "", "calledElement"),
    "subProcess": ("Scope", "", ""),
    "transaction": ("Scope", "", "method"),
    "adHocSubProcess": ("Scope", "completionCondition?", "cancelRemainingInstances ordering"),
    "startEvent": ("Catch", "", "isInterrupting"),
    "intermediateCatchEvent": ("Catch", "", ""),
    "boundaryEvent": ("Catch", "", "cancelActivity attachedToRef"),
    **dict.fromkeys(("endEvent", "intermediateThrowEvent", "implicitThrowEvent", "event"), ("Throw", "", "")),
    **dict.fromkeys(("exclusiveGateway", "inclusiveGateway"), ("Gateway", "", "default")),
    "complexGateway": ("Gateway", "activationCondition?", "default"),
    "parallelGateway": ("Gateway", "", ""),
    "eventBasedGateway": ("Gateway", "", "instantiate eventGatewayType"),
    "sequenceFlow": ("FlowElement", "conditionExpression?", "sourceRef targetRef isImmediate"),
    "dataObject": ("FlowElement", "dataState?", "itemSubjectRef isCollection"),
    "dataObjectReference": ("FlowElement", "dataState?", "itemSubjectRef dataObjectRef"),
    "dataStoreReference": ("FlowElement", "dataState?", "itemSubjectRef dataStoreRef"),
    "dataStore": ("Item", "", "capacity isUnlimited"),
    "property": ("Item", "", ""),
    **dict.fromkeys(("dataInput", "dataOutput", "inputDataItem", "outputDataItem"), ("Collection", "", "")),
    "dataState": ("Base", "", "name"),
    **dict.fromkeys(("dataInputAssociation", "dataOutputAssociation"), ("Association", "", "")),
    "assignment": ("Base", "from1 to1", ""),
    "ioSpecification": ("Base", "dataInput* dataOutput* inputSet* outputSet*", ""),
    "inputSet": ("Base", "dataInputRefs* optionalInputRefs* whileExecutingInputRefs* outputSetRefs*", "name"),
    "outputSet": ("Base", "dataOutputRefs* optionalOutputRefs* whileExecutingOutputRefs* inputSetRefs*", "name"),
    "ioBinding": ("Base", "", "operationRef! inputDataRef! outputDataRef!"),
    "standardLoopCharacteristics": ("Base", "loopCondition?", "testBefore loopMaximum"),
    "multiInstanceLoopCharacteristics": (
        "Base",
        "loopCardinality? loopDataInputRef? loopDataOutputRef? inputDataItem? outputDataItem? "
        "complexBehaviorDefinition* completionCondition?",
        "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef",
    ),
    "complexBehaviorDefinition": ("Base", "condition1 event?", ""),
    **dict.fromkeys(ROLES, ("Role", "", "")),
    "resourceParameterBinding": ("Base", "EXPRESSION1", "parameterRef!"),
    "resourceAssignmentExpression": ("Base", "EXPRESSION1", ""),
    "resource": ("Base", "resourceParameter*", "name!"),
    "resourceParameter": ("Base", "", "name type isRequired"),
    "laneSet": ("Base", "lane*", "name"),
    "childLaneSet": ("Base", "lane*", "name"),
    "lane": ("Base", "partitionElement? flowNodeRef* childLaneSet?", "name partitionElementRef"),
    "messageEventDefinition": ("Base", "operationRef?", "messageRef"),
    "signalEventDefinition": ("Base", "", "signalRef"),
    "errorEventDefinition": ("Base", "", "errorRef"),
    "escalationEventDefinition": ("Base", "", "escalationRef"),
    "timerEventDefinition": ("Base", "TIME*", ""),
    "conditionalEventDefinition": ("Base", "condition?", ""),
    "linkEventDefinition": ("Base", "source* target?", "name"),
    "compensateEventDefinition": ("Base", "", "waitForCompletion activityRef"),
    **dict.fromkeys(("cancelEventDefinition", "terminateEventDefinition"), ("Base", "", "")),
    "message": ("Base", "", "name itemRef"),
    "signal": ("Structured", "", ""),
    "error": ("Structured", "", "errorCode"),
    "escalation": ("Structured", "", "escalationCode"),
    "itemDefinition": ("Base", "", "structureRef isCollection itemKind"),
    "interface": ("Base", "operation*", "name! implementationRef"),
    "operation": ("Base", "inMessageRef? outMessageRef? errorRef*", "name! implementationRef"),
    "category": ("Base", "categoryValue*", "name"),
    "categoryValue": ("Base", "", "value"),
    "endPoint": ("Base", "", ""),
    **dict.fromkeys(("partnerEntity", "partnerRole"), ("Partner", "", "")),
    "correlationProperty": ("Base", "correlationPropertyRetrievalExpression+", "name type"),
    "correlationPropertyRetrievalExpression": ("Base", "messagePath1", "messageRef!"),
    "correlationKey": ("Base", "correlationPropertyRef*", "name"),
    "correlationSubscription": ("Base", "correlationPropertyBinding*", "correlationKeyRef!"),
    "correlationPropertyBinding": ("Base", "dataPath1", "correlationPropertyRef!"),
    "collaboration": ("Collaboration", "", ""),
    "globalConversation": ("Collaboration", "", ""),
    "choreography": ("Collaboration", "FLOW*", ""),
    "globalChoreographyTask": ("Collaboration", "FLOW*", "initiatingParticipantRef"),
    "participant": ("Base", "DESK*", "name processRef"),
    "participantMultiplicity": ("Base", "", "minimum maximum"),
    "participantAssociation": ("Base", "innerParticipantRef1 outerParticipantRef1", ""),
    "messageFlow": ("Base", "", "name sourceRef targetRef messageRef"),
    "messageFlowAssociation": ("Base", "", "innerMessageFlowRef! outerMessageFlowRef!"),
    "conversation": ("Conversation", "", ""),
    "subConversation": ("Conversation", "CONVERSATION*", ""),
    "callConversation": ("Conversation", "participantAssociation*", "calledCollaborationRef"),
    "conversationAssociation": ("Base", "", "innerConversationNodeRef! outerConversationNodeRef!"),
    "conversationLink": ("Base", "", "name sourceRef! targetRef!"),
    "choreographyTask": ("Choreographed", "messageFlowRef+", ""),
    "subChoreography": ("Choreographed", "FLOW* ARTIFACT*", ""),
    "callChoreography": ("Choreographed", "participantAssociation*", "calledChoreographyRef"),
    "association": ("Base", "", "sourceRef targetRef associationDirection"),
    "group": ("Base", "", "categoryValueRef"),
    "textAnnotation": ("Base", "text?", "textFormat"),
    "globalTask": ("Global", "", ""),
    "globalManualTask": ("Global", "", ""),
    "globalUserTask": ("Global", "rendering*", "implementation"),
    "globalBusinessRuleTask": ("Global", "", "implementation"),
    "globalScriptTask": ("Global", "script?", "scriptLanguage"),
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What one kind of element may hold.

    `places` has the order number of each part, `once` the parts that occur at most once, `needed` groups of parts of
    which one must be there, `attributes` every attribute and `required` those that must be there.
    """

    places: dict[str, int]
    once: frozenset[str]
    needed: tuple[tuple[str, ...], ...]
    attributes: frozenset[str]
    required: tuple[str, ...]


@cache
def shape_of(kind: str) -> Shape | None:
    """What an element of this kind may hold; None for those that hold nothing but text."""
    written = _WRITTEN.get(kind)
    if written is None:
        return None
    parts, attributes = _whole(*written)
    groups = [(_GROUPS.get(part[:-1], (part[:-1],)), part[-1]) for part in parts]
    return Shape(
        places={name: place for place, (names, _) in enumerate(groups) for name in names},
        once=frozenset(name for names, often in groups if often in "?1" for name in names),
        needed=tuple(names for names, often in groups if often in "+1"),
        attributes=frozenset(name.removesuffix("!") for name in attributes),
        required=tuple(name[:-1] for name in attributes if name.endswith("!")),
    )


def _whole(base: str, parts: str, attributes: str) -> tuple[list[str], list[str]]:
    before = _whole(*_TYPES[base]) if base else ([], [])
    return [*before[0], *parts.split()], [*before[1], *attributes.split()]


EVERY_ATTRIBUTE: Final = frozenset(
    name.removesuffix("!") for kind in _WRITTEN for name in _whole(*_WRITTEN[kind])[1]
) | {"language", "evaluatesToTypeRef", "textFormat"}
"""Every attribute of the schema, whatever element has it."""
