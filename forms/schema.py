"""The JSON Schema (2020-12) of the visible part of a form for given answers.

An answer that may be empty is null then; a field, group or list that is hidden is no property, and no other property
is allowed. Limits given by FEEL stand as the numbers they have now. Times of day have the format ``partial-time`` of
RFC 3339 (a time without a date has no offset). The schema is process data: write it with `forms.data.canonical`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from forms.data import Value
from forms.definition import (
    LONG_TEXT_LENGTH,
    ROW_COUNT,
    TEXT_LENGTH,
    CheckboxField,
    ChoiceField,
    Component,
    DynamicList,
    Field,
    FieldKind,
    FilesField,
    Group,
    MomentField,
    NumberField,
    Path,
    Subtype,
    TextField,
    owned,
)
from forms.patterns import PHONE
from forms.scope import Scope

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = {Subtype.DATE: "date", Subtype.TIME: "partial-time", Subtype.DATETIME: "date-time"}

_FILE: Mapping[str, Value] = {
    "type": "object",
    "properties": {
        "digest": {"type": "string", "minLength": 64, "maxLength": 64},
        "name": {"type": "string"},
        "size": {"type": "number", "minimum": 0},
        "type": {"type": "string"},
    },
    "required": ["digest", "name", "size", "type"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A schema with the component each place of the answers belongs to."""

    schema: dict[str, Value]
    parts: dict[Path, Component] = field(default_factory=dict)


def draw(components: tuple[Component, ...], values: Mapping[str, Value], scope: Scope) -> Drawn:
    """Draw the schema of the components shown for `values`; rows are described each as it is."""
    drawing = _Drawing()
    return Drawn(schema=drawing.object(components, values, scope, ()), parts=drawing.parts)


class _Drawing:
    def __init__(self) -> None:
        self.parts: dict[Path, Component] = {}

    def object(self, components: tuple[Component, ...], values: Value, scope: Scope, path: Path) -> dict[str, Value]:
        properties: dict[str, Value] = {}
        required: list[Value] = []
        self._properties(components, values, scope, path, properties, required)
        drawn: dict[str, Value] = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**drawn, "required": required} if required else drawn

    def _properties(  # noqa: PLR0917 - one walk fills one object, also from groups that have no path
        self,
        components: tuple[Component, ...],
        values: Value,
        scope: Scope,
        path: Path,
        properties: dict[str, Value],
        required: list[Value],
    ) -> None:
        for part in components:
            if not scope.shows(part):
                continue
            if isinstance(part, Group) and not part.path:
                self._properties(part.components, values, scope, path, properties, required)
            elif isinstance(part, Group | DynamicList | Field) and not (isinstance(part, Field) and part.readonly):
                name = owned(part)
                self.parts[*path, name] = part
                inner = values.get(name) if isinstance(values, Mapping) else None
                properties[name] = self._titled(part, self._one(part, inner, scope, (*path, name)))
                if isinstance(part, Field) and part.required:
                    required.append(name)

    def _titled(self, part: Field | Group | DynamicList, schema: dict[str, Value]) -> dict[str, Value]:
        return {"title": part.label, **schema} if part.label else schema

    def _one(self, part: Component, values: Value, scope: Scope, path: Path) -> dict[str, Value]:
        if isinstance(part, Group):
            return self.object(part.components, values, scope.within(values), path)
        if isinstance(part, DynamicList):
            return self._rows(part, values if isinstance(values, list) else [], scope, path)
        for kind, drawn in _FIELDS.items():
            if isinstance(part, kind):
                return drawn(part, scope)
        raise TypeError(type(part).__name__)

    def _rows(self, part: DynamicList, rows: list[Value], scope: Scope, path: Path) -> dict[str, Value]:
        # A condition or limit may differ from row to row, so each row that is there has a schema of its own.
        drawn = [self.object(part.components, row, scope.within(row), (*path, index)) for index, row in enumerate(rows)]
        schema: dict[str, Value] = {"type": "array", "maxItems": ROW_COUNT}
        if drawn and all(one == drawn[0] for one in drawn):
            return {**schema, "items": drawn[0]}
        # The row after the last is described too, for who reads the schema; no answer lies there.
        following = _Drawing().object(part.components, {}, scope, (*path, len(rows)))
        return {**schema, "prefixItems": drawn, "items": following} if drawn else {**schema, "items": following}


def _type(part: Field, name: str) -> Value:
    return name if part.required else [name, "null"]


def _text(part: TextField, scope: Scope) -> dict[str, Value]:
    schema: dict[str, Value] = {"type": _type(part, "string")}
    shortest, longest = scope.bound(part.min_length), scope.bound(part.max_length)
    least = max(int(shortest or 0), 1 if part.required else 0)
    if least:
        schema["minLength"] = least
    limit = LONG_TEXT_LENGTH if part.kind is FieldKind.TEXTAREA else TEXT_LENGTH
    schema["maxLength"] = limit if longest is None else max(0, int(longest))
    patterns = [{"pattern": PHONE}] if part.format == "phone" else []
    if part.format == "email":
        schema["format"] = "email"
    if part.pattern:
        patterns.append({"pattern": part.pattern})
    return {**schema, **patterns[0]} if len(patterns) == 1 else {**schema, "allOf": patterns} if patterns else schema


def _number(part: NumberField, scope: Scope) -> dict[str, Value]:
    schema: dict[str, Value] = {"type": _type(part, "number")}
    lowest, highest = scope.bound(part.minimum), scope.bound(part.maximum)
    if lowest is not None:
        schema["minimum"] = lowest
    if highest is not None:
        schema["maximum"] = highest
    if part.increment is not None:
        schema["multipleOf"] = part.increment
    if part.digits is not None:
        schema["allOf"] = [{"multipleOf": Decimal(1).scaleb(-part.digits)}]
    return schema


def _checkbox(part: CheckboxField, scope: Scope) -> dict[str, Value]:
    return {"type": "boolean", "const": True} if part.required else {"type": "boolean"}


def _choice(part: ChoiceField, scope: Scope) -> dict[str, Value]:
    offered: list[Value] = [choice.value for choice in scope.options(part)]
    if not part.multiple:
        return {"enum": offered if part.required else [*offered, None]}
    schema: dict[str, Value] = {"type": "array", "items": {"enum": offered}, "uniqueItems": True}
    return {**schema, "minItems": 1} if part.required else schema


def _moment(part: MomentField, scope: Scope) -> dict[str, Value]:
    return {"type": _type(part, "string"), "format": FORMATS[part.subtype]}


def _files(part: FilesField, scope: Scope) -> dict[str, Value]:
    schema: dict[str, Value] = {"type": "array", "items": dict(_FILE), "maxItems": part.max_count}
    return {**schema, "minItems": 1} if part.required else schema


_FIELDS: Mapping[type[Field], Callable[..., dict[str, Value]]] = {
    TextField: _text,
    NumberField: _number,
    CheckboxField: _checkbox,
    ChoiceField: _choice,
    MomentField: _moment,
    FilesField: _files,
}
