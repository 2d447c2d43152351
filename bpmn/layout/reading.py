"""The pictures a file draws, and what its model says of what is drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.layout.picture import Box, Line, Picture, Shape
from bpmn.source import (
    BOUNDS,
    DRAWING,
    SCOPES,
    WAYPOINTS,
    Source,
    attribute,
    child,
    children,
    flag,
    local,
    reference,
    text,
)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the model says of what is drawn, by id: names, the innermost lane of each node, hosts of border events.

    `within` is the sub-process or the pool right around each node, line and lane.
    """

    names: Mapping[str, str]
    lanes: Mapping[str, str]
    hosts: Mapping[str, str]
    within: Mapping[str, str]

    def around(self, identity: str) -> frozenset[str]:
        """All sub-processes and the pool that something lies in."""
        found = set[str]()
        while (identity := self.within.get(identity, "")) and identity not in found:
            found.add(identity)
        return frozenset(found)


def context_of(source: Source) -> Context:
    """Read what the model says."""
    names, lanes, hosts, within = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, str]()
    pools = {reference(pool.get("processRef")): attribute(pool, "id") for pool in source.each("participant")}
    for element in source.root.iter():
        if local(element) and (identity := element.get("id")):
            names[str(identity)] = attribute(element, "name")
            if host := reference(element.get("attachedToRef")):
                hosts[str(identity)] = host
            scope = next((above for above in element.iterancestors() if local(above) in SCOPES), None)
            if scope is not None:
                within[str(identity)] = pools.get(scope.get("id"), attribute(scope, "id"))
    for lane in source.each("lane"):
        for entry in children(lane, "flowNodeRef"):
            lanes[reference(text(entry)) or ""] = attribute(lane, "id")
    return Context(names=names, lanes=lanes, hosts=hosts, within=within)


def pictures_of(source: Source) -> Iterator[Picture]:
    """Read what a file draws, plane by plane; labels only where it says where they stand."""
    for drawn in source.root.iter(f"{{{DRAWING}}}BPMNPlane"):
        shapes, lines = [], []
        for part in drawn:
            element = source.by_id.get(reference(part.get("bpmnElement")) or "")
            if element is None:
                continue
            kind, identity = local(element), attribute(element, "id")
            if etree.QName(part).localname == "BPMNShape":
                box = _box(child(part, "Bounds", BOUNDS))
                if box is not None:
                    frame = kind in ("participant", "lane", "group") or flag(part, "isExpanded")
                    shapes.append(Shape(id=identity, kind=kind, box=box, label=_label(part), frame=frame))
            else:
                points = tuple(
                    (float(point.get("x", 0)), float(point.get("y", 0)))
                    for point in children(part, "waypoint", namespace=WAYPOINTS)
                )
                source_id, target_id = _ends(element)
                lines.append(
                    Line(id=identity, kind=kind, source=source_id, target=target_id, points=points, label=_label(part))
                )
        plane = reference(drawn.get("bpmnElement")) or ""
        yield Picture(plane=plane, shapes=tuple(shapes), lines=tuple(lines))


def _ends(element: etree._Element) -> tuple[str, str]:
    kind = local(element)
    parent = element.getparent()
    holder = "" if parent is None else attribute(parent, "id")
    if kind == "dataInputAssociation":
        return reference(text(child(element, "sourceRef"))) or "", holder
    if kind == "dataOutputAssociation":
        return holder, reference(text(child(element, "targetRef"))) or ""
    return reference(element.get("sourceRef")) or "", reference(element.get("targetRef")) or ""


def _label(part: etree._Element) -> Box | None:
    label = child(part, "BPMNLabel", DRAWING)
    return None if label is None else _box(child(label, "Bounds", BOUNDS))


def _box(bounds: etree._Element | None) -> Box | None:
    if bounds is None:
        return None
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x=x, y=y, width=width, height=height)
