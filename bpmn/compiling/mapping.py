"""Variables of an element's own, and what passes between them and the case (BPMN 2.0 clause 10.4.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.compiling.contract import Token
from bpmn.compiling.formula import Names
from bpmn.diagram import Copy, Element
from bpmn.languages import Formula, Language
from forms.data import Value

SEALED: Final = "sealed"
"""Where a token keeps that assignments stay inside."""
_BEFORE: Final = "local"
"""Where it keeps the names that were local before its inputs."""


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A variable that gets the value of another, or what an expression gives; null where that is not set."""

    target: str
    source: str = ""
    expression: Formula | None = None

    def value(self, token: Token) -> Value:
        """What is copied."""
        case = token.workflow.top_workflow
        found: Value
        if self.expression is None:
            found = case.visible(token).get(self.source)
        else:
            found = case.evaluate(token, self.expression)[0]
        return found


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What is set as an element begins and taken out as it ends.

    What is `drawn_in` and `drawn_out` is copied at once, before and after the others, each of which sees what was set
    before it.
    """

    drawn_in: tuple[Copied, ...] = ()
    inputs: tuple[Copied, ...] = ()
    outputs: tuple[Copied, ...] = ()
    drawn_out: tuple[Copied, ...] = ()
    own: tuple[str, ...] = ()
    sealed: bool = False
    whole: str = ""

    def enter(self, token: Token) -> None:
        """Set the inputs as variables local to the token."""
        token.internal_data[_BEFORE] = sorted(token.local)
        if self.sealed:
            token.internal_data[SEALED] = True
        drawn = {each.target: each.value(token) for each in self.drawn_in}
        token.data = {**token.local, **dict.fromkeys(self.own), **drawn}
        for each in self.inputs:
            token.data = {**token.local, each.target: each.value(token)}

    def leave(self, token: Token) -> None:
        """Take the outputs out, and forget the variables that were local."""
        results: dict[str, Value] = {}
        for each in self.outputs:
            results[each.target] = each.value(token)
            token.data = {**token.local, each.target: results[each.target]}
        results |= {each.target: each.value(token) for each in self.drawn_out}
        # Where nothing is noted it began under a release that did not forget what associations had copied.
        before = token.internal_data.pop(_BEFORE, tuple(token.local))
        token.internal_data.pop(SEALED, None)
        token.data = {name: value for name, value in token.local.items() if name in before}
        token.workflow.top_workflow.assign(token, results)

    def received(self, token: Token, payload: Mapping[str, Value]) -> dict[str, Value]:
        """What becomes of what a message or signal carries."""
        kept = {} if self.sealed or self.whole else dict(payload)
        results: dict[str, Value] = {self.whole: dict(payload)} if self.whole else {}
        before = token.local
        try:
            for each in self.outputs:
                token.data = {**before, **payload, **results}
                results[each.target] = each.value(token)
        finally:
            token.data = dict(before)
        return kept | results


def mapped(element: Element, names: Names) -> Mapped | None:
    """Read what is copied at the border of an element; None for nothing. Raises NotCompilable."""
    written = element.mapping

    def copied(copies: Iterable[Copy], what: str, *, drawn: bool) -> tuple[Copied, ...]:
        return tuple(_copied(element, each, what, names) for each in copies if each.drawn is drawn)

    found = Mapped(
        drawn_in=copied(written.inputs, "input", drawn=True),
        inputs=copied(written.inputs, "input", drawn=False),
        outputs=copied(written.outputs, "output", drawn=False),
        drawn_out=copied(written.outputs, "output", drawn=True),
        own=written.own,
        sealed=written.sealed,
        whole=written.whole,
    )
    return found if found != Mapped() else None


def _copied(element: Element, copy: Copy, what: str, names: Names) -> Copied:
    if copy.expression is None:
        return Copied(target=copy.target, source=copy.source)
    if copy.drawn:
        formula = names.formula(element.id, copy.expression, "data association", Language.EITHER)
    else:
        formula = names.formula(element.id, copy.expression, f"{what} {copy.target}")
    return Copied(target=copy.target, expression=formula)
