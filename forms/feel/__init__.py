"""FEEL, the expression language of forms, decisions and diagrams (DMN 1.5, clause 10).

Text is read once into closures (`parse_expression`, `parse_unary_tests`) and evaluated often. Pure: no clock, no
database, no code of Python's own is ever made from text. What fails is null, with the reason kept as a Problem; what
grows beyond the limits of its Environment raises FeelLimitExceeded.
"""

from forms.feel.environment import NEUTRAL, Environment, Limits, Outcome, State
from forms.feel.errors import FeelError, FeelLimitExceeded, FeelSyntaxError, Problem
from forms.feel.expressions import Expression, UnaryTests, parse_expression, parse_unary_tests
from forms.feel.foreign import foreign
from forms.feel.functions import BUILT_INS
from forms.feel.scope import admitted, export, taken_in
from forms.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths, Zone, kind

FUNCTION_NAMES: frozenset[str] = frozenset(BUILT_INS)
"""The names of all built-in functions."""

__all__ = [
    "FUNCTION_NAMES",
    "NEUTRAL",
    "Date",
    "DateTime",
    "DaysTime",
    "Environment",
    "Expression",
    "FeelError",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Function",
    "Limits",
    "Outcome",
    "Problem",
    "Range",
    "State",
    "Time",
    "UnaryTests",
    "YearsMonths",
    "Zone",
    "admitted",
    "export",
    "foreign",
    "kind",
    "parse_expression",
    "parse_unary_tests",
    "taken_in",
]
