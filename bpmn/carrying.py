"""What is copied at the border of a flow node: by data associations, and by mappings that dialects write.

All data of a case are one set of variables, so a data object is the variable of its name, and a data input or output a
name that belongs to the activity while it runs. An association that names no data input or output, as drawing tools
write it, copies nothing: the activity sees the variable itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from bpmn.diagram import Copy, DataMapping, Loop, StoreAccess
from bpmn.source import (
    OURS,
    Source,
    attribute,
    child,
    child_text,
    children,
    extension_parts,
    flag,
    local,
    properties,
    reference,
    text,
)

RECORD_TYPE = "recordType"
"""The property of a data store, or of a reference to one, that binds it to the records of a type."""
_DATA = frozenset({"dataObject", "dataObjectReference", "dataInput", "dataOutput", "property"})
_REFERENCES = {"dataObjectReference": "dataObjectRef", "dataStoreReference": "dataStoreRef"}


def data_of(node: etree._Element, source: Source) -> DataMapping:
    """What is copied at the border of a node: by its data associations, and by the mapping of a dialect."""
    inputs, outputs = _declared(node, "dataInput"), _declared(node, "dataOutput")
    drawn_in = [copy for part in children(node, "dataInputAssociation") for copy in _drawn(part, source, inputs, True)]
    drawn_out = [
        copy for part in children(node, "dataOutputAssociation") for copy in _drawn(part, source, outputs, False)
    ]
    written = next((part for part in extension_parts(node) if part.tag == f"{{{OURS}}}dataMapping"), None)
    sources = {copy.source for copy in drawn_out}
    return DataMapping(
        inputs=(*drawn_in, *_written(written, "input")),
        outputs=(*_written(written, "output"), *drawn_out),
        own=tuple(name for name in outputs.values() if name in sources),
        sealed=written is not None and flag(written, "sealed"),
        whole="" if written is None else attribute(written, "whole"),
    )


def stores_of(node: etree._Element, source: Source) -> Iterator[StoreAccess]:
    """What a node reads from and writes to data stores that are bound to records, in the order of the file."""
    for writes, kind in ((False, "dataInputAssociation"), (True, "dataOutputAssociation")):
        for part in children(node, kind):
            store = _bound(part, source, writes)
            if store is not None:
                yield StoreAccess(
                    store=_name(attribute(store, "id"), source),
                    type=record_type(store, source),
                    writes=writes,
                    parameters={key: value.strip() for key, value in properties(part).items() if value.strip()},
                )


def _bound(part: etree._Element, source: Source, writes: bool) -> etree._Element | None:
    """The data store at the other end of an association, where it is bound to records."""
    ends = children(part, "targetRef" if writes else "sourceRef")
    nodes = (source.by_id.get(reference(text(end)) or "") for end in ends)
    return next((node for node in nodes if node is not None and record_type(node, source)), None)


def record_type(node: etree._Element, source: Source) -> str:
    """The type of records a reference to a data store is bound to, by itself or by the store; empty for none."""
    if local(node) != "dataStoreReference":
        return ""
    behind = source.by_id.get(reference(node.get("dataStoreRef")) or "")
    said = [properties(each).get(RECORD_TYPE, "").strip() for each in (node, behind) if each is not None]
    return next(filter(None, said), "")


def _written(part: etree._Element | None, kind: str) -> Iterator[Copy]:
    for one in () if part is None else children(part, kind, namespace=OURS):
        yield Copy(target=attribute(one, "name"), expression=attribute(one, "value"))


def inside_out(loop: Loop | None, node: etree._Element, source: Source) -> Loop | None:
    """A repetition over a data input or into a data output repeats over what is copied in or out, else over its own."""
    if loop is None:
        return None
    around = {}
    for kind, end in (("dataInputAssociation", "targetRef"), ("dataOutputAssociation", "sourceRef")):
        other = "sourceRef" if end == "targetRef" else "targetRef"
        for part in children(node, kind):
            inner, outer = reference(child_text(part, end)), reference(child_text(part, other))
            if inner and outer:
                around[inner] = _name(outer, source)

    def meant(identity: str | None) -> str | None:
        found = source.by_id.get(identity or "")
        named = identity if found is None or local(found) not in _DATA else _name(identity or "", source)
        return around.get(identity or "", named)

    return replace(loop, collection=meant(loop.collection), output_collection=meant(loop.output_collection))


def _declared(node: etree._Element, kind: str) -> dict[str, str]:
    """The data inputs or outputs of a node, id to name; of events they stand in the node itself."""
    holder = child(node, "ioSpecification")
    parts = children(node if holder is None else holder, kind)
    return {attribute(part, "id"): attribute(part, "name") or attribute(part, "id") for part in parts}


def _drawn(part: etree._Element, source: Source, own: dict[str, str], goes_in: bool) -> Iterator[Copy]:
    if _bound(part, source, not goes_in) is not None:
        return  # it reads or writes records
    froms = [name for ref in children(part, "sourceRef") if (name := reference(text(ref)))]
    into = reference(child_text(part, "targetRef")) or ""
    if not (into in own if goes_in else any(ref in own for ref in froms)):
        return  # it names no data input or output: a picture of what is read or written
    target = own[into] if goes_in else _name(into, source)
    names = [own.get(ref) or _name(ref, source) for ref in froms]
    transformation = child_text(part, "transformation")
    assignments = list(children(part, "assignment"))
    for assignment in assignments:
        written = (child_text(assignment, "to") or "").lstrip("= ").rpartition(".")[2]
        found = own.get(written) if goes_in else None
        into = found or (written if written.isidentifier() else target)
        yield Copy(target=into, expression=child_text(assignment, "from") or "", drawn=True)
    if transformation:
        yield Copy(target=target, source=names[0] if names else "", expression=transformation, drawn=True)
    elif names and not assignments:
        yield Copy(target=target, source=names[0], drawn=True)


def _name(identity: str, source: Source) -> str:
    """The variable that a data object, property or data input of the process is."""
    node = source.by_id.get(identity)
    if node is None:
        return identity
    behind = reference(node.get(_REFERENCES[local(node)])) if local(node) in _REFERENCES else None
    referred = source.by_id.get(behind or "")
    return attribute(node, "name") or (attribute(referred, "name") if referred is not None else "") or identity
