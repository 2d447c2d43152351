"""Forms that are written as JSON Schema, with a UI schema beside it (as SpiffArena has them), as form-js writes forms.

Read are the types and limits of properties, choices (`enum`, or `oneOf` and `anyOf` of constants, or the name of a
variable that holds them), objects inside objects, lists of objects, and references inside the file. What decides
by answers which questions there are (`if`, `allOf`, `dependencies`) is refused by name.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from forms.data import DataUnacceptable, Value, canonical, parse
from forms.definition import DEPTH
from forms.errors import FormProblem, FormUnreadable

Schema = Mapping[str, Value]
Written = dict[str, Value]

_REFUSED: Final = (
    *("allOf", "if", "not", "dependencies", "dependentSchemas", "dependentRequired", "patternProperties"),
    "additionalItems",
)
_FROM_DATA: Final = "options_from_task_data_var:"
_MOMENTS: Final = {"date": "date", "date-time": "datetime", "time": "time"}
_HOPS: Final = 20
"""Most references on the way to what is meant."""


def form_of_schema(content: bytes, ui: bytes | None, name: str) -> bytes:
    """The form as form-js writes it; `name` is the file's, for messages. Raises FormUnreadable."""
    try:
        schema, hints = parse(content), parse(ui) if ui else {}
    except DataUnacceptable as error:
        problem = FormProblem(where=error.path, code="not_json", parameters={"reason": error.reason})
        raise FormUnreadable(name, (problem,)) from None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise FormUnreadable(name, (FormProblem(where="", code="not_a_schema"),))
    writer = _Writer(schema)
    parts: list[Value] = []
    if text := _text(schema, "description"):
        parts.append({"type": "text", "text": text})
    parts += writer.inside(_Spot(schema, _mapping(hints), "", 1))
    if writer.problems:
        raise FormUnreadable(name, tuple(writer.problems))
    return canonical({"type": "default", "title": _text(schema, "title") or name, "components": parts}).encode()


class _Spot(NamedTuple):
    """A place of the schema: what it says, what the UI schema says of it, and how deep it lies."""

    schema: Schema
    ui: Schema
    where: str
    depth: int


class _Writer:
    def __init__(self, root: Schema) -> None:
        self.root = root
        self.problems: list[FormProblem] = []

    def problem(self, where: str, code: str, **parameters: Value) -> None:
        self.problems.append(FormProblem(where=where, code=code, parameters=parameters))

    def inside(self, spot: _Spot) -> list[Value]:
        """The components of the properties of an object, in the order the UI schema gives."""
        schema, ui, where = spot.schema, spot.ui, spot.where
        for keyword in _REFUSED:
            if keyword in schema:
                self.problem(where, "schema_keyword", keyword=keyword)
        if spot.depth > DEPTH:
            self.problem(where, "too_deep", maximum=DEPTH)
            return []
        properties = _mapping(schema.get("properties"))
        first = [str(name) for name in _list(ui.get("ui:order")) if name in properties]
        required = _list(schema.get("required"))
        parts: list[Value] = []
        for name in dict.fromkeys([*first, *properties]):
            place = f"{where}.{name}" if where else name
            inner = self.meant(_mapping(properties[name]), place)
            below = _Spot(inner, _mapping(ui.get(name)), place, spot.depth + 1)
            if below.ui.get("ui:widget") != "hidden":
                parts += self.part(name, below, name in required)
        return parts

    def meant(self, schema: Schema, where: str) -> Schema:
        """What a schema that refers to another place of the file says."""
        for _ in range(_HOPS):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            found: Value = dict(self.root)
            for step in reference.removeprefix("#").split("/")[1:]:
                found = _mapping(found).get(step.replace("~1", "/").replace("~0", "~"))
            if not reference.startswith("#") or not isinstance(found, dict):
                break
            schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
        self.problem(where, "schema_keyword", keyword="$ref")
        return {}

    def part(self, name: str, spot: _Spot, required: bool) -> list[Value]:
        """The component of a property; none where it cannot be read."""
        schema, ui = spot.schema, spot.ui
        kind = _kind(schema)
        label = _text(ui, "ui:title") or _text(schema, "title") or name
        if kind == "object":
            return [{"type": "group", "label": label, "path": name, "components": self.inside(spot)}]
        field: Written = {"key": name, "label": label}
        if told := _text(ui, "ui:help") or _text(ui, "ui:description") or _text(schema, "description"):
            field["description"] = told
        if schema.get("default") is not None:
            field["defaultValue"] = schema["default"]
        if True in (schema.get("readOnly"), ui.get("ui:readonly"), ui.get("ui:disabled")):
            field["readonly"] = True
        if kind == "array":
            return self.several(field, spot)
        choices = self.choices(schema, spot.where)
        if choices is not None:
            more: Written = {"type": "radio" if ui.get("ui:widget") == "radio" else "select", **choices}
        else:
            more = self.single(kind, spot)
        if required and kind != "boolean":  # there it says that an answer is kept, and not that it must be yes
            more["validate"] = {"required": True, **_mapping(more.get("validate"))}
        return [{**field, **more}]

    def single(self, kind: str, spot: _Spot) -> Written:
        """What a question with one plain answer is beside its name and label."""
        schema, form, widget = spot.schema, _text(spot.schema, "format"), spot.ui.get("ui:widget")
        if kind == "boolean":
            return {"type": "checkbox"}
        if kind in ("number", "integer"):
            whole: Written = {"decimalDigits": 0} if kind == "integer" else {}
            return {"type": "number", **whole, **_limits(schema, minimum="min", maximum="max")}
        if form == "data-url" or widget == "file":
            return {"type": "filepicker"}
        if form in _MOMENTS or widget in _MOMENTS:
            return {"type": "datetime", "subtype": _MOMENTS.get(form) or _MOMENTS[str(widget)]}
        if kind != "string":
            self.problem(spot.where, "schema_keyword", keyword=f"type {kind}".strip())
        more = _limits(schema, minLength="minLength", maxLength="maxLength", pattern="pattern")
        if form == "email":
            more["validate"] = {**_mapping(more.get("validate")), "validationType": "email"}
        return {"type": "textarea" if widget == "textarea" else "textfield", **more}

    def several(self, field: Written, spot: _Spot) -> list[Value]:
        """A list: of choices, or of objects, which are rows."""
        items = self.meant(_mapping(spot.schema.get("items")), spot.where)
        choices = self.choices(items, spot.where)
        if choices is not None:
            return [{**field, "type": "checklist", **choices}]
        if _kind(items) != "object":
            self.problem(spot.where, "schema_keyword", keyword="items")
            return []
        inner = self.inside(_Spot(items, _mapping(spot.ui.get("items")), f"{spot.where}.items", spot.depth))
        least = spot.schema.get("minItems")
        rows: Written = {"defaultRepetitions": least} if least is not None else {}
        return [{"type": "dynamiclist", "label": field["label"], "path": field["key"], "components": inner, **rows}]

    def choices(self, schema: Schema, where: str) -> Written | None:
        """What may be chosen; None where nothing is listed."""
        if "enum" in schema:
            names, values = _list(schema.get("enumNames")), _list(schema["enum"])
            labels = names if len(names) == len(values) else values
            if values[:1] and str(values[0]).startswith(_FROM_DATA):
                return {"valuesExpression": f"={str(values[0]).removeprefix(_FROM_DATA)}"}
            return {"values": [{"value": one, "label": str(label)} for one, label in zip(values, labels, strict=True)]}
        listed = _list(schema.get("oneOf") or schema.get("anyOf"))
        if not listed:
            return None
        if isinstance(listed[0], str) and listed[0].startswith(_FROM_DATA):
            return {"valuesExpression": f"={listed[0].removeprefix(_FROM_DATA)}"}
        told = [(one.get("const", _first(one)), _text(one, "title")) for one in map(_mapping, listed)]
        if any(value is None for value, _ in told):
            self.problem(where, "schema_keyword", keyword="oneOf")
        return {"values": [{"value": value, "label": label or str(value)} for value, label in told]}


def _first(schema: Schema) -> Value:
    values = _list(schema.get("enum"))
    return values[0] if len(values) == 1 else None


def _kind(schema: Schema) -> str:
    kind = schema.get("type")
    named = [str(one) for one in kind if one != "null"] if isinstance(kind, list) else [str(kind)] if kind else []
    if len(named) == 1:
        return named[0]
    return "object" if "properties" in schema else "string" if "enum" in schema or not named else ""


def _limits(schema: Schema, **names: str) -> Written:
    found: Written = {ours: schema[theirs] for theirs, ours in names.items() if schema.get(theirs) is not None}
    return {"validate": found} if found else {}


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _text(schema: Schema, name: str) -> str:
    value = schema.get(name)
    return value if isinstance(value, str) else ""
