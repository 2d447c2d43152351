# ruff: noqa: E501 - a table of schemas, a row each
"""Forms written as JSON Schema: what becomes of each keyword, and what is refused by name."""

import json
from decimal import Decimal

import pytest

from forms.definition import CheckboxField, ChoiceField, DynamicList, Group, MomentField, NumberField, Text, TextField
from forms.errors import FormUnreadable
from forms.json_schemas import form_of_schema
from forms.reading import read_form


def read(properties, ui=None, **more):
    schema = json.dumps({"type": "object", "properties": properties, **more}).encode()
    hints = json.dumps(ui).encode() if ui is not None else None
    return read_form(form_of_schema(schema, hints, "order-schema.json"), "order-schema.json")


def one(schema, ui=None, **more):
    return read({"a": schema}, {"a": ui} if ui else None, **more).components[0]


def problems(properties, **more):
    with pytest.raises(FormUnreadable) as caught:
        read(properties, **more)
    return [(problem.where, problem.parameters.get("keyword")) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("schema", "ui", "kind", "told"),
    [
        ({"type": "string", "title": "Name"}, None, TextField, {"label": "Name", "required": False}),
        ({"type": "string"}, {"ui:title": "Who", "ui:help": "In full"}, TextField, {"label": "Who", "description": "In full"}),
        ({"type": "string", "minLength": 2, "maxLength": 5}, None, TextField, {"min_length": 2, "max_length": 5}),
        ({"type": ["string", "null"], "default": "x"}, None, TextField, {"default": "x"}),
        ({"type": "string", "readOnly": True}, None, TextField, {"readonly": True}),
        ({"type": "number", "minimum": 1, "maximum": 9}, None, NumberField, {"minimum": Decimal(1), "maximum": Decimal(9)}),
        ({"type": "integer"}, None, NumberField, {"digits": 0}),
        ({"type": "boolean", "default": True}, None, CheckboxField, {"default": True}),
        ({"type": "string", "format": "date"}, None, MomentField, {"subtype": "date"}),
        ({"type": "string"}, {"ui:widget": "date-time"}, MomentField, {"subtype": "datetime"}),
        ({"type": "string", "enum": ["a", "b"]}, None, ChoiceField, {"kind": "select"}),
        ({"type": "string", "enum": ["a"]}, {"ui:widget": "radio"}, ChoiceField, {"kind": "radio"}),
        ({"type": "string", "anyOf": ["options_from_task_data_var:teams"]}, None, ChoiceField, {"source": "valuesExpression"}),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}, None, ChoiceField, {"kind": "checklist"}),
        ({"type": "object", "properties": {"b": {"type": "string"}}}, None, Group, {"path": "a"}),
        ({"type": "array", "minItems": 2, "items": {"properties": {"b": {"type": "string"}}}}, None, DynamicList, {"rows": 2}),
        ({"$ref": "#/definitions/short"}, None, TextField, {"max_length": 3}),
    ],
)  # fmt: skip
def test_a_property_becomes_a_question(schema, ui, kind, told):
    part = one(schema, ui, definitions={"short": {"type": "string", "maxLength": 3}})
    assert type(part) is kind
    assert {name: getattr(part, name) for name in told} == told


def test_choices_keep_values_and_their_words():
    words = [[(c.value, c.label) for c in one(schema).values] for schema in (
        {"type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"]},
        {"oneOf": [{"const": "a", "title": "A"}, {"enum": ["b"], "title": "B"}]},
    )]  # fmt: skip
    assert words == [[("a", "A"), ("b", "B")]] * 2


def test_the_order_the_hidden_and_the_needed():
    order = {"ui:order": ["c", "*", "a"], "b": {"ui:widget": "hidden"}, "d": {"ui:widget": "textarea"}}
    texts = {name: {"type": "string"} for name in "abcd"}
    form = read({**texts, "e": {"type": "boolean"}}, order, title="T", description="Why", required=["a", "e"])
    assert form.title == "T"
    assert isinstance(form.components[0], Text)
    assert [part.key for part in form.components[1:]] == ["c", "a", "d", "e"]
    assert [part.required for part in form.components[1:]] == [False, True, False, False]
    assert form.components[3].kind == "textarea"


@pytest.mark.parametrize(
    ("schema", "where", "keyword"),
    [
        ({"type": "array", "items": {"type": "string"}}, "a", "items"),
        ({"type": "object", "properties": {}, "if": {}}, "a", "if"),
        ({"$ref": "other.json#/x"}, "a", "$ref"),
        ({"$ref": "#/properties/a"}, "a", "$ref"),
        ({"oneOf": [{"type": "string"}]}, "a", "oneOf"),
        ({"type": "null"}, "a", "type null"),
    ],
)
def test_what_is_not_read_is_refused_at_its_place(schema, where, keyword):
    assert (where, keyword) in problems({"a": schema})


def test_what_decides_by_answers_is_refused():
    assert problems({"a": {"type": "string"}}, dependencies={"a": ["b"]}) == [("", "dependencies")]


def test_a_schema_that_holds_itself_ends():
    tree = {"type": "object", "properties": {"kid": {"$ref": "#/definitions/tree"}}}
    with pytest.raises(FormUnreadable) as caught:
        read({"a": {"$ref": "#/definitions/tree"}}, definitions={"tree": tree})
    assert caught.value.problems[-1].code == "too_deep"


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'{"properties": []}', b'{"properties": {"a b": {}}}'])
def test_what_is_no_schema_of_a_form_is_refused_in_words(content):
    with pytest.raises(FormUnreadable) as caught:
        read_form(form_of_schema(content, b"[]", "x.json"), "x.json")
    assert all(problem.message for problem in caught.value.problems)
