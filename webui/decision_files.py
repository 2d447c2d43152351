"""A file of decisions as a page shows it: every element of its graph, and its logic of whatever kind, to be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.decisions import read_decisions
from bpmn.decisions.boxed import Boxed
from bpmn.decisions.definitions import Definition, read_definitions
from bpmn.decisions.elements import elements_in
from bpmn.decisions.graph import Graph, drawn
from bpmn.decisions.model import DecisionModel, DecisionService, Drawn, InputData, KnowledgeModel
from bpmn.errors import DecisionsUnreadable


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One element of a requirements graph; `needs` are the names of what it requires, and `told` is its type."""

    element: Drawn
    needs: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    logic: Boxed | None = None
    told: str = ""


def shown(files: Mapping[str, bytes], name: str) -> tuple[Shown, ...]:
    """What a file holds, decisions first; nothing where it cannot be read, since the findings say why."""
    try:
        model = read_decisions(files[name], name, files_of(files))
    except DecisionsUnreadable:
        return ()
    return tuple(_shown(model))


def editable(content: bytes, name: str) -> frozenset[str]:
    """The ids of the elements of a file that have a page of their own."""
    try:
        return frozenset(one.key for one in elements_in(content, name))
    except DecisionsUnreadable:
        return frozenset()


def files_of(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files that a file of decisions may import."""
    return {name: content for name, content in files.items() if name.endswith(".dmn")}


def kind_of(boxed: object) -> str:
    """The kind of a boxed expression, for the template."""
    return type(boxed).__name__


def _shown(model: DecisionModel) -> Iterator[Shown]:
    for decision in model.decisions.values():
        yield Shown(
            element=decision,
            needs=_names(model, decision, (*decision.told, *decision.requires, *decision.knows)),
            logic=decision.logic,
            told=_told(decision),
        )
    for element in model.used.values():
        if element.imports:
            continue
        match element:
            case KnowledgeModel():
                parameters = tuple((name, "" if kind.any else kind.name) for name, kind in element.parameters)
                needs = _names(model, element, element.knows)
                yield Shown(element=element, needs=needs, parameters=parameters, logic=element.logic)
            case DecisionService():
                yield Shown(element=element, needs=_names(model, element, (*element.inputs, *element.outputs)))
            case InputData():
                yield Shown(element=element, told=_told(element))


def _names(model: DecisionModel, element: Drawn, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(".".join(model.name_within(element, key)) for key in keys)


def _told(element: Drawn) -> str:
    return "" if element.type.any else element.type.name


def pictured(files: Mapping[str, bytes], name: str) -> Graph | None:
    """The requirements graph of a file; None where there is nothing to relate, or nothing that can be read."""
    try:
        graph = drawn(read_decisions(files[name], name, files_of(files)))
    except DecisionsUnreadable:
        return None
    return graph if graph.edges else None


def types_of(files: Mapping[str, bytes], name: str) -> tuple[Definition, ...]:
    """The types that a file defines."""
    try:
        return read_definitions(files[name], name)
    except DecisionsUnreadable:
        return ()
