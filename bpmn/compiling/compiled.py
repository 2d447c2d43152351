"""A process ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpmn.compiling.nodes import ScopeSpec
from bpmn.decisions import DecisionModel
from bpmn.diagram import Diagram, Element, Process
from forms.definition import FormDefinition


@dataclass(frozen=True, kw_only=True)
class CompiledProcess:
    """A process with every expression parsed: read-only, shared by all its cases and by all threads.

    `scopes` are the embedded sub-processes by element id; `names` the variables known from the drawing.
    """

    process: Process
    diagram: Diagram
    decisions: DecisionModel
    forms: Mapping[str, FormDefinition]
    names: frozenset[str]
    spec: ScopeSpec = field(repr=False)
    scopes: Mapping[str, ScopeSpec] = field(repr=False)

    @cached_property
    def conditional(self) -> bool:
        """Whether any of its scopes holds events that wait for conditions."""
        return any(scope.conditional for scope in (self.spec, *self.scopes.values()))

    @cached_property
    def remembers(self) -> bool:
        """Whether what is done may be undone in any of its scopes."""
        return any(scope.remembers for scope in (self.spec, *self.scopes.values()))

    @property
    def process_id(self) -> str:
        """The id of the process in its diagram."""
        return self.process.id

    def element(self, element_id: str) -> Element:
        """The element with this id. Raises KeyError."""
        return self.diagram.element(element_id)
