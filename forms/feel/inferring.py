"""The types that expressions have by how they are written, and which types conform to which (DMN 1.5, 10.3.2.9).

Only what a text itself says is known: literals, lists and contexts of them, parameters with a type, functions. Of
everything else the type is not known, and nothing is held against it.
"""

from collections.abc import Mapping
from typing import Any, Final

from forms.feel import syntax
from forms.feel.syntax import TypeName
from forms.feel.values import KINDS

ANY: Final = TypeName("Any")
UNKNOWN: Final = TypeName("")
"""The type of what is known only when it is evaluated."""

_BOOLEAN: Final = (syntax.Comparison, syntax.Between, syntax.Contained, syntax.InstanceOf)


def function_type(parameters: tuple[tuple[str, TypeName | None], ...], body: syntax.Node) -> TypeName:
    """The type of a function that an expression defines; parameters without a type take any value."""
    takes = {name: told or ANY for name, told in parameters}
    return TypeName("function", (*takes.values(), inferred(body, takes)))


def inferred(node: syntax.Node, known: Mapping[str, TypeName]) -> TypeName:
    """The type of an expression; `known` are those of the names around it."""
    match node:
        case syntax.Literal(value=value):
            return TypeName("Null" if value is None else KINDS[type(value)])
        case syntax.Name(name=name):
            told = known.get(name, UNKNOWN)
            return UNKNOWN if told == ANY else told
        case syntax.Items(items=items):
            kinds = {inferred(item, known) for item in items}
            return TypeName("list", (kinds.pop() if len(kinds) == 1 else UNKNOWN,))
        case syntax.Entries(entries=entries):
            return TypeName(
                "context", tuple(inferred(body, known) for _, body in entries), tuple(key for key, _ in entries)
            )
        case syntax.Definition(parameters=parameters, body=body, external=False):
            return function_type(parameters, body)
    return TypeName("boolean") if isinstance(node, _BOOLEAN) else UNKNOWN


def conforms(told: TypeName, wanted: TypeName) -> bool:
    """Whether a type conforms to another, as far as both are known.

    Contexts may have more entries; functions may take more general arguments, and give more special results.
    """
    if wanted in (ANY, UNKNOWN) or told == UNKNOWN or told.name == "Null":
        return True
    if told.name != wanted.name:
        return not {told.name, wanted.name} <= _KNOWN  # item definitions of a model are not looked into
    if told.name == "context":
        entries: dict[str, Any] = dict(zip(told.keys, told.parts, strict=True))
        return all(
            key in entries and conforms(entries[key], part) for key, part in zip(wanted.keys, wanted.parts, strict=True)
        )
    if not told.parts or not wanted.parts:
        return True
    if len(told.parts) != len(wanted.parts):
        return False
    if told.name == "function":
        *takes, gives = told.parts
        *given, expected = wanted.parts
        return conforms(gives, expected) and all(map(conforms, given, takes))
    return all(map(conforms, told.parts, wanted.parts))


_KNOWN: Final = frozenset({*KINDS.values(), "Any", "Null"})
