"""What can go wrong with an expression.

FeelSyntaxError      the text is not FEEL (found when an expression is read, at publish time)
FeelLimitExceeded    an evaluation grew beyond what its environment allows
Problem              why a value became null; no exception: FEEL goes on with null (DMN 1.5, 10.3.2.14)
Unfit                inside this package: a value does not fit an operation; becomes a Problem
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MESSAGES: Final[Mapping[str, str]] = {
    "unknown_name": "there is no “{name}” here",
    "unknown_function": "there is no function “{name}”",
    "not_a_function": "“{name}” is not a function",
    "no_property": "a {kind} has no “{name}”",
    "no_entry": "the context has no entry “{name}”",
    "operands": "cannot compute {left} {operator} {right}",
    "not_comparable": "cannot compare {left} with {right}",
    "not_boolean": "expected true or false, found {kind}",
    "not_a_list": "expected a list, found {kind}",
    "not_iterable": "cannot iterate over {kind}",
    "bad_literal": "“{text}” is no date, time or duration",
    "duplicate_key": "the context has two entries “{name}”",
    "divided_by_zero": "division by zero",
    "out_of_range": "the result is out of range",
    "arguments": "“{name}” does not take ({kinds})",
    "missing_argument": "“{name}” needs “{parameter}”",
    "bad_argument": "“{name}”: {reason}",
    "bad_index": "a list has no position {index}",
    "no_clock": "“{name}” is not available here: no present time was given",
    "external_function": "functions defined outside FEEL are not run",
    "function_failed": "“{name}” failed: {reason}",
    "unknown_type": "there is no type “{name}”",
    "not_data": "a {kind} cannot be kept as data",
    "no_logic": "nothing is written that decides",
    "not_conforming": "{what} is no {type}: {reason}",
    "bad_range": "the ends of the range do not fit: {start} and {end}",
}
"""Every code with its English words; the catalogue of translations uses the same codes and parameters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a value became null: a code of MESSAGES, its parameters, and where in the text (0-based offset)."""

    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    offset: int | None = None

    @property
    def message(self) -> str:
        """The problem in English."""
        return MESSAGES[self.code].format_map(self.parameters)


class FeelError(Exception):
    """Any refusal of this package."""


class FeelSyntaxError(FeelError, ValueError):
    """The text is not a FEEL expression; `line` and `column` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line = line
        self.column = column
        self.message = message
        super().__init__(f"line {line}, column {column}: {message}")


class FeelLimitExceeded(FeelError):
    """An evaluation needed more than its environment allows; `limit` is ``iterations``, ``size`` or ``depth``."""

    def __init__(self, limit: str, allowed: int) -> None:
        self.limit = limit
        self.allowed = allowed
        super().__init__(f"more than {allowed} {limit}")


class Unfit(Exception):
    """A value does not fit: carries what becomes the Problem. Never leaves this package."""

    def __init__(self, code: str, **parameters: str) -> None:
        self.code = code
        self.parameters = parameters
        super().__init__(code)


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset in a text."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1
