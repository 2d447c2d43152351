"""Trying decisions: the names that one reads from outside, and what people typed for them as values."""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bpmn.decisions import DecisionModel, DecisionTable
from bpmn.decisions.model import Decision, DecisionService, InputData, KnowledgeModel
from bpmn.vocabulary import FUNCTIONS
from forms.data import Value, canonical
from forms.feel import FUNCTION_NAMES, FeelSyntaxError, UnaryTests, parse_expression, parse_unary_tests
from webui.texts import gettext as _

TYPES: Final = (
    *("string", "number", "boolean", "date", "time", "date and time"),
    *("days and time duration", "years and months duration"),
)
"""The types of FEEL, as people choose them."""


def asked(model: DecisionModel, key: str) -> Iterator[dict[str, Any]]:
    """The names a table reads from outside, with type and the values it knows."""
    element = model.find(key)
    types: dict[str, tuple[str, list[str]]] = {}
    shown: dict[str, str] = {}
    for one in model.used.values():
        if isinstance(one, InputData) and not one.imports:
            types[one.variable] = (_base(one.type.name), _choices(one.type.allowed))
            shown[one.variable] = "" if one.type.any else _("%(type)s, as FEEL", type=one.type.name)
    for one in (*model.decisions.values(), *model.used.values()):
        if isinstance(one, Decision | KnowledgeModel) and isinstance(one.logic, DecisionTable):
            for column in one.logic.inputs:
                known = types.get(column.expression.text, ("", []))
                choices = known[1] or _choices(column.allowed)
                types[column.expression.text] = (known[0] or _base(column.type_name), choices)
    if isinstance(element, KnowledgeModel):
        names = [name for name, _ in element.parameters]
        types |= {name: (_base(kind.name), _choices(kind.allowed)) for name, kind in element.parameters}
    elif isinstance(element, DecisionService):
        names = [model.name_within(element, key)[0] for key in element.inputs]
    else:
        names = sorted(model.names_read(key) - FUNCTIONS - FUNCTION_NAMES) if element else []
    for name in names:
        kind, choices = types.get(name, ("", []))
        if kind == "boolean":
            choices = ["true", "false"]
        yield {"name": name, "type": kind, "choices": choices, "shown": kind or shown.get(name, "")}


def _base(name: str) -> str:
    bare = name.rpartition(":")[2]
    return bare if bare in TYPES else ""


def _choices(allowed: UnaryTests | str | None) -> list[str]:
    """The values that allowed values list one by one."""
    try:
        tests = parse_unary_tests(allowed) if isinstance(allowed, str) and allowed else allowed
    except FeelSyntaxError:
        return []
    found = tests.constants if isinstance(tests, UnaryTests) else None
    return [one if isinstance(one, str) else canonical(one) for one in found or () if isinstance(one, str | Decimal)]


def _value(text: str, kind: str) -> Value:
    """What somebody typed, as the type of the name wants it; without one as FEEL, else as text. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if kind == "number":
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise ValueError(_("“%(text)s” is not a number.", text=text)) from None
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError(_("“%(text)s” is neither true nor false.", text=text))
        return text == "true"
    if kind:
        return text.strip('"')
    try:
        expression = parse_expression(text)
    except FeelSyntaxError:
        return text
    return text if expression.names else expression.evaluate({}).value


def values(asks: list[dict[str, Any]], given: Mapping[str, Any]) -> dict[str, Value]:
    """What was typed for each name that is asked for, as its type wants it. Raises ValueError."""
    return {one["name"]: _value(str(given.get(one["name"], "")), one["type"]) for one in asks}
