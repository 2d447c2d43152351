"""Numeric functions (DMN 1.5, table 76)."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
    Overflow,
)
from typing import Any, Final

from forms.feel.arithmetic import negate
from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.registry import built_in
from forms.feel.values import ARITHMETIC, DaysTime, YearsMonths

_LOWEST_SCALE: Final = -6111
_HIGHEST_SCALE: Final = 6176
_SLOW: Final = 10
_EXACT: Final = Context(prec=20_000, traps=[InvalidOperation, Overflow])


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number with so many digits behind the point (before it, if negative); of the scale the whole part counts."""
    scale = scale.to_integral_value(ROUND_DOWN)
    if not _LOWEST_SCALE <= scale <= _HIGHEST_SCALE:
        raise Unfit("bad_argument", reason=f"a scale of {scale} is not possible")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= scale:
        return number
    rounded = number.quantize(Decimal((0, (1,), -int(scale))), rounding=rounding, context=_EXACT)
    return ARITHMETIC.plus(rounded) if rounded else Decimal(0)


def _rounds(name: str, rounding: str, *, needs_scale: bool) -> None:
    def rounds(_state: State, number: Decimal, scale: Decimal | None = None) -> Decimal:
        return _rounded(number, Decimal(0) if scale is None else scale, rounding)

    if not needs_scale:
        built_in(name, "n: number")(rounds)
    built_in(name, "n: number, scale: number")(rounds)


_rounds("decimal", ROUND_HALF_EVEN, needs_scale=True)
_rounds("floor", ROUND_FLOOR, needs_scale=False)
_rounds("ceiling", ROUND_CEILING, needs_scale=False)
_rounds("round up", ROUND_UP, needs_scale=True)
_rounds("round down", ROUND_DOWN, needs_scale=True)
_rounds("round half up", ROUND_HALF_UP, needs_scale=True)
_rounds("round half down", ROUND_HALF_DOWN, needs_scale=True)


@built_in("abs", "n: number|duration")
def absolute(_state: State, value: Decimal | DaysTime | YearsMonths) -> Any:
    """Without its sign."""
    if isinstance(value, Decimal):
        return ARITHMETIC.abs(value)
    length = value.nanoseconds if isinstance(value, DaysTime) else value.months
    return negate(value) if length < 0 else value


@built_in("modulo", "dividend: number, divisor: number")
def modulo(_state: State, dividend: Decimal, divisor: Decimal) -> Decimal:
    """dividend - divisor * floor(dividend / divisor): the sign is that of the divisor."""
    if not divisor:
        raise Unfit("divided_by_zero")
    if abs(dividend.adjusted() - divisor.adjusted()) > 1_000:
        raise Unfit("out_of_range")
    rest = _EXACT.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _EXACT.add(rest, divisor)
    return ARITHMETIC.plus(rest) if rest else Decimal(0)


def _analytic(state: State, compute: Callable[[Decimal], Decimal], number: Decimal) -> Decimal:
    state.spend(_SLOW)
    try:
        return compute(number)
    except DecimalException:
        raise Unfit("out_of_range") from None


@built_in("sqrt", "number: number")
def square_root(state: State, number: Decimal) -> Decimal:
    """The square root; null for negative numbers."""
    return _analytic(state, ARITHMETIC.sqrt, number)


@built_in("log", "number: number")
def logarithm(state: State, number: Decimal) -> Decimal:
    """The natural logarithm; null for numbers that are not positive."""
    if number <= 0:
        raise Unfit("out_of_range")
    return _analytic(state, ARITHMETIC.ln, number)


@built_in("exp", "number: number")
def exponential(state: State, number: Decimal) -> Decimal:
    """e to the power of the number."""
    return _analytic(state, ARITHMETIC.exp, number)


def _parity(number: Decimal) -> int | None:
    if number != number.to_integral_value():
        return None
    return int(_EXACT.remainder(number, Decimal(2))) & 1 if number.adjusted() < 1_000 else 0


@built_in("odd", "number: number")
def odd(_state: State, number: Decimal) -> bool:
    """Whether it is an odd whole number."""
    return _parity(number) == 1


@built_in("even", "number: number")
def even(_state: State, number: Decimal) -> bool:
    """Whether it is an even whole number."""
    return _parity(number) == 0
