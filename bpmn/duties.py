"""Separation of duties: which steps of a case one person must not do both of (property `separateFrom`)."""

from bpmn.diagram import Diagram, Element


def named_in(element: Element) -> tuple[str, ...]:
    """The ids in the element's own property."""
    return tuple(filter(None, (part.strip() for part in element.properties.get("separateFrom", "").split(","))))


def apart_from(diagram: Diagram, element_id: str) -> frozenset[str]:
    """The elements that are kept apart from this one, whichever of the two names the other.

    A start event among them stands for whoever began the case.
    """
    process = diagram.process(diagram.element(element_id).process_id)
    naming = {other.id for other in process.elements if element_id in named_in(other)}
    return frozenset({*naming, *named_in(diagram.element(element_id))})
