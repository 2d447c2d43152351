"""What is to be drawn, read from the XML: nodes and links of each scope, lanes, pools."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bpmn.layout import sizes
from bpmn.source import BPMN, NODES, SCOPES, Source, attribute, child, children, flag, local, reference, text

_ARTIFACTS: Final = frozenset({"dataObjectReference", "dataStoreReference", "textAnnotation"})


@dataclass(frozen=True, kw_only=True)
class Node:
    """A flow node, a data shape or a note; `beside` is the node that a data shape or a note belongs to."""

    id: str
    kind: str
    name: str
    lane: str = ""
    host: str | None = None
    beside: str | None = None
    default_size: tuple[float, float]

    @property
    def artifact(self) -> bool:
        """Whether it is no flow node."""
        return self.kind in _ARTIFACTS


@dataclass(frozen=True, kw_only=True)
class Link:
    """A sequence flow, message flow or association (data associations too)."""

    id: str
    kind: str
    source: str
    target: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Band:
    """A lane; `parent` is the lane around it."""

    id: str
    parent: str | None
    leaf: bool


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A process or sub-process with what lies directly in it; `inner` are its sub-processes by their element's id.

    `groups` are the nodes that say which group they belong to, by that.
    A `closed` sub-process had a plane of its own in the file, and gets one again: here it is drawn as small as a task.
    """

    id: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    bands: tuple[Band, ...] = ()
    inner: Mapping[str, "Scope"] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A pool; `scope` is None where its inside is not shown."""

    id: str
    name: str
    scope: Scope | None


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """A file: `plane` is the collaboration, or the process where there is none; `loose` processes have no pool.

    `messages` and `notes` are those of the collaboration, with the associations between.
    """

    plane: str
    pools: tuple[Pool, ...]
    loose: tuple[Scope, ...]
    messages: tuple[Link, ...]
    notes: tuple[Node, ...] = ()


def sketch_of(source: Source) -> Sketch:
    """Read what is to be drawn."""
    scopes = {attribute(node, "id"): _scope(node, source) for node in children(source.root, "process")}
    collaboration = child(source.root, "collaboration")
    pools: list[Pool] = []
    messages: list[Link] = []
    notes: list[Node] = []
    if collaboration is not None:
        for part in children(collaboration, "participant"):
            process_id = reference(part.get("processRef"))
            pools.append(
                Pool(id=attribute(part, "id"), name=attribute(part, "name"), scope=scopes.pop(process_id or "", None))
            )
        messages = [_link(part, "messageFlow") for part in children(collaboration, "messageFlow")]
        ties = list(_associations(collaboration))
        notes = [_note(part, ties) for part in children(collaboration, "textAnnotation")]
        messages += ties
    return Sketch(
        plane=attribute(collaboration, "id") if pools and collaboration is not None else next(iter(scopes), ""),
        pools=tuple(pools),
        loose=tuple(scopes.values()),
        messages=tuple(messages),
        notes=tuple(notes),
    )


def _note(part: etree._Element, ties: Iterable[Link]) -> Node:
    """A note of the collaboration, and what it is tied to."""
    identity, words = attribute(part, "id"), text(child(part, "text"))
    ends = [link.source if link.target == identity else link.target for link in ties]
    here = [identity in (link.source, link.target) for link in ties]
    return Node(
        id=identity,
        kind="textAnnotation",
        name=words,
        beside=next((end for end, tied in zip(ends, here, strict=True) if tied), None),
        default_size=sizes.of_node("textAnnotation", words),
    )


def _link(node: etree._Element, kind: str) -> Link:
    return Link(
        id=attribute(node, "id"),
        kind=kind,
        source=reference(node.get("sourceRef")) or "",
        target=reference(node.get("targetRef")) or "",
        name=attribute(node, "name"),
    )


def _host(part: etree._Element, source: Source) -> str | None:
    """The activity that a boundary event sits on; None where it names something else."""
    host = reference(part.get("attachedToRef")) if local(part) == "boundaryEvent" else None
    there = source.by_id.get(host) if host else None
    kind = "" if there is None else local(there)
    return host if kind in NODES and not kind.endswith(("Event", "Gateway")) else None


def _scope(node: etree._Element, source: Source, lane: str = "") -> Scope:
    bands = tuple(_bands(node))
    leaves = {band.id for band in bands if band.leaf}
    lane_of = {
        reference(text(entry)) or "": attribute(part, "id")
        for part in node.iter(f"{{{BPMN}}}lane")
        if attribute(part, "id") in leaves
        for entry in children(part, "flowNodeRef")
    }
    first = next((band.id for band in bands if band.leaf), lane)
    links = [*_flows(node), *_associations(node)]
    tied = {link.source: link.target for link in links if link.kind != "sequenceFlow"}
    tied |= {link.target: link.source for link in links if link.kind != "sequenceFlow" and link.target not in tied}
    nodes: list[Node] = []
    inner: dict[str, Scope] = {}
    for part in node:
        kind = local(part)
        if kind not in NODES and kind not in _ARTIFACTS:
            continue
        identity = attribute(part, "id")
        name = text(child(part, "text")) if kind == "textAnnotation" else attribute(part, "name")
        host = _host(part, source)
        beside = tied.get(identity) if kind in _ARTIFACTS else None
        nodes.append(
            Node(
                id=identity,
                kind=kind,
                name=name,
                lane=lane_of.get(host or beside or identity, lane_of.get(identity, first)),
                host=host,
                beside=beside,
                default_size=sizes.of_node(kind, name),
            )
        )
        if kind in SCOPES:
            inner[identity] = _scope(part, source)
    known = {one.id for one in nodes}
    return Scope(
        id=attribute(node, "id"),
        closed=attribute(node, "id") in source.planes,
        nodes=tuple(nodes),
        links=tuple(link for link in links if link.source in known and link.target in known),
        bands=bands,
        inner=inner,
        groups=dict(_groups(node)),
    )


def _groups(node: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Groups of a scope, with the nodes that name the same value of a category."""
    for group in children(node, "group"):
        value = reference(group.get("categoryValueRef"))
        members = [
            attribute(part, "id")
            for part in node
            if value and value in {reference(text(one)) for one in children(part, "categoryValueRef")}
        ]
        yield attribute(group, "id"), tuple(members)


def _flows(node: etree._Element) -> Iterator[Link]:
    for part in children(node, "sequenceFlow"):
        yield _link(part, "sequenceFlow")


def _associations(node: etree._Element) -> Iterator[Link]:
    """Associations, and data associations between an activity or event and data."""
    for part in children(node, "association"):
        if not flag(part, "isHidden"):
            yield _link(part, "association")
    for holder in node:
        for part in children(holder, "dataInputAssociation", "dataOutputAssociation"):
            inward = local(part) == "dataInputAssociation"
            end = reference(text(child(part, "sourceRef" if inward else "targetRef")))
            ends = (end or "", attribute(holder, "id"))
            source, target = ends if inward else ends[::-1]
            yield Link(id=attribute(part, "id"), kind=local(part), source=source, target=target)


def _bands(node: etree._Element, parent: str | None = None) -> Iterator[Band]:
    for lane_set in children(node, "laneSet", "childLaneSet"):
        for lane in children(lane_set, "lane"):
            inside = list(_bands(lane, attribute(lane, "id")))
            yield Band(id=attribute(lane, "id"), parent=parent, leaf=not inside)
            yield from inside
