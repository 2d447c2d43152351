"""A data association says what is copied and where to.

Into a data input comes what its source is as the activity begins; out of a data output goes what it is as the activity
ends. A data object is the variable of its name; what is copied into a data store stays with the case. An association
that names no data input or output copies nothing: the activity sees the data anyway.
"""

from collections.abc import Iterator

from bpmn.diagram import Element
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.4.2")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        stores = {data.name or data.id for data in process.data_objects if data.kind == "dataStoreReference"}
        for element in process.elements:
            yield from _of(element, stores)


def _of(element: Element, stores: set[str]) -> Iterator[Finding]:
    drawn_out = [copy for copy in element.mapping.outputs if copy.drawn]
    for copy in (*element.mapping.inputs, *drawn_out):
        if copy.drawn and (not copy.target or not (copy.source or copy.expression)):
            yield RULE.error(
                element,
                "A data association of {element} does not say what is copied, or where to.",
                "Give it a source and a target, or delete it.",
            )
    for copy in drawn_out:
        if copy.target in stores:
            yield RULE.warning(
                element,
                "{element} copies into the data store {store}, which is kept with the case only.",
                "Use an operation that writes to another system, if others are to see it.",
                code="store-of-the-case",
                store=copy.target,
            )
