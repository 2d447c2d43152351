"""The functions that Python in a diagram may call, and the methods of texts, lists, dicts and dates."""

from typing import Final

from bpmn.scripts.functions import lists, moments, plain, texts
from bpmn.scripts.functions.offered import FUNCTIONS, METHODS, PARTS, Call, key_of

OFFERING: Final = (plain, moments, texts, lists)
"""Imported for what they declare."""

CHANGING: Final = frozenset(name for methods in METHODS.values() for name, one in methods.items() if one.changes)
"""Methods that change what they are called on: for scripts, not for expressions."""
METHOD_NAMES: Final = frozenset(name for methods in METHODS.values() for name in methods)
MODULES: Final = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name)
"""Names that stand before a point in the name of a function: ``datetime``, ``date``."""

__all__ = ["CHANGING", "FUNCTIONS", "METHODS", "METHOD_NAMES", "MODULES", "OFFERING", "PARTS", "Call", "key_of"]
