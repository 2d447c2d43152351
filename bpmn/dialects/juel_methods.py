"""Methods of texts, lists, maps and moments that expressions in JUEL often call, as FEEL says them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

_EMPTY: Final = '{it} in (null, "", [], {{}})'
_TEXT_OR_LIST: Final = "if {it} instance of string then contains({it}, {one}) else list contains({it}, {one})"
_PLACE: Final = (
    "if {it} instance of string then (if contains({it}, {one}) then string length(substring before({it}, {one})) "
    "else -1) else get or else(index of({it}, {one})[1], 0) - 1"
)
_GOT: Final = "if {it} instance of list<Any> then {it}[{one} + 1] else get value({it}, {one})"
_NUMBER: Final = "if {it} instance of string then number({it}) else {it}"

METHODS: Final[Mapping[tuple[str, int], str]] = {
    ("equals", 1): "{it} = {one}",
    ("equalsIgnoreCase", 1): "lower case({it}) = lower case({one})",
    ("startsWith", 1): "starts with({it}, {one})",
    ("endsWith", 1): "ends with({it}, {one})",
    ("contains", 1): _TEXT_OR_LIST,
    ("containsKey", 1): "list contains(get entries({it}).key, {one})",
    ("containsValue", 1): "list contains(get entries({it}).value, {one})",
    ("get", 1): _GOT,
    ("getOrDefault", 2): "if list contains(get entries({it}).key, {one}) then get value({it}, {two}) else {two}",
    ("length", 0): "string length({it})",
    ("size", 0): "if {it} instance of list<Any> then count({it}) else count(get entries({it}))",
    ("isEmpty", 0): 'if {it} in ("", [], {{}}) then true else false',
    ("isBlank", 0): "is blank({it})",
    ("toUpperCase", 0): "upper case({it})",
    ("toLowerCase", 0): "lower case({it})",
    ("trim", 0): 'replace({it}, "^\\s+|\\s+$", "")',
    ("toString", 0): "string({it})",
    ("toDate", 0): "{it}",
    **{
        (f"{way}{unit}", 1): f'{{it}} {sign} duration("{length}") * {{one}}'
        for way, sign in (("plus", "+"), ("minus", "-"))
        for unit, length in (
            *(("Years", "P1Y"), ("Months", "P1M"), ("Weeks", "P7D"), ("Days", "P1D")),
            *(("Hours", "PT1H"), ("Minutes", "PT1M"), ("Seconds", "PT1S")),
        )
    },
    ("concat", 1): "{it} + {one}",
    ("substring", 1): "substring({it}, {one} + 1)",
    ("substring", 2): "substring({it}, {one} + 1, {two} - {one})",
    ("charAt", 1): "substring({it}, {one} + 1, 1)",
    ("indexOf", 1): _PLACE,
    ("matches", 1): 'matches({it}, "^(" + {one} + ")$")',
    ("replaceAll", 2): "replace({it}, {one}, {two})",
    ("split", 1): "split({it}, {one})",
    ("keySet", 0): "get entries({it}).key",
    ("values", 0): "get entries({it}).value",
    # JSON, as Flowable's nodes and Camunda's Spin read it
    ("has", 1): "list contains(get entries({it}).key, {one})",
    ("hasProp", 1): "list contains(get entries({it}).key, {one})",
    ("path", 1): _GOT,
    ("prop", 1): _GOT,
    ("elements", 0): "{it}",
    ("value", 0): "{it}",
    **dict.fromkeys((("asText", 0), ("textValue", 0), ("stringValue", 0)), "string({it})"),
    **dict.fromkeys(
        (("asInt", 0), ("asLong", 0), ("asDouble", 0), ("intValue", 0), ("longValue", 0), ("doubleValue", 0)), _NUMBER
    ),
    **dict.fromkeys((("numberValue", 0), ("asBoolean", 0), ("booleanValue", 0), ("boolValue", 0)), "{it}"),
}
"""By name and number of arguments; `it` is what the method is called of, `one` and `two` are its arguments."""

FUNCTIONS: Final[Mapping[str, str]] = {"now": "now()", "dateTime": "now()"}
"""Functions without arguments that Camunda 7 adds."""

_ASKED: Final[Mapping[str, str]] = {
    "get": "{it}",
    "base64": "to base64({it})",
    **dict.fromkeys(("exists", "exist"), "{it} != null"),
    **dict.fromkeys(("isEmpty", "empty"), _EMPTY),
    **dict.fromkeys(("isNotEmpty", "notEmpty"), f"not(({_EMPTY}) = true)"),
}
_COMPARED: Final[Mapping[str, str]] = {
    "getOrDefault": "if {it} = null then {one} else {it}",
    **dict.fromkeys(("equals", "eq"), "{it} = {one}"),
    **dict.fromkeys(("notEquals", "ne"), "{it} != {one}"),
    **dict.fromkeys(("lowerThan", "lessThan", "lt"), "{it} < {one}"),
    **dict.fromkeys(("lowerThanOrEquals", "lessThanOrEquals", "lowerThanOrEqual", "lte"), "{it} <= {one}"),
    **dict.fromkeys(("greaterThan", "gt"), "{it} > {one}"),
    **dict.fromkeys(("greaterThanOrEquals", "greaterThanOrEqual", "gte"), "{it} >= {one}"),
}
_HOLDS: Final = (
    "one in [{listed}] satisfies if {it} instance of string then contains({it}, one) else list contains({it}, one)"
)
_HELD: Final[Mapping[str, str]] = {"contains": f"every {_HOLDS}", "containsAny": f"some {_HOLDS}"}
VARIABLE_FUNCTIONS: Final = frozenset({"variables", "vars", "var"})
"""The prefixes of Flowable's functions about a variable, as in ``variables:get(name)``."""


def about_variable(function: str, variable: str, arguments: Sequence[str]) -> str | None:
    """What such a function gives as FEEL; None for an unknown one."""
    if function in _HELD and arguments:
        return _HELD[function].format(it=variable, listed=", ".join(arguments))
    if function in _ASKED and not arguments:
        return _ASKED[function].format(it=variable)
    if function in _COMPARED and len(arguments) == 1:
        return _COMPARED[function].format(it=variable, one=arguments[0])
    return None


def _literally(it: str, arguments: Sequence[str]) -> str | None:
    """Replace a text that is written out: FEEL replaces patterns."""
    if not re.fullmatch(r'"[\w ,.:;/_-]*"', arguments[0]) or not re.fullmatch(r'"[^"\\$]*"', arguments[1]):
        return None
    return f"replace({it}, {arguments[0].replace('.', '[.]')}, {arguments[1]})"


LITERAL: Final[Mapping[tuple[str, int], Callable[[str, Sequence[str]], str | None]]] = {("replace", 2): _literally}
"""Methods that can be said only of some arguments."""
