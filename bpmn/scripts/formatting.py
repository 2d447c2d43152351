"""What stands behind the colon in an f-string: ``.2f``, ``,``, ``05d``, ``>10``, ``.1%``."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from bpmn.scripts.limits import NUMBERS, Budget, ScriptFailed
from bpmn.scripts.values import Value, kind, text_of

SPECIFICATION: Final = re.compile(
    r"(?:[^{}]?[<>^])?0?[0-9]{0,2}(?P<comma>,?)(?:\.(?P<places>[0-9]{1,2}))?(?P<type>[fds%]?)"
)
"""The formats that are run: alignment, width, thousands, places, type."""


def formatted(value: Value, specification: str, budget: Budget) -> str:
    """A value written by a format that `SPECIFICATION` allows. Raises ScriptFailed where the value does not fit."""
    found = SPECIFICATION.fullmatch(specification)
    if found is None or not specification:
        return text_of(value, budget)
    wanted = found["type"]
    if isinstance(value, Decimal) and wanted != "s":
        if wanted == "d" and value != value.to_integral_value():
            raise ScriptFailed("The format d takes whole numbers: write .0f.")
        if abs(value.adjusted()) > 40:
            raise ScriptFailed("A number with more than 40 digits is not formatted.")
        shown = value
        if found["places"] is not None or wanted in ("d", "f"):
            places = int(found["places"] or (0 if wanted == "d" else 6)) + (2 if wanted == "%" else 0)
            wide = NUMBERS.copy()
            wide.prec = 160
            shown = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, wide)
        else:
            shown = Decimal(text_of(value, budget))
        written = specification.removesuffix("d") + "f" if wanted == "d" else specification
        return format(shown, written)
    if wanted in ("f", "d", "%") or found["comma"]:
        raise ScriptFailed(f"The format {specification} takes a number, not {kind(value)}.")
    return format(text_of(value, budget), specification)
