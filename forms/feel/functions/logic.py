"""Boolean and miscellaneous functions (DMN 1.5, tables 73 and 77)."""

from typing import Any

from forms.feel.comparing import same
from forms.feel.environment import State
from forms.feel.functions.registry import built_in
from forms.feel.values import Function, Range, kind


@built_in("not", "negand: any")
def negation(state: State, value: Any) -> bool | None:
    """Three-valued negation."""
    if type(value) is bool:
        return not value
    if value is not None:
        state.report("not_boolean", None, {"kind": kind(value)})
    return None


@built_in("is", "value1: any, value2: any")
def identity(state: State, one: Any, other: Any) -> bool:
    """Whether both are the same element: unlike equality, a local time is not one with an offset."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | dict | Range | Function):
        return same(one, other, state)
    return bool(one == other)
