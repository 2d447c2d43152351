"""Boolean and miscellaneous functions (DMN 1.5, tables 73 and 77)."""

from typing import Any

from forms.feel.comparing import same
from forms.feel.environment import State
from forms.feel.functions.registry import built_in
from forms.feel.values import Function, Range


@built_in("not", "negand: any")
def negation(_state: State, value: Any) -> bool | None:
    """Three-valued negation."""
    return None if type(value) is not bool else not value


@built_in("is", "value1: any, value2: any")
def identity(state: State, one: Any, other: Any) -> bool:
    """Whether both are the same element: unlike equality, a local time is not one with an offset."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | dict | Range | Function):
        return same(one, other, state)
    return bool(one == other)
