"""What the expressions of a form see, and which of its parts are shown for given answers.

Expressions read the context (process variables), over it the answers, and inside a group or a row the answers beside
them. A question of the form that has no answer is null, even where the context has a variable of its name. A condition
that fails, or gives no boolean, hides nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from forms.data import Value
from forms.definition import (
    Bound,
    Choice,
    ChoiceField,
    Component,
    DynamicList,
    Feel,
    Field,
    FormDefinition,
    Group,
    Source,
)
from forms.feel import Environment, FeelLimitExceeded, FeelSyntaxError, parse_expression
from forms.reading_fields import as_choice, token

Choices: TypeAlias = Mapping[str, Sequence[Choice]]
"""The choices an installation supplies, by the name in a field's property ``choices``."""

NEUTRAL = Environment()
_ROUNDS = 8


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The names expressions see; `beside` holds the answers of the group or row an expression stands in."""

    context: Mapping[str, Value]
    answers: Mapping[str, Value]
    beside: Mapping[str, Value]
    environment: Environment
    choices: Choices

    def within(self, values: Value) -> "Scope":
        """Give the scope inside a group or row with these answers."""
        return replace(self, beside={**self.beside, **values}) if isinstance(values, Mapping) else self

    def evaluate(self, feel: Feel) -> Value:
        """Give the value of an expression, null where it fails."""
        names = {**self.context, **self.answers, **self.beside}
        try:
            return parse_expression(feel.text, names).evaluate(names, self.environment).value
        except (FeelSyntaxError, FeelLimitExceeded):
            return None

    def shows(self, part: Component) -> bool:
        """Whether a component is on the page."""
        return part.hide is None or self.evaluate(part.hide) is not True

    def bound(self, bound: Bound) -> Decimal | None:
        """Give a limit as a number, none where it cannot be computed."""
        value = self.evaluate(bound) if isinstance(bound, Feel) else bound
        return value if isinstance(value, Decimal) else None

    def options(self, field: ChoiceField) -> tuple[Choice, ...]:
        """Give the answers a field offers now; what is no choice in a list of the data is left out."""
        if field.source is Source.VALUES:
            return field.values
        if field.source is Source.INSTALLATION:
            return tuple(self.choices.get(str(field.reference), ()))
        if isinstance(field.reference, Feel):
            found = self.evaluate(field.reference)
        else:
            found = _at({**self.context, **self.answers, **self.beside}, field.reference)
        items = (as_choice(item) for item in found) if isinstance(found, list) else ()
        return tuple({token(item.value): item for item in items if item is not None}.values())


def _at(values: Value, path: str) -> Value:
    for step in path.split("."):
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


def scope_of(
    definition: FormDefinition,
    values: Mapping[str, Value],
    *,
    context: Mapping[str, Value],
    environment: Environment,
    choices: Choices,
) -> Scope:
    """Give the scope in which `definition` is shown for `values`: it holds no answers of hidden fields.

    What one condition hides another may read, so this is repeated until nothing changes, at most eight times.
    """
    blank = dict.fromkeys(definition.keys)
    scope = Scope(context=context, answers={**blank, **values}, beside={}, environment=environment, choices=choices)
    if not any(True for _ in conditional(definition.components)):
        return scope
    for _ in range(_ROUNDS):
        seen = {**blank, **shown_values(definition.components, values, scope)}
        if seen == scope.answers:
            break
        scope = replace(scope, answers=seen)
    return scope


def conditional(components: tuple[Component, ...]) -> Iterator[Component]:
    """Walk the components that have a condition."""
    for part in components:
        if part.hide is not None:
            yield part
        if isinstance(part, Group | DynamicList):
            yield from conditional(part.components)


def shown_values(components: tuple[Component, ...], values: Mapping[str, Value], scope: Scope) -> dict[str, Value]:
    """Give the part of `values` that belongs to shown components, in the order of the form."""
    kept: dict[str, Value] = {}
    for part in components:
        if not scope.shows(part):
            continue
        if isinstance(part, Group) and not part.path:
            kept |= shown_values(part.components, values, scope)
        elif isinstance(part, Group) and isinstance(values.get(part.path), Mapping):
            inner = values[part.path]
            kept[part.path] = shown_values(part.components, inner, scope.within(inner))
        elif isinstance(part, DynamicList) and isinstance(values.get(part.path), list):
            kept[part.path] = [
                shown_values(part.components, row, scope.within(row)) if isinstance(row, Mapping) else row
                for row in values[part.path]
            ]
        elif isinstance(part, Field) and part.key in values:
            kept[part.key] = values[part.key]
    return kept
