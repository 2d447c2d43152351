"""Methods of texts, lists, maps and moments that expressions in JUEL often call, as FEEL says them."""

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
    ("toDate", 0): "{it}",
    **{
        (f"{way}{unit}", 1): f'{{it}} {sign} duration("{length}") * {{other}}'
        for way, sign in (("plus", "+"), ("minus", "-"))
        for unit, length in (
            *(("Years", "P1Y"), ("Months", "P1M"), ("Weeks", "P7D"), ("Days", "P1D")),
            *(("Hours", "PT1H"), ("Minutes", "PT1M"), ("Seconds", "PT1S")),
        )
    },
}
"""By name and number of arguments; `it` is what the method is called of, `other` its argument."""

FUNCTIONS: Final[Mapping[str, str]] = {"now": "now()", "dateTime": "now()"}
"""Functions without arguments that Camunda 7 adds."""
