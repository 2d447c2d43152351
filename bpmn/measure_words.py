"""The expressions of measures in plain words, with the names that people gave to elements and fields.

“the time from the beginning of the case to the end of “Decide on the change””. What has no words is left as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bpmn.measures import NAMES, RECORD_NAMES
from forms.data import plain
from forms.definition import Field, FormDefinition, walk
from forms.feel import DaysTime, FeelSyntaxError, YearsMonths, syntax
from forms.feel.parsing import read_expression
from forms.feel.temporal import read_duration

_OPERATORS: Final = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "+": "plus",
    "*": "times",
    "/": "divided by",
    "**": "to the power of",
}
_IN_TIME: Final = {">": "is after", ">=": "is on or after", "<": "is before", "<=": "is on or before"}
_WHOLES: Final = {
    "case.began": "the beginning of the case",
    "case.ended": "the end of the case",
    "case.end": "the end event",
    "case.priority": "the priority",
    "case.service": "the service",
    "case.state": "the state of the case",
    "record.created": "the day on which the record was added",
    "record.changed": "the last change of the record",
    "record.review": "the date of its next review",
    "record.state": "the state",
    "record.owner": "the owner",
}
_PLACES: Final = {
    "visits": "the number of times {} was reached",
    "entered": "the beginning of {}",
    "left": "the end of {}",
}
_CALLS: Final = {
    "date": "{0}",
    "number": "{0}",
    "string": "{0}",
    "today": "the last day of the period",
    "now": "the end of the period",
    "count": "the number of {0}",
    "sum": "the sum of {0}",
    "min": "the smallest of {0}",
    "max": "the largest of {0}",
    "mean": "the average of {0}",
    "abs": "the amount of {0}",
    "not": "not ({0})",
    "matches": "{0} fits the pattern {1}",
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """The names there are: titles of elements by id, and labels of fields by name."""

    elements: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> str:
        """What a field is called; its name where no form asks for it."""
        return self.fields.get(name, name.replace("_", " "))


class _Wordless(Exception):
    """A part of the expression has no words."""


def in_words(text: str, known: Known) -> str | None:
    """Say an expression of a measure in words; None where a part of it has none."""
    try:
        return _said(read_expression(text, NAMES | RECORD_NAMES), known)
    except (_Wordless, FeelSyntaxError):
        return None


def _said(node: Any, known: Known) -> str:
    match node:
        case syntax.Literal():
            return _value(node.value)
        case syntax.Logic():
            inner = [_said(each, known) for each in node.operands]
            parts = zip(node.operands, inner, strict=True)
            return f" {node.operator} ".join(f"({it})" if isinstance(each, syntax.Logic) else it for each, it in parts)
        case syntax.Comparison():
            return _compared(node, known)
        case syntax.Contained():
            several = [_test(each, known) for each in node.tests.tests]
            return f"{_said(node.operand, known)} is {' or '.join(several)}"
        case syntax.Condition():
            return _condition(node, known)
        case syntax.Chain():
            return _chain(node, known)
        case syntax.Postfix():
            return _postfix(node, known)
        case _:
            raise _Wordless


def _value(value: Any) -> str:
    match value:
        case True | False:
            return "yes" if value else "no"
        case None:
            return "nothing"
        case str():
            return f"“{value}”" if value else "empty"
        case Decimal():
            return plain(value)
        case _:
            return _length(value)


def _length(value: Any) -> str:
    if isinstance(value, YearsMonths):
        years, months = divmod(value.months, 12)
        number, unit = (value.months, "month") if months else (years, "year")
        return f"{number} {unit}{'s' * (number != 1)}"
    if isinstance(value, DaysTime):
        hours = value.nanoseconds / 3_600_000_000_000
        return f"{hours / 24:g} days" if hours % 24 == 0 else f"{hours:g} hours"
    raise _Wordless


def _test(node: Any, known: Known) -> str:
    inner = node.operand if isinstance(node, syntax.UnaryTest) and node.operator == "=" else node
    return _said(inner, known)


def _path(node: Any) -> tuple[str, ...]:
    """The names of a path such as ``visits.INC_Confirm``; nothing where it is none."""
    if not isinstance(node, syntax.Postfix) or not isinstance(node.head, syntax.Name):
        return ()
    if not all(isinstance(each, syntax.Property) for each in node.suffixes):
        return ()
    return (node.head.name, *(each.name for each in node.suffixes if isinstance(each, syntax.Property)))


def _compared(node: syntax.Comparison, known: Known) -> str:
    path, right = _path(node.left), node.right
    nothing = isinstance(right, syntax.Literal) and right.value is None
    if path[:1] == ("visits",) and isinstance(right, syntax.Literal) and isinstance(right.value, Decimal):
        return _visits(_element(path, known), node.operator, int(right.value))
    if nothing and path[:1] in {("entered",), ("left",)}:
        done = "reached" if path[0] == "entered" else "finished"
        return f"{_element(path, known)} was {'never ' if node.operator == '=' else ''}{done}"
    if nothing and path[:1] == ("links",):
        there = "no " if node.operator == "=" else ""
        return f"there is {there or 'a '}link “{path[1].replace('_', ' ')}”"
    if path == ("case", "end") and isinstance(right, syntax.Literal):
        ended = "ended" if node.operator == "=" else "did not end"
        return f"it {ended} at “{known.elements.get(str(right.value), str(right.value))}”"
    if nothing and path[:1] == ("clocks",):
        return f"the clock “{path[1]}” {'never ran' if node.operator == '=' else 'ran'}"
    left = _said(node.left, known)
    if nothing:
        return f"{left} is {'not ' if node.operator == '=' else ''}known"
    timely = _is_moment(node.left) or path == ("record", "review")
    operator = _IN_TIME.get(node.operator) if timely else None
    return f"{left} {operator or _OPERATORS[node.operator]} {_said(right, known)}"


def _visits(element: str, operator: str, times: int) -> str:
    match operator, times:
        case ("=", 0) | ("<", 1):
            return f"{element} was never reached"
        case (">", 0) | (">=", 1) | ("!=", 0):
            return f"{element} was reached"
        case "=", 1:
            return f"{element} was reached once"
        case ">", 1:
            return f"{element} was reached more than once"
        case _:
            return f"the number of times {element} was reached {_OPERATORS[operator]} {times}"


def _element(path: tuple[str, ...], known: Known) -> str:
    if len(path) != 2:
        raise _Wordless
    return f"“{known.elements.get(path[1], path[1])}”"


def _condition(node: syntax.Condition, known: Known) -> str:
    asked, yes, no = (_said(each, known) for each in (node.condition, node.yes, node.no))
    if isinstance(node.yes, syntax.Literal) and node.yes.value is None:
        return f"{no} (not counted where {asked})"
    return f"{yes} if {asked}, else {no}"


def _chain(node: syntax.Chain, known: Known) -> str:
    words = _said(node.first, known)
    for operator, part, _offset in node.rest:
        other = _said(part, known)
        if operator == "-":
            words = _less(words, other, node.first, part)
        elif operator in _OPERATORS:
            words = f"{words} {_OPERATORS[operator]} {other}"
        else:
            raise _Wordless
    return words


def _less(words: str, other: str, left: Any, right: Any) -> str:
    if isinstance(right, syntax.Literal) or (_is_call(right, "duration")):
        return f"{other} before {words}"
    if _is_moment(left) or _is_moment(right):
        return f"the time from {other} to {words}"
    return f"({words} less {other})" if isinstance(left, syntax.Postfix) else f"{words} less {other}"


def _is_call(node: Any, *names: str) -> bool:
    return isinstance(node, syntax.Postfix) and isinstance(node.head, syntax.Name) and node.head.name in names


def _is_moment(node: Any) -> bool:
    return _path(node)[:1] in {("entered",), ("left",), ("case",)} or _is_call(node, "date", "today", "now")


def _postfix(node: syntax.Postfix, known: Known) -> str:
    path = _path(node)
    if path:
        return _named(path, known)
    match node:
        case syntax.Postfix(head=syntax.Name(name="duration"), suffixes=(syntax.Arguments(values=(given,)),)):
            return _written_length(given)
        case syntax.Postfix(head=syntax.Name(name=name), suffixes=(syntax.Arguments(values=values),)) if name in _CALLS:
            return _CALLS[name].format(*(_said(each, known) for each in values))
        case syntax.Postfix(suffixes=(*rows, syntax.Filter(body=body), syntax.Property(name=name))) if _is_last(body):
            listed = _said(syntax.Postfix(head=node.head, suffixes=tuple(rows)), known)
            return f"“{known.field(name)}” of the last of {listed}"
        case _:
            raise _Wordless


def _is_last(place: Any) -> bool:
    """Whether it stands for the last row of a list: ``-1``."""
    return isinstance(place, syntax.Negation) and isinstance(place.operand, syntax.Literal) and place.operand.value == 1


def _written_length(given: Any) -> str:
    value = read_duration(str(given.value)) if isinstance(given, syntax.Literal) else None
    return _length(value)


def _named(path: tuple[str, ...], known: Known) -> str:
    match path:
        case ("data", *names):
            return " of ".join(f"“{known.field(name)}”" for name in reversed(names))
        case ("visits" | "entered" | "left" as what, _):
            return _PLACES[what].format(_element(path, known))
        case ("clocks", name, "met" | "used" as what):
            return f"the target “{name}” was kept" if what == "met" else f"the time the clock “{name}” ran"
        case ("links", name):
            return f"the number of links “{name.replace('_', ' ')}”"
        case _ if ".".join(path) in _WHOLES:
            return _WHOLES[".".join(path)]
        case _:
            raise _Wordless


def labels(forms: Iterable[FormDefinition]) -> Iterator[tuple[str, str]]:
    """Give name and label of every field of some forms."""
    for form in forms:
        for part in walk(form.components):
            if isinstance(part, Field) and part.label:
                yield part.key, part.label
