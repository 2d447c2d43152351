"""Where processes meet: the messages they send and await, the tag of a version, what a start needs."""

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
    ReferenceDefinition,
    SubProcess,
)
from bpmn.draft import Draft
from bpmn.vocabulary import Neighbour
from forms.definition import Field, level


def messages_of(diagram: Diagram, element: Element) -> Iterator[tuple[str, bool]]:
    """Give the messages an element is about, and whether it sends them."""
    yield from _own(element)
    for name in sent_along(diagram, element):
        yield name, True


def _own(element: Element) -> Iterator[tuple[str, bool]]:
    if isinstance(element, MessageTask):
        yield element.message_name or element.name, element.kind == "sendTask"
    elif isinstance(element, Event):
        for definition in element.definitions:
            if isinstance(definition, ReferenceDefinition) and definition.kind == "message":
                yield definition.name or element.name, not element.catches


def sent_along(diagram: Diagram, element: Element) -> tuple[str, ...]:
    """Give what a task sends as it ends because message flows lead from it: what is awaited where they end.

    Any activity may be where a message flow begins (clause 7.6.2). What has a content of its own sends nothing by
    itself: what is inside does.
    """
    if not isinstance(element, Activity) or isinstance(element, MessageTask | SubProcess | CallActivity):
        return ()
    return tuple(
        dict.fromkeys(
            name for flow in diagram.message_flows_from.get(element.id, ()) for name in _at_end(diagram, flow)
        )
    )


def _at_end(diagram: Diagram, flow: MessageFlow) -> Iterator[str]:
    """Give what is awaited where a message flow ends, of what it carries."""
    target = diagram.find(flow.target)
    carried = (
        next((one.name for one in diagram.messages if one.id == flow.message_id), None) if flow.message_id else None
    )
    for name, sends in _own(target) if target is not None else ():
        if name and not sends and carried in (None, name):
            yield name


def led_to(diagram: Diagram, element_id: str, name: str) -> dict[str, frozenset[str]]:
    """Give where message flows lead a message from an element (clause 9.3): elements by the id of their process.

    No element means anywhere in that process. Pools whose inside is not shown are nowhere.
    """
    pools = {pool.id: pool.process_id for pool in diagram.participants}
    carried = {message.id: message.name for message in diagram.messages}
    found: dict[str, frozenset[str]] = {}
    for flow in diagram.message_flows_from.get(element_id, ()):
        if carried.get(flow.message_id or "", name) != name:
            continue
        target, process_id = diagram.find(flow.target), pools.get(flow.target)
        if target is not None and (name, False) in _own(target):
            found[target.process_id] = found.get(target.process_id, frozenset()) | {target.id}
        elif process_id is not None:
            found.setdefault(process_id, frozenset())
    return found


def neighbour(
    draft: Draft, process: Process, *, title: str = "", version_tags: frozenset[str] = frozenset()
) -> Neighbour:
    """Tell of a process what those beside it have to know; without tags, that of this version."""
    own = process.properties.get("versionTag", "").strip()
    about = [each for element in process.elements for each in messages_of(draft.diagram, element)]
    return Neighbour(
        id=process.id,
        title=title or process.name or process.id,
        version_tags=version_tags or frozenset({own} - {""}),
        inputs=_inputs(draft, process),
        sends=frozenset(name for name, sends in about if name and sends),
        receives=frozenset(name for name, sends in about if name and not sends),
    )


def _inputs(draft: Draft, process: Process) -> frozenset[str]:
    starts = (each for each in process.within(process.id) if isinstance(each, Event) and each.kind == "startEvent")
    begin = next((each for each in starts if each.definition is None), None)
    form = draft.forms.get(begin.properties.get("formRef", "")) if begin else None
    asked = [part for part in level(form.components) if isinstance(part, Field)] if form else []
    return frozenset(field.key for field in asked if field.required and not field.readonly)
