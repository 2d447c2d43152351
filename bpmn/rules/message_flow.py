"""Message flows connect two pools: their borders, activities, or events that send or receive messages.

What is sent at one end is what is awaited at the other. None stays within a pool. None begins at a start event, an
event that catches or a gateway, and none ends at an end event, an event that throws or a gateway. A task from which
one leads to where a message is awaited sends that message as it ends; a sub-process or call activity does so by what it
holds.
"""

from collections.abc import Iterator

from bpmn.diagram import (
    Activity,
    CallActivity,
    Diagram,
    Element,
    Event,
    MessageFlow,
    MessageTask,
    Process,
    SubProcess,
)
from bpmn.draft import Draft
from bpmn.meeting import messages_of
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="7.6.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    diagram = draft.diagram
    known = {part.id for part in diagram.participants}
    others = known | {dangling.target for dangling in diagram.dangling}
    for flow in diagram.message_flows:
        if not flow.source or not flow.target:
            yield RULE.error(
                flow,
                "The message flow {element} has no {end}.",
                "Connect both ends of it, or delete it.",
                code="loose-message-flow",
                end="target" if flow.source else "source",
            )
            continue
        pools = _pool(diagram, flow.source), _pool(diagram, flow.target)
        if pools[0] is not None and pools[0] == pools[1]:
            yield RULE.error(
                flow,
                "The message flow {element} begins and ends in the same pool.",
                "Use a sequence flow within a pool, or an event that sends and one that awaits the message.",
                code="message-flow-within",
            )
        yield from _names(diagram, flow)
        for sends, end in ((True, flow.source), (False, flow.target)):
            node = diagram.find(end)
            if node is not None:
                yield from _end(flow, node, sends)
                yield from _silent(diagram, flow, node, sends)
            elif end not in others:
                yield RULE.error(
                    flow,
                    "The message flow {element} is connected to {end}, which is no pool, activity or event.",
                    "Connect it to a pool, an activity or a message event.",
                    end=end,
                )


def _names(diagram: Diagram, flow: MessageFlow) -> Iterator[Finding]:
    """What is sent is told apart by its name: of another name it would never arrive."""
    ends = diagram.find(flow.source), diagram.find(flow.target)
    if ends[0] is None or ends[1] is None:
        return
    sent = {name for name, sends in messages_of(diagram, ends[0]) if sends and name}
    awaited = {name for name, sends in messages_of(diagram, ends[1]) if not sends and name}
    if sent and awaited and not sent & awaited:
        yield RULE.warning(
            flow,
            "The message flow {element} leads from {source}, which sends {sent}, to {target}, which awaits {awaited}.",
            "Choose the same message at both ends.",
            code="message-flow-names",
            source=ends[0].title,
            sent=", ".join(sorted(sent)),
            target=ends[1].title,
            awaited=", ".join(sorted(awaited)),
        )


def _pool(diagram: Diagram, end: str) -> str | None:
    """What an end lies in: the id of its process where it has one, else that of its pool."""
    node = diagram.find(end)
    if node is not None:
        return node.process_id
    return next((pool.process_id or pool.id for pool in diagram.participants if pool.id == end), None)


def _silent(diagram: Diagram, flow: MessageFlow, node: Element, sends: bool) -> Iterator[Finding]:
    """What has a content of its own sends and awaits by what is inside, and no other activity awaits anything."""
    other = diagram.find(flow.target if sends else flow.source)
    beyond = {name for name, sent in messages_of(diagram, other) if sent is not sends and name} if other else set()
    process = diagram.process(node.process_id)
    if not beyond or not isinstance(node, Activity) or isinstance(node, MessageTask) or not process.executable:
        return
    inside = {name for part in _content(process, node.id) for name, sent in messages_of(diagram, part) if sent is sends}
    if sends and isinstance(node, SubProcess | CallActivity) and not inside & beyond:
        yield RULE.warning(
            flow,
            "The message flow {element} leaves {end}, which sends nothing by itself.",
            "Draw an event inside it, or behind it, that sends the message, and let the flow begin there.",
            code="message-flow-silent",
            end=node.title,
        )
    elif not sends and not inside & beyond:
        yield RULE.warning(
            flow,
            "The message flow {element} leads to {end}, which waits for no message: nobody gets what comes.",
            "Let it end at an event or a receive task that awaits the message, before or inside {end}.",
            code="message-flow-unheard",
            end=node.title,
        )


def _content(process: Process, element_id: str) -> Iterator[Element]:
    for part in process.within(element_id):
        yield part
        if isinstance(part, SubProcess):
            yield from _content(process, part.id)


def _end(flow: MessageFlow, node: Element, sends: bool) -> Iterator[Finding]:
    way = "leaves" if sends else "leads to"
    if isinstance(node, Activity):
        if node.kind == ("receiveTask" if sends else "sendTask"):
            yield RULE.warning(
                flow,
                "The message flow {element} {way} {end}, a task that does the opposite.",
                "Turn the flow round, or use the other kind of task.",
                code="message-flow-turned",
                way=way,
                end=node.title,
            )
        return
    if not isinstance(node, Event) or node.catches is sends:
        yield RULE.error(
            flow,
            "The message flow {element} {way} {end}, where none may.",
            "Connect it to an activity or to an event that {does} a message.",
            code="message-flow-end",
            way=way,
            end=node.title,
            does="sends" if sends else "awaits",
        )
    elif not node.definitions:
        yield RULE.error(
            flow,
            "The message flow {element} {way} {end}, which {does} no message.",
            "Make it a message event.",
            code="message-flow-plain",
            way=way,
            end=node.title,
            does="sends" if sends else "awaits",
        )
    elif all(part.kind != "message" for part in node.definitions):
        yield RULE.error(
            flow,
            "The message flow {element} {way} {end}, an event of the kind {kind}.",
            "Make it a message event, or delete the message flow.",
            code="message-flow-end",
            way=way,
            end=node.title,
            kind=node.definitions[0].kind,
        )
