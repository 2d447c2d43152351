"""The guarded subset of Python that diagrams of other tools may hold.

Text is read once into closures (`read_expression`, `read_script`) by an interpreter of our own over an allow-list, and
run often. Pure: no clock, no file, no import, no attribute of a Python object; no text ever reaches Python's own eval,
exec or compile. Numbers are exact decimals. What is not allowed is refused when it is read, with what to write instead;
what fails raises ScriptFailed, what grows beyond its Limits ScriptStopped.
"""

from typing import Final

from bpmn.scripts.functions import FUNCTIONS
from bpmn.scripts.limits import LIMITS, Limits, ScriptFailed, ScriptStopped
from bpmn.scripts.program import Expression, NotRunnable, Script, read_expression, read_script
from bpmn.scripts.subset import Refusal

NAMES: Final = frozenset(name.partition(".")[0] for name in FUNCTIONS)
"""What a call may begin with: functions, and what stands before a point in the name of one."""

__all__ = [
    "LIMITS",
    "NAMES",
    "Expression",
    "Limits",
    "NotRunnable",
    "Refusal",
    "Script",
    "ScriptFailed",
    "ScriptStopped",
    "read_expression",
    "read_script",
]
