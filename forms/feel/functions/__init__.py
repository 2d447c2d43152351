"""The built-in functions of FEEL (DMN 1.5, clause 10.3.4), a module for each table of the standard, and one more."""

from forms.feel.functions import (
    contexts,
    conversion,
    further,
    lists,
    logic,
    moments,
    numbers,
    patterns,
    ranges,
    statistics,
    strings,
)
from forms.feel.functions.registry import BUILT_INS

__all__ = [
    "BUILT_INS",
    "contexts",
    "conversion",
    "further",
    "lists",
    "logic",
    "moments",
    "numbers",
    "patterns",
    "ranges",
    "statistics",
    "strings",
]
