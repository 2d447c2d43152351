"""A data store that is bound to a type of records is read and written by associations that say what.

The property ``recordType`` binds a data store. An association from it to an activity reads a record (``key``) or finds
records (``where``), and ``result`` makes variables of the answer; one from an activity to it saves a record, with its
``values``.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Activity, Element, StoreAccess
from bpmn.draft import Draft
from bpmn.expressions import RESULT
from bpmn.inside import INSIDE
from bpmn.languages import bare
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.4.1")

_TYPE: Final = "type"


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for data in process.data_objects:
            if data.record_type and vocabulary.records is not None and data.record_type not in vocabulary.records:
                yield RULE.error(
                    process,
                    "The data store {store} is bound to records of the type {type}, which does not exist.",
                    "Write one of: {types}.",
                    code="unknown-type",
                    store=data.name or data.id,
                    type=data.record_type,
                    types=", ".join(sorted(vocabulary.records)),
                )
        for element in process.elements:
            for access in element.stores:
                yield from _place(element, access)
                yield from _parameters(element, access)


def _place(element: Element, access: StoreAccess) -> Iterator[Finding]:
    repeats = isinstance(element, Activity) and element.loop is not None
    if not isinstance(element, Activity) or repeats or element.begins_cases:
        yield RULE.error(
            element,
            "{element} has an association with the data store {store}, and is no activity that runs once in a case.",
            "Read and write records in a task before or after it.",
            code="no-activity",
            store=access.store,
        )


def _parameters(element: Element, access: StoreAccess) -> Iterator[Finding]:
    offered = {one.id for one in INSIDE[access.operation].inputs} - {_TYPE} | {RESULT}
    offered |= set() if access.writes else {"key", "where"}
    given = {name for name, text in access.parameters.items() if bare(text)}
    needed = "values" if access.writes else RESULT
    if needed not in given:
        yield RULE.error(
            element,
            "The association of {element} with the data store {store} does not say what is "
            + ("written." if access.writes else "done with what is read."),
            "Write its property {needed}.",
            code="values-missing" if access.writes else "result-missing",
            store=access.store,
            needed=needed,
        )
    if {"key", "where"} <= given and not access.writes:
        yield RULE.error(
            element,
            "The association of {element} with the data store {store} reads one record and finds several.",
            "Leave key or where away.",
            code="key-and-where",
            store=access.store,
        )
    for name in sorted(given - offered):
        yield RULE.error(
            element,
            "The association of {element} with the data store {store} has the property {property}, which is not read.",
            "It may have: {offered}.",
            code="property-unknown",
            store=access.store,
            property=name,
            offered=", ".join(sorted(offered)),
        )
