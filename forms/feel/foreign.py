"""Functions outside FEEL that decision files name (DMN 1.5 clause 10.3.2.13.3), as far as they are computed here.

No foreign code is run: some pure methods of Java's own library are written anew below, and everything else is refused.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.values import Function, kind
from forms.feel.writing import number_text

_SIGNATURE: Final = re.compile(r"\s*(\w+)\s*\(([^()]*)\)\s*")
_DIGITS: Final = 400
"""Numbers with more digits before or behind the point are not taken; Java's own have at most 309."""
_PLACE: Final = re.compile(r"%(?:(%)|(s)|(d)|\.(\d)f)")

_WHOLE: Final[Mapping[str, int]] = {
    **{"byte": 8, "short": 16, "int": 32, "long": 64},
    **{"java.lang.Byte": 8, "java.lang.Short": 16, "java.lang.Integer": 32, "java.lang.Long": 64},
}
"""Java's types of whole numbers, with their bits."""
_NUMBERS: Final = frozenset({"double", "float", "java.lang.Double", "java.lang.Float", "java.math.BigDecimal"})
_ANYTHING: Final = frozenset({"java.lang.Object[]", "[Ljava.lang.Object;", "java.lang.Object..."})


def _real(function: Callable[..., float]) -> Callable[..., Decimal]:
    """A function of Python's `math`; raises Unfit where the result is no number."""

    def call(*values: Decimal) -> Decimal:
        try:
            result = function(*map(float, values))
        except (ValueError, OverflowError):
            raise Unfit("out_of_range") from None
        if not math.isfinite(result):
            raise Unfit("out_of_range")
        return Decimal(repr(result))

    return call


def _number(value: Any) -> Decimal:
    """What `valueOf` gives for a number, or a text of one."""
    text = str(value).strip()
    if type(value) is str and not re.fullmatch(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?", text):
        raise Unfit("bad_argument", reason="it is no number")
    return Decimal(text)


def _plain(value: Any) -> bool:
    """Whether a value is a number that can be written out."""
    return type(value) is Decimal and abs(value.adjusted()) <= _DIGITS


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if not _plain(value):
        raise Unfit("bad_argument", reason="only texts and numbers are written")
    return number_text(value)


def _format(pattern: str, given: Sequence[Any]) -> str:
    rest = iter(given)

    def fill(place: re.Match[str]) -> str:
        percent, text, whole, digits = place.groups()
        if percent:
            return "%"
        value = next(rest, None)
        if text:
            return _text(value)
        if type(value) is not Decimal or not _plain(value) or (whole and value != value.to_integral_value()):
            raise Unfit("bad_argument", reason="%d and %f take numbers")
        return f"{value:.{digits or 0}f}"

    return _PLACE.sub(fill, pattern)


_REAL: Final[Mapping[str, Callable[..., float]]] = {
    **{"sin": math.sin, "cos": math.cos, "tan": math.tan, "atan": math.atan, "atan2": math.atan2},
    **{"exp": math.exp, "log": math.log, "log10": math.log10, "sqrt": math.sqrt, "pow": math.pow},
    **{"hypot": math.hypot, "toDegrees": math.degrees, "toRadians": math.radians},
}
_NUMBER_CLASSES: Final = ("Byte", "Short", "Integer", "Long", "Float", "Double")
_METHODS: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("java.lang.Math", "abs"): abs,
    ("java.lang.Math", "ceil"): lambda value: -((-value).to_integral_value(ROUND_FLOOR)),
    ("java.lang.Math", "floor"): lambda value: value.to_integral_value(ROUND_FLOOR),
    ("java.lang.Math", "max"): max,
    ("java.lang.Math", "min"): min,
    ("java.lang.Math", "round"): lambda value: (value + Decimal("0.5")).to_integral_value(ROUND_FLOOR),
    **{("java.lang.Math", name): _real(function) for name, function in _REAL.items()},
    **{(f"java.lang.{name}", "valueOf"): _number for name in _NUMBER_CLASSES},
    ("java.math.BigDecimal", "valueOf"): _number,
    ("java.lang.String", "valueOf"): _text,
    ("java.lang.String", "format"): _format,
}
_COUNTS: Final[Mapping[str, int]] = {"max": 2, "min": 2, "pow": 2, "hypot": 2, "atan2": 2, "format": 2}


def foreign(description: Any, parameters: tuple[str, ...]) -> Function | None:
    """The function that the body of an external one describes; None where it is not computed here.

    `description` is its context: ``{java: {class: "java.lang.Math", method signature: "max(double, double)"}}``.
    """
    java = description.get("java") if isinstance(description, Mapping) else None
    if not isinstance(java, Mapping):
        return None
    owner, signature = java.get("class"), java.get("method signature")
    found = _SIGNATURE.fullmatch(signature) if isinstance(signature, str) and isinstance(owner, str) else None
    if found is None:
        return None
    name = found[1]
    types = [one.strip() for one in found[2].split(",")] if found[2].strip() else []
    method = _METHODS.get((str(owner), name))
    if method is None or len(types) != _COUNTS.get(name, 1) or not _takes(name, types):
        return None

    def call(state: State, values: Sequence[Any]) -> Any:
        state.spend()
        if len(values) != len(types) and not (types[-1] in _ANYTHING and len(values) >= len(types) - 1):
            raise Unfit("arguments", name=name, kinds=", ".join(kind(value) for value in values))
        given = [_fit(name, value, told) for value, told in zip(values, types, strict=False) if told not in _ANYTHING]
        return method(*given, values[len(given) :]) if types[-1] in _ANYTHING else method(*given)

    return Function(name=name, parameters=parameters, call=call)


def _takes(name: str, types: Sequence[str]) -> bool:
    """Whether a method has an overload of these types: numbers, and texts where it reads or writes them."""
    if name == "format":
        return types[0] == "java.lang.String" and types[1] in _ANYTHING
    texts = {"java.lang.String", "char"} if name == "valueOf" else set()
    return all(one in _WHOLE or one in _NUMBERS or one in texts for one in types)


def _fit(name: str, value: Any, told: str) -> Any:
    """An argument as its Java type takes it. Raises Unfit."""
    if told in _WHOLE:
        limit = 2 ** (_WHOLE[told] - 1)
        good = _plain(value) and value == value.to_integral_value() and -limit <= value < limit
    elif told in _NUMBERS:
        good = _plain(value)
    else:
        good = type(value) is str and (told != "char" or len(value) == 1)
    if not good:
        raise Unfit("arguments", name=name, kinds=kind(value))
    return value
