"""How urgent a task is, as a diagram or its data say it: a whole number, the higher the sooner."""

from decimal import Decimal
from typing import Final

from forms.data import Value

HIGHEST_PRIORITY: Final = 1_000_000
"""Camunda 8 counts to 100; the Camunda 7 family and Flowable know no bound."""


def priority_of(value: Value) -> int | None:
    """Give a number, or a text that is one, as a priority; None where it is none."""
    if isinstance(value, str):
        text = value.strip()
        number = Decimal(text) if text.isdecimal() and len(text) < 10 else None
    else:
        number = value if isinstance(value, Decimal) else None
    if number is None or number != number.to_integral_value() or not 0 <= number <= HIGHEST_PRIORITY:
        return None
    return int(number)
