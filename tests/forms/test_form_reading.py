"""Form files: what is accepted, and that every defect is told with its place and remedy."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definition import (
    Choice,
    ChoiceField,
    DynamicList,
    FilesField,
    FormDefinition,
    Group,
    MomentField,
    NumberField,
    Source,
    Subtype,
    TextField,
)
from forms.errors import FormProblem, FormUnreadable
from forms.reading import read_form


def defects(*components: Any, **top: Any) -> tuple[FormProblem, ...]:
    content = json.dumps({"components": list(components), **top}).encode()
    with pytest.raises(FormUnreadable) as raised:
        read_form(content, "broken.form")
    return raised.value.problems


def codes(*components: Any, **top: Any) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for problem in defects(*components, **top)]


def test_every_accepted_component_is_read(form: Any) -> None:
    kinds = ["textfield", "textarea", "number", "checkbox", "datetime", "filepicker"]
    choosing = ["radio", "select", "checklist", "taglist"]
    definition = form(
        *({"type": kind, "key": kind, "label": kind} for kind in kinds),
        *({"type": kind, "key": kind, "label": kind, "values": [{"label": "A", "value": "a"}]} for kind in choosing),
        {"type": "text", "text": "Hello"},
        {"type": "spacer", "height": 60},
        {"type": "separator"},
        {"type": "button", "label": "Submit", "action": "submit"},
        {"type": "group", "path": "g", "label": "G", "components": [{"type": "number", "key": "n", "label": "N"}]},
        {"type": "dynamiclist", "path": "l", "label": "L", "components": []},
        title="All of them",
    )
    assert [field.kind.value for field in definition.fields()] == [*kinds, *choosing, "number"]
    assert definition.title == "All of them"
    assert definition.keys == {*kinds, *choosing, "g", "l"}


def test_rules_are_read_as_values(form: Any) -> None:
    definition = form(
        {"type": "number", "key": "n", "label": "N", "decimalDigits": 2, "increment": "0.25",
         "validate": {"min": 1, "max": "=limit"}},
        {"type": "textfield", "key": "t", "label": "T", "validate": {"required": True, "minLength": 2, "pattern": "^a"},
         "appearance": {"prefixAdorner": "€"}},
        {"type": "datetime", "key": "d", "subtype": "datetime", "dateLabel": "When", "timeInterval": 15,
         "timeSerializingFormat": "utc_normalized", "disallowPassedDates": True},
        {"type": "filepicker", "key": "f", "label": "F", "multiple": True, "accept": ".pdf",
         "properties": {"maxSize": "5 MB", "maxFiles": "3"}},
        {"type": "select", "key": "s", "label": "S", "properties": {"choices": "services"}},
    )  # fmt: skip
    number, text, moment, files, service = definition.fields()
    assert isinstance(number, NumberField)
    assert (number.digits, number.increment, number.minimum) == (2, Decimal("0.25"), Decimal(1))
    assert number.maximum is not None
    assert not isinstance(number.maximum, Decimal)
    assert number.maximum.text == "limit"
    assert isinstance(text, TextField)
    assert (text.required, text.min_length, text.pattern, text.prefix) == (True, Decimal(2), "^a", "€")
    assert isinstance(moment, MomentField)
    assert (moment.subtype, moment.label, moment.interval) == (Subtype.DATETIME, "When", 15)
    assert moment.utc
    assert moment.no_past
    assert isinstance(files, FilesField)
    assert (files.max_size, files.max_count, files.accept) == (5_000_000, 3, ".pdf")
    assert isinstance(service, ChoiceField)
    assert (service.source, service.reference) == (Source.INSTALLATION, "services")
    assert definition.depends == {"limit"}


def test_free_text_and_files_are_personal_unless_the_form_says_otherwise(form: Any) -> None:
    definition = form(
        {"type": "textfield", "key": "a", "label": "A"},
        {"type": "textfield", "key": "b", "label": "B", "properties": {"personal": "false"}},
        {"type": "number", "key": "c", "label": "C"},
        {"type": "number", "key": "d", "label": "D", "properties": {"personal": "true"}},
        {"type": "dynamiclist", "path": "e", "components": [{"type": "textarea", "key": "f", "label": "F"}]},
        {"type": "filepicker", "key": "g", "label": "G"},
    )
    assert definition.personal == {"a", "d", "e", "g"}


def test_a_group_without_a_path_does_not_nest(form: Any) -> None:
    inner = {"type": "number", "key": "n", "label": "N"}
    definition = form({"type": "group", "label": "G", "components": [inner]})
    assert definition.keys == {"n"}
    assert isinstance(definition.components[0], Group)


@pytest.mark.parametrize("kind", ["expression", "html", "iframe", "image", "table", "documentPreview"])
def test_what_is_not_accepted_is_named_with_what_to_use_instead(kind: str) -> None:
    (problem,) = defects({"type": kind, "key": "x"})
    assert (problem.where, problem.code) == ("components[0].type", "type_refused")
    assert f"“{kind}”" in problem.message
    assert len(problem.message.split(". ")) == 2


@pytest.mark.parametrize(
    ("component", "attribute", "code"),
    [
        ("text", "", "wrong_type"),
        ({}, "", "type_missing"),
        ({"type": "slider"}, "type", "type_unknown"),
        ({"type": "number"}, "key", "key_missing"),
        ({"type": "number", "key": "a-b"}, "key", "key_unfit"),
        ({"type": "number", "key": "a.b"}, "key", "key_dotted"),
        ({"type": "number", "key": "_row"}, "key", "key_unfit"),
        ({"type": "number", "key": "csrf_token"}, "key", "key_reserved"),
        ({"type": "number", "key": 3}, "key", "wrong_type"),
        ({"type": "dynamiclist", "components": []}, "path", "path_missing"),
        ({"type": "select", "key": "s"}, "values", "options_missing"),
        ({"type": "select", "key": "s", "values": [3, "3"]}, "values[1]", "option_twice"),
        ({"type": "select", "key": "s", "values": [{"label": "x"}]}, "values[0]", "wrong_type"),
        ({"type": "select", "key": "s", "values": ["a"], "valuesKey": "k"}, "valuesKey", "options_ambiguous"),
        ({"type": "select", "key": "s", "values": ["a"], "defaultValue": "b"}, "defaultValue", "default_unfit"),
        ({"type": "checklist", "key": "s", "values": ["a"], "defaultValue": "a"}, "defaultValue", "default_unfit"),
        ({"type": "textfield", "key": "t", "validate": {"pattern": "(?=a)"}}, "validate.pattern", "pattern_unfit"),
        ({"type": "textfield", "key": "t", "validate": {"validationType": "x"}}, "validate.validationType", "validation_type"),  # noqa: E501
        ({"type": "textfield", "key": "t", "validate": []}, "validate", "wrong_type"),
        ({"type": "textfield", "key": "t", "validate": {"required": "yes"}}, "validate.required", "wrong_type"),
        ({"type": "number", "key": "n", "validate": {"min": 3, "max": 2}}, "validate.min", "bounds_crossed"),
        ({"type": "number", "key": "n", "increment": 0}, "increment", "wrong_type"),
        ({"type": "number", "key": "n", "decimalDigits": 1.5}, "decimalDigits", "wrong_type"),
        ({"type": "number", "key": "n", "defaultValue": "many"}, "defaultValue", "wrong_type"),
        ({"type": "datetime", "key": "d", "subtype": "week"}, "subtype", "subtype_unknown"),
        ({"type": "number", "key": "n", "readonly": "=a"}, "readonly", "readonly_expression"),
        ({"type": "number", "key": "n", "conditional": {"hide": "a = 1"}}, "conditional.hide", "expression_expected"),
        ({"type": "number", "key": "n", "conditional": {"hide": "=a = ("}}, "conditional.hide", "expression_unfit"),
        ({"type": "number", "key": "n", "validate": {"max": "=1 +"}}, "validate.max", "expression_unfit"),
        ({"type": "number", "key": "n", "properties": {"personal": "maybe"}}, "properties.personal", "wrong_type"),
        ({"type": "filepicker", "key": "f", "properties": {"maxSize": "big"}}, "properties.maxSize", "size_unfit"),
        ({"type": "filepicker", "key": "f", "multiple": True, "properties": {"maxFiles": "-1"}}, "properties.maxFiles", "wrong_type"),  # noqa: E501
        ({"type": "text", "text": "{{#if a}}"}, "text", "template_unfit"),
        ({"type": "text", "text": "{{ a"}, "text", "template_unfit"),
        ({"type": "text", "text": "{{ a + }}"}, "text", "expression_unfit"),
    ],
)  # fmt: skip
def test_a_defect_is_told_with_its_place(component: Any, attribute: str, code: str) -> None:
    found = defects(component)
    where = f"components[0].{attribute}" if attribute else "components[0]"
    assert [(problem.where, problem.code) for problem in found] == [(where, code)]
    assert "{" not in found[0].message.replace("{{ expression }}", "")


def test_every_defect_is_told_at_once() -> None:
    found = codes({"type": "html"}, {"type": "number"}, {"type": "group", "components": [{"type": "image"}]})
    assert found == [
        ("components[0].type", "type_refused"),
        ("components[1].key", "key_missing"),
        ("components[2].components[0].type", "type_refused"),
    ]


def test_keys_may_repeat_on_different_levels_only(form: Any) -> None:
    number = {"type": "number", "key": "n", "label": "N"}
    form(number, {"type": "group", "path": "g", "components": [number]})
    assert codes(number, {"type": "group", "components": [number]}) == [
        ("components[1].components[0].key", "key_taken")
    ]


def test_fields_of_a_list_cannot_be_readonly() -> None:
    inner = {"type": "number", "key": "n", "readonly": True}
    assert codes({"type": "dynamiclist", "path": "l", "components": [inner]}) == [
        ("components[0].components[0].readonly", "readonly_in_list")
    ]


def test_choices_keep_the_type_of_their_value(form: Any) -> None:
    (field,) = form(
        {"type": "select", "key": "s", "values": [{"label": "One", "value": 1}, {"label": "Yes", "value": True}, "x"]}
    ).fields()
    assert field.values == (
        Choice(value=Decimal(1), label="One"),
        Choice(value=True, label="Yes"),
        Choice(value="x", label="x"),
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"{}", b'{"components": {}}', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_form_is_refused(content: bytes) -> None:
    with pytest.raises(FormUnreadable, match=r"^bad\.form: "):
        read_form(content, "bad.form")


def test_size_depth_and_number_are_bounded() -> None:
    with pytest.raises(FormUnreadable, match="larger than"):
        read_form(b" " * 2_000_000, "big.form")
    nested: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(12):
        nested = {"type": "group", "components": [nested]}
    assert [code for _, code in codes(nested)] == ["too_deep"]
    assert [code for _, code in codes(*[{"type": "spacer"}] * 700)] == ["too_many"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_attributes = [
    "key", "path", "label", "values", "valuesKey", "validate", "conditional", "layout", "properties", "components",
    "defaultValue", "subtype", "multiple", "text", "increment", "decimalDigits", "appearance", "readonly", "id",
]  # fmt: skip
_types = ["textfield", "number", "select", "checklist", "datetime", "filepicker", "group", "dynamiclist", "text", "x"]


@given(
    st.lists(
        st.builds(
            lambda kind, rest: {"type": kind, "key": "k", **rest},
            st.sampled_from(_types),
            st.dictionaries(st.sampled_from(_attributes), _json, max_size=5),
        ),
        max_size=3,
    )
)
def test_any_components_are_a_form_or_unreadable(components: Any) -> None:
    content = json.dumps({"components": components}).encode()
    try:
        definition = read_form(content, "any.form")
    except FormUnreadable:
        return
    assert isinstance(definition, FormDefinition)


def test_a_list_knows_its_rows(form: Any) -> None:
    (part,) = form(
        {"type": "dynamiclist", "path": "l", "label": "L", "components": [], "defaultRepetitions": 3,
         "allowAddRemove": False}
    ).components  # fmt: skip
    assert isinstance(part, DynamicList)
    assert (part.rows, part.changeable) == (3, False)
