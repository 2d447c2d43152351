"""What the expressions of a form see, and which of its parts are shown for given answers.

Expressions read the context (process variables), over it the answers, and inside a group or a row the answers beside
them. A question that is hidden or has no answer is empty (null, false or no items), even where the context has a
variable of its name. A condition that fails, or gives no boolean, hides nothing.
"""

from collections.abc import Mapping, Sequence
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
    walk,
)
from forms.feel import NEUTRAL, Environment, FeelLimitExceeded, FeelSyntaxError, parse_expression
from forms.filling import complete
from forms.reading_fields import as_choice, token

__all__ = ["NEUTRAL", "Choices", "Scope", "scope_of", "shown_values"]

Choices: TypeAlias = Mapping[str, Sequence[Choice]]
"""The choices an installation supplies, by the name in a field's property ``choices``."""

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
    """Give the scope in which `definition` is shown for `values` (complete ones, see `forms.filling`).

    Its `answers` are the values with hidden questions emptied. What one condition hides another may read, so this is
    repeated until nothing changes, at most eight times.
    """
    scope = Scope(context=context, answers=values, beside={}, environment=environment, choices=choices)
    if not any(part.hide for part in walk(definition.components)):
        return scope
    for _ in range(_ROUNDS):
        seen = _seen(definition.components, values, scope.answers, scope)
        if seen == scope.answers:
            break
        scope = replace(scope, answers=seen)
    return scope


def _seen(
    components: tuple[Component, ...], values: Mapping[str, Value], view: Mapping[str, Value], scope: Scope
) -> dict[str, Value]:
    """Give the values with hidden questions emptied; `view` is what the round before gave, which conditions see."""
    result: dict[str, Value] = {}
    for part in components:
        if not scope.shows(part):
            result |= complete((part,), {}, None)
        elif isinstance(part, Group) and not part.path:
            result |= _seen(part.components, values, view, scope)
        elif isinstance(part, Group):
            before = view[part.path]
            result[part.path] = _seen(part.components, values[part.path], before, scope.within(before))
        elif isinstance(part, DynamicList):
            rows = values[part.path]
            views = view[part.path] or rows
            result[part.path] = [
                _seen(part.components, row, before, scope.within(before))
                for row, before in zip(rows, views, strict=True)
            ]
        elif isinstance(part, Field):
            result[part.key] = values[part.key]
    return result


def shown_values(components: tuple[Component, ...], values: Mapping[str, Value], scope: Scope) -> dict[str, Value]:
    """Give the part of complete `values` that belongs to shown components, in the order of the form."""
    kept: dict[str, Value] = {}
    for part in components:
        if not scope.shows(part):
            continue
        if isinstance(part, Group) and not part.path:
            kept |= shown_values(part.components, values, scope)
        elif isinstance(part, Group):
            inner = values[part.path]
            kept[part.path] = shown_values(part.components, inner, scope.within(inner))
        elif isinstance(part, DynamicList):
            kept[part.path] = [shown_values(part.components, row, scope.within(row)) for row in values[part.path]]
        elif isinstance(part, Field):
            kept[part.key] = values[part.key]
    return kept
