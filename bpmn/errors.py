"""What can go wrong with documents.

BpmnError
├── Unreadable                 a file cannot be read at all; says where
│   ├── DiagramUnreadable
│   └── DecisionsUnreadable
├── FactsUnreadable            process.toml is no TOML or holds a wrong type
├── DraftUnreadable            files of a process cannot be read; says which and where
├── NotPublishable             a draft was read but may not be published; stands in bpmn.publishing with its findings
└── DecisionFailed             a decision was evaluated and gave no usable result

An error is a code with parameters; the English words stand here and may be looked up in a catalogue by that template.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MESSAGES: Mapping[str, str] = {
    "empty": "The file is empty.",
    "too_large": "The file has {size} bytes; at most {limit} are read.",
    "too_deep": "Elements are nested more than {limit} levels deep.",
    "too_many_elements": "The file holds more than {limit} elements.",
    "too_many_nodes": "The diagram holds {count} activities, gateways, events and flows; at most {limit} are read.",
    "too_many_to_draw": "There are {count} nodes, lines, lanes and pools; at most {limit} are laid out.",
    "too_many_attributes": "An element holds more than {limit} attributes.",
    "encoding": "The file is written in the encoding {encoding}, which is not read. Save it as UTF-8.",
    "doctype": "The file has a document type declaration (<!DOCTYPE ...>), which is never read. Remove it.",
    "not_xml": "The file is not well-formed XML: {reason}",
    "not_bpmn": "The outermost element is {found}, not the definitions element of BPMN 2.0.",
    "no_process": "The file holds no process.",
    "not_dmn": "The outermost element is {found}, not the definitions element of DMN 1.1 to 1.5.",
    "no_decision": "The file holds no decision.",
    "no_decision_id": "A decision has no id.",
    "duplicate_decision": "The decision id {decision} occurs more than once.",
    "no_logic": "Decision {decision}: there is no decision table or other boxed expression.",
    "unknown_logic": "Decision {decision}: {kind} cannot be run. Write it as a FEEL expression.",
    "boxed_depth": "Decision {decision}: boxed expressions are nested more than {limit} deep.",
    "external_function": "Decision {decision}: a function of kind {kind} is run only where it names a method that FEEL "
    "knows, of java.lang.Math for instance. Write it in FEEL.",
    "no_entry_name": "Decision {decision}: entry {number} of the context has no name; only the last may have none.",
    "twice": "Decision {decision}: the context has two entries {entry}.",
    "no_iterator": "Decision {decision}: {kind} does not name its variable (iteratorVariable).",
    "relation_cells": "Decision {decision}, row {row}: found {found} cells, expected {expected}.",
    "type_depth": "Type {type}: components are nested more than {limit} deep.",
    "allowed_values": "Type {type}: {reason}",
    "unknown_import": "The import {import_name} names the model {namespace}, which is not among the files. Add it.",
    "too_many_imports": "More than {limit} models are imported, each counted once for every way it comes in.",
    "unknown_requirement": "The decision {decision} requires {required}, which is not in the file.",
    "requirement_circle": "The decision {decision} requires itself, directly or through others.",
    "requirement_depth": "Decisions require one another more than {limit} deep; {decision} is one of them.",
    "hit_policy": "Table {table}: the hit policy {policy} is not one of DMN.",
    "aggregation": "Table {table}: the aggregation {aggregation} is not one of SUM, MIN, MAX and COUNT.",
    "aggregation_policy": "Table {table}: an aggregation is allowed with the hit policy COLLECT only.",
    "aggregation_outputs": "Table {table}: an aggregation needs exactly one output column.",
    "output_order": "Table {table}: the hit policy {policy} needs a list of output values in priority order.",
    "no_output": "Table {table} has no output column.",
    "output_name": "Table {table}: each of several output columns needs a name of its own.",
    "cells": "Table {table}, rule {rule}: {found} cells where the table has {expected} columns.",
    "rules": "Table {table} has {count} rules; at most {limit} are read.",
    "cell": "Table {table}, rule {rule}, column {heading}: {reason}",
    "column": "Table {table}, column {heading}: {reason}",
    "expression_language": "{where}: the expression language {language} is not FEEL.",
    "literal": "Decision {decision}: {reason}",
}


class BpmnError(Exception):
    """Something about a diagram, a decision or a draft is wrong; its subclasses say what."""


class Unreadable(BpmnError):
    """A file cannot be read; `line` and `column` count from 1 and are None where they are not known."""

    def __init__(
        self, code: str, *, name: str = "", line: int | None = None, column: int | None = None, **parameters: str | int
    ) -> None:
        self.code = code
        self.name = name
        self.line = line
        self.column = column
        self.parameters: Mapping[str, str | int] = parameters
        self.message = MESSAGES[code].format_map(parameters)
        super().__init__(place(name, line, column) + self.message)


class DiagramUnreadable(Unreadable):
    """The bytes are no BPMN 2.0 diagram that can be read: broken, hostile, too large, or without a process."""


class DecisionsUnreadable(Unreadable):
    """The bytes are no DMN file that can be read; for a cell the message names table, rule and column.

    `others` is what else is wrong in the file, where that could be found out; `runs` says that what is wrong leaves its
    element to be evaluated. `path` leads to the element in the file where it stands, as XPath.
    """

    others: "tuple[DecisionsUnreadable, ...]" = ()
    runs: bool = False
    path: str = ""


class FactsUnreadable(BpmnError):
    """The file ``process.toml`` is no TOML, or a fact in it has the wrong type."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class FileProblem:
    """Why one file of a draft cannot be read."""

    file: str
    code: str
    message: str
    line: int | None = None
    column: int | None = None

    def document(self) -> dict[str, object]:
        """The problem as JSON tells it."""
        return vars(self) | {}

    def __str__(self) -> str:
        return place(self.file, self.line, self.column) + self.message


class DraftUnreadable(BpmnError):
    """Files of a process cannot be read; `problems` names every file and what is wrong with it."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


class DecisionFailed(BpmnError):
    """A decision gave no usable result: no such decision, overlapping rules, an output that is not allowed.

    `code` and `parameters` say why, `decision` where.
    """

    def __init__(self, code: str, message: str, *, decision: str, **parameters: str) -> None:
        self.code = code
        self.message = message
        self.decision = decision
        self.parameters: Mapping[str, str] = parameters
        super().__init__(f"{decision}: {message}")


def place(name: str, line: int | None, column: int | None) -> str:
    """Write where something stands, as compilers do: ``file:12:5: ``; empty where nothing is known."""
    parts = [name, *(str(number) for number in (line, column) if number)]
    text = ":".join(part for part in parts if part)
    return f"{text}: " if text else ""
