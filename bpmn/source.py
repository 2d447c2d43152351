"""The XML of a diagram, with every flow and flow node identified, and the small questions asked of it.

The standard lets a sequence flow have no id; SpiffWorkflow loses such flows silently. `open_source` gives missing ids
in a way that depends on nothing but the file, so that journals of different cases speak of the same flow.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from lxml import etree

from bpmn.diagram import Bounds
from bpmn.documents import parse_document, shown
from bpmn.errors import DiagramUnreadable

Found = TypeVar("Found")

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DRAWING: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
BOUNDS: Final = "http://www.omg.org/spec/DD/20100524/DC"
WAYPOINTS: Final = "http://www.omg.org/spec/DD/20100524/DI"
OURS: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"

_VOCABULARIES: Final = ("http://www.omg.org/", "http://www.w3.org/", "http://bpmn.io/schema/bpmn")
"""Namespaces of the standard and of pure drawing: nothing in them changes what runs."""

NODES: Final = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"),
        *("callActivity", "subProcess", "transaction", "adHocSubProcess"),
        *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"),
        *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"),
    }
)
"""The kinds of flow nodes."""
SCOPES: Final = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})

COUNT: Final = 12_000
"""Most flow nodes and sequence flows of one file, together."""

_COUNTED: Final = NODES | {"sequenceFlow"}
_IDENTIFIED: Final = NODES | {"process", "sequenceFlow", "lane", "participant", "messageFlow"}


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for elements of other vocabularies than BPMN."""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else ""


def children(element: etree._Element, *names: str, namespace: str = BPMN) -> Iterator[etree._Element]:
    """The children with one of these local names; all of the namespace where no name is given."""
    for child in element:
        name = etree.QName(child)
        if name.namespace == namespace and (not names or name.localname in names):
            yield child


def child(element: etree._Element, name: str, namespace: str = BPMN) -> etree._Element | None:
    """The first child of that name."""
    return next(children(element, name, namespace=namespace), None)


def text(element: etree._Element | None) -> str:
    """All text inside an element, without white space around it."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def child_text(element: etree._Element, name: str, namespace: str = BPMN) -> str | None:
    """The text of the first child of that name; None where there is none or it is empty."""
    return text(child(element, name, namespace)) or None


def reference(value: str | None) -> str | None:
    """The id a reference names: references are qualified names, and tools write them with and without prefix."""
    return (value or "").strip().rpartition(":")[2] or None


def elsewhere(element: etree._Element, value: str) -> str:
    """The vocabulary a qualified name is of, where that is another one than the file's own and BPMN; else nothing."""
    prefix, colon, _ = value.strip().rpartition(":")
    uri = (element.nsmap.get(prefix) if colon else None) or ""
    return "" if uri in (BPMN, element.getroottree().getroot().get("targetNamespace")) else uri


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """A plain attribute."""
    value = element.get(name)
    return default if value is None else str(value)


def flag(element: etree._Element, name: str, default: bool = False) -> bool:
    """A boolean attribute, as XML Schema writes it."""
    value = element.get(name)
    return default if value is None else str(value).strip() in ("true", "1")


def line_of(element: etree._Element) -> int:
    """The line an element begins on, from 1; 0 where it is not known."""
    return int(cast("Any", element).sourceline or 0)


def extension_parts(node: etree._Element) -> list[etree._Element]:
    """What stands in the extension elements of a node."""
    return [part for holder in children(node, "extensionElements") for part in holder]


def extension(uri: str | None) -> bool:
    """Whether a namespace is neither the standard's nor of pure drawing."""
    return bool(uri) and not str(uri).startswith(_VOCABULARIES)


class Source:
    """A parsed diagram and what is looked up in it by id."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.duplicates: list[tuple[str, int]] = []
        self.forms: dict[str, bytes] = {}
        """Forms that stand inside the diagram, by the name elements refer to them by."""
        self.by_id: dict[str, etree._Element] = {}
        self._found: dict[object, Any] = {}
        for element in root.iter():
            self._index(element)
        self.given: frozenset[str] = frozenset(self._give_ids())
        self._give_ends()

    def _index(self, element: etree._Element) -> None:
        identity = element.get("id")
        if identity is None or etree.QName(element).namespace not in (BPMN, DRAWING):
            return
        if identity in self.by_id:
            self.duplicates.append((str(identity), line_of(element)))
        else:
            self.by_id[str(identity)] = element

    def _give_ids(self) -> Iterator[str]:
        numbers: Counter[str] = Counter()
        for element in self.root.iter():
            kind = local(element)
            if element.get("id") or kind not in _IDENTIFIED:
                continue
            ends = [reference(element.get(end)) or "" for end in ("sourceRef", "targetRef")]
            stem = re.sub(r"[^\w.-]", "_", "_".join(["Flow", *ends] if any(ends) else ["Unnamed", kind]))
            given = stem
            while given in self.by_id:
                numbers[stem] += 1
                given = f"{stem}_{numbers[stem] + 1}"
            element.set("id", given)
            self.by_id[given] = element
            yield given

    def _give_ends(self) -> None:
        """Give flows the ends they do not name, from the nodes that name them as incoming or outgoing (8.4.13)."""
        loose = {
            str(flow.get("id")): flow
            for flow in self.each("sequenceFlow")
            if not flow.get("sourceRef") or not flow.get("targetRef")
        }
        for node in self.root.iter() if loose else ():
            if local(node) in NODES:
                for part in children(node, "incoming", "outgoing"):
                    end = "targetRef" if local(part) == "incoming" else "sourceRef"
                    flow = loose.get(reference(text(part)) or "")
                    if flow is not None and not flow.get(end):
                        flow.set(end, attribute(node, "id"))

    def once(self, key: object, find: Callable[[], Found]) -> Found:
        """What `find` gives, found once: for what many elements ask of the same one."""
        if key not in self._found:
            self._found[key] = find()
        return cast("Found", self._found[key])

    @cached_property
    def imported(self) -> frozenset[str]:
        """The namespaces that the file imports."""
        return frozenset(str(part.get("namespace") or "") for part in children(self.root, "import"))

    def each(self, name: str) -> Iterator[etree._Element]:
        """All elements of BPMN with this local name, in the order of the file."""
        return self.root.iter(f"{{{BPMN}}}{name}")

    @cached_property
    def bounds(self) -> Mapping[str, Bounds]:
        """Where elements are drawn, by element id; the first shape counts."""
        found: dict[str, Bounds] = {}
        for shape in self.root.iter(f"{{{DRAWING}}}BPMNShape"):
            box = child(shape, "Bounds", BOUNDS)
            target = reference(shape.get("bpmnElement"))
            values = [_number(box, name) for name in ("x", "y", "width", "height")] if box is not None else []
            if target and target not in found and len(values) == 4 and None not in values:
                x, y, width, height = (value or 0.0 for value in values)
                found[target] = Bounds(x=x, y=y, width=width, height=height)
        return found

    @cached_property
    def planes(self) -> frozenset[str]:
        """The ids of what has a plane of its own: the first process or collaboration, and closed sub-processes."""
        return frozenset(reference(one.get("bpmnElement")) or "" for one in self.root.iter(f"{{{DRAWING}}}BPMNPlane"))

    @cached_property
    def waypoints(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """Where flows are drawn, by flow id."""
        found: dict[str, tuple[tuple[float, float], ...]] = {}
        for edge in self.root.iter(f"{{{DRAWING}}}BPMNEdge"):
            target = reference(edge.get("bpmnElement"))
            points = [(_number(p, "x"), _number(p, "y")) for p in children(edge, "waypoint", namespace=WAYPOINTS)]
            if target and target not in found:
                found[target] = tuple((x, y) for x, y in points if x is not None and y is not None)
        return found


def identified(element: etree._Element | None) -> str:
    """The id of the flow node, flow, lane or other identified thing that a part belongs to."""
    while element is not None:
        identity = element.get("id")
        if identity and not local(element).endswith(("EventDefinition", "LoopCharacteristics")):
            return str(identity)
        element = element.getparent()
    return ""


def _number(element: etree._Element, name: str) -> float | None:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        return None
    return value if abs(value) < 1e7 else None


def open_source(content: bytes, name: str) -> Source:
    """Parse a BPMN file and give ids where they are missing; raises DiagramUnreadable. The bytes are not changed."""
    root = parse_document(content, name, DiagramUnreadable)
    if root.tag != f"{{{BPMN}}}definitions":
        raise DiagramUnreadable("not_bpmn", name=name, line=line_of(root), found=shown(root))
    count = sum(1 for element in root.iter() if local(element) in _COUNTED)
    if count > COUNT:
        raise DiagramUnreadable("too_many_nodes", name=name, count=count, limit=COUNT)
    return Source(root)


def properties(node: etree._Element) -> Mapping[str, str]:
    """The properties in our extension namespace; the last of a name counts."""
    return {
        attribute(entry, "name"): attribute(entry, "value")
        for part in extension_parts(node)
        if part.tag == f"{{{OURS}}}properties"
        for entry in children(part, "property", namespace=OURS)
    }
