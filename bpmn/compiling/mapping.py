"""Variables of an element's own, and what passes between them and the case (BPMN 2.0 clause 10.4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.compiling.contract import Token
from bpmn.compiling.formula import Names
from bpmn.diagram import Element
from bpmn.languages import Formula
from forms.data import Value

SEALED: Final = "sealed"
"""Where a token keeps that assignments stay inside."""
_BEFORE: Final = "local"
"""Where it keeps the names that were local before its inputs."""


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What is set as an element begins and taken out as it ends, each seeing what was set before it."""

    inputs: tuple[tuple[str, Formula], ...] = ()
    outputs: tuple[tuple[str, Formula], ...] = ()
    sealed: bool = False
    whole: str = ""

    def enter(self, token: Token) -> None:
        """Set the inputs as variables local to the token."""
        token.internal_data[_BEFORE] = sorted(token.local)
        if self.sealed:
            token.internal_data[SEALED] = True
        for name, formula in self.inputs:
            token.data = {**token.local, name: _value(token, formula)}

    def leave(self, token: Token) -> None:
        """Take the outputs out, and forget the variables that were local."""
        results: dict[str, Value] = {}
        for name, formula in self.outputs:
            results[name] = _value(token, formula)
            token.data = {**token.local, name: results[name]}
        before = token.internal_data.pop(_BEFORE, ())
        token.internal_data.pop(SEALED, None)
        token.data = {name: value for name, value in token.local.items() if name in before}
        token.workflow.top_workflow.assign(token, results)

    def received(self, token: Token, payload: Mapping[str, Value]) -> dict[str, Value]:
        """What becomes of what a message or signal carries."""
        kept = {} if self.sealed or self.whole else dict(payload)
        results: dict[str, Value] = {self.whole: dict(payload)} if self.whole else {}
        before = token.local
        try:
            for name, formula in self.outputs:
                token.data = {**before, **payload, **results}
                results[name] = _value(token, formula)
        finally:
            token.data = dict(before)
        return kept | results


def _value(token: Token, formula: Formula) -> Value:
    value: Value = token.workflow.top_workflow.evaluate(token, formula)[0]
    return value


def mapped(element: Element, names: Names) -> Mapped | None:
    """Read the mapping of an element. Raises NotCompilable."""
    written = element.mapping
    if written is None:
        return None
    return Mapped(
        inputs=tuple((name, names.formula(element.id, text, f"input {name}")) for name, text in written.inputs),
        outputs=tuple((name, names.formula(element.id, text, f"output {name}")) for name, text in written.outputs),
        sealed=written.sealed,
        whole=written.whole,
    )
