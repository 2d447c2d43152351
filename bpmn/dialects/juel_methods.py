"""Methods of texts, lists and maps that expressions in JUEL often call, as FEEL says them."""

from collections.abc import Mapping
from typing import Final

METHODS: Final[Mapping[tuple[str, int], str]] = {
    ("equals", 1): "{it} = {other}",
    ("equalsIgnoreCase", 1): "lower case({it}) = lower case({other})",
    ("startsWith", 1): "starts with({it}, {other})",
    ("endsWith", 1): "ends with({it}, {other})",
    ("contains", 1): "if {it} instance of string then contains({it}, {other}) else list contains({it}, {other})",
    ("containsKey", 1): "list contains(get entries({it}).key, {other})",
    ("get", 1): "if {it} instance of list<Any> then {it}[{other} + 1] else get value({it}, {other})",
    ("length", 0): "string length({it})",
    ("size", 0): "if {it} instance of list<Any> then count({it}) else count(get entries({it}))",
    ("isEmpty", 0): 'if {it} in ("", [], {{}}) then true else false',
    ("toUpperCase", 0): "upper case({it})",
    ("toLowerCase", 0): "lower case({it})",
    ("trim", 0): 'replace({it}, "^\\s+|\\s+$", "")',
    ("toString", 0): "string({it})",
}
"""By name and number of arguments; `it` is what the method is called of, `other` its argument."""
