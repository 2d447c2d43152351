"""Answers: what each kind of question accepts, what is refused with which code, and what becomes of the data."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from forms.answers import accept, accept_document, json_schema, typed
from forms.data import canonical
from forms.definition import Choice, FormDefinition
from forms.errors import AnswersRejected
from forms.feel import Environment

Form = Callable[..., FormDefinition]


def refused(definition: FormDefinition, raw: Mapping[str, Any], **given: Any) -> dict[str, str]:
    with pytest.raises(AnswersRejected) as raised:
        accept(definition, raw, **{"context": {}, **given})
    assert all("{" not in problem.message for problem in raised.value.problems)
    return {problem.path: problem.code for problem in raised.value.problems}


def value(definition: FormDefinition, text: str, **given: Any) -> Any:
    return accept(definition, {"x": [text]}, **{"context": {}, **given}).values["x"]


def one(form: Form, kind: str, **rest: Any) -> FormDefinition:
    return form({"type": kind, "key": "x", "label": "X", **rest})


@pytest.mark.parametrize(
    ("text", "kept"),
    [("  mail down ", "mail down"), ("", None), ("   ", None), ("ünï→😀", "ünï→😀"), ("<b>", "<b>")],
)
def test_a_line_is_kept_trimmed_and_empty_is_null(form: Form, text: str, kept: Any) -> None:
    assert value(one(form, "textfield"), text) == kept


def test_line_ends_become_plain_and_indentation_stays(form: Form) -> None:
    assert value(one(form, "textarea"), "\r\n  log:\r\n    a\rb  \r\n\r\n") == "  log:\n    a\nb"


@pytest.mark.parametrize(
    ("rules", "text", "code"),
    [
        ({"required": True}, "", "required"),
        ({"required": True}, " \t ", "required"),
        ({"minLength": 3}, "ab", "too_short"),
        ({"maxLength": 3}, "abcd", "too_long"),
        ({"pattern": "^[A-Z]+$"}, "abc", "pattern_mismatch"),
        ({"validationType": "email"}, "a@", "not_an_email"),
        ({"validationType": "email"}, "a b@c.org", "not_an_email"),
        ({"validationType": "phone"}, "0664040900", "not_a_phone"),
        ({}, "a\0b", "unacceptable_characters"),
        ({}, "a\ud800b", "unacceptable_characters"),
        ({}, "a\x1bb", "unacceptable_characters"),
        ({}, "a" * 4001, "too_long"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(form: Form, rules: Any, text: str, code: str) -> None:
    assert refused(one(form, "textfield", validate=rules), {"x": [text]}) == {"x": code}


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"minLength": 3, "maxLength": 3}, "abc"),
        ({"minLength": 3}, ""),
        ({"pattern": "b"}, "abc"),
        ({"pattern": "^$|^a"}, ""),
        ({"validationType": "email"}, "j.bauer+it@mail.example.org"),
        ({"validationType": "phone"}, "+49 30 664040900"),
    ],
)
def test_a_text_that_fits_is_accepted(form: Form, rules: Any, text: str) -> None:
    assert value(one(form, "textfield", validate=rules), text) == (text or None)


def test_the_forms_own_words_explain_its_pattern(form: Form) -> None:
    rules = {"pattern": "^CI-", "patternErrorMessage": "Items begin with CI-."}
    with pytest.raises(AnswersRejected) as raised:
        accept(one(form, "textfield", validate=rules), {"x": ["12"]}, context={})
    assert raised.value.problems[0].message == "Items begin with CI-."


def test_a_pattern_that_explodes_elsewhere_takes_no_time_here(form: Form) -> None:
    evil = one(form, "textarea", validate={"pattern": r"^(([a-z])+.)+[A-Z]([a-z])+$"})
    assert refused(evil, {"x": ["a" * 20_000]}) == {"x": "pattern_mismatch"}


@pytest.mark.parametrize(
    ("text", "number"), [("12", "12"), (" 3.50 ", "3.50"), ("-0.1", "-0.1"), ("−4", "-4"), ("007", "7"), (".5", "0.5")]
)
def test_a_number_is_exact(form: Form, text: str, number: str) -> None:
    found = value(one(form, "number"), text)
    assert isinstance(found, Decimal)
    assert found == Decimal(number)


@pytest.mark.parametrize(
    ("rest", "text", "code"),
    [
        ({}, "many", "not_a_number"),
        ({}, "1e5", "not_a_number"),
        ({}, "NaN", "not_a_number"),
        ({}, "١٢", "not_a_number"),
        ({}, "12,5", "decimal_comma"),
        ({}, "1 000", "decimal_comma"),
        ({}, "9" * 34, "number_too_long"),
        ({}, "9" * 60, "not_a_number"),
        ({"validate": {"required": True}}, "", "required"),
        ({"validate": {"min": 2}}, "1.99", "too_small"),
        ({"validate": {"max": 2}}, "2.01", "too_large"),
        ({"decimalDigits": 0}, "1.5", "not_whole"),
        ({"decimalDigits": 2}, "1.555", "too_many_decimals"),
        ({"increment": "0.25"}, "0.3", "not_a_step"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(form: Form, rest: Any, text: str, code: str) -> None:
    assert refused(one(form, "number", **rest), {"x": [text]}) == {"x": code}


def test_messages_help(form: Form) -> None:
    def message(text: str, **rest: Any) -> str:
        with pytest.raises(AnswersRejected) as raised:
            accept(one(form, "number", **rest), {"x": [text]}, context={})
        return raised.value.problems[0].message

    assert message("1.234,5") == "Write the number with a point and without separators: 1234.5."
    assert message("0.3", increment="0.25") == "Enter a multiple of 0.25; the nearest are 0.25 and 0.5."
    assert message("-0.3", increment="0.25") == "Enter a multiple of 0.25; the nearest are -0.5 and -0.25."
    assert message("1", validate={"min": 2.50}) == "Enter 2.5 or more."


def test_decimal_steps_are_exact(form: Form) -> None:
    assert value(one(form, "number", increment="0.1", decimalDigits=1), "0.3") == Decimal("0.3")


def test_limits_may_come_from_the_data(form: Form) -> None:
    definition = form(
        {"type": "number", "key": "x", "label": "X", "validate": {"max": "=most * 2"}},
        {"type": "number", "key": "most", "label": "Most"},
    )
    assert accept(definition, {"x": ["4"], "most": ["2"]}, context={}).values["x"] == 4
    assert refused(definition, {"x": ["5"], "most": ["2"]}) == {"x": "too_large"}
    assert accept(definition, {"x": ["5"]}, context={"most": Decimal(9)}).values["x"] == 5  # null here: no limit


def test_a_box(form: Form) -> None:
    box = one(form, "checkbox")
    assert value(box, "true") is True
    assert accept(box, {"x": ["", "true"]}, context={}).values == {"x": True}
    assert accept(box, {"x": [""]}, context={}).values == {"x": False}
    assert accept(box, {}, context={}).values == {"x": False}
    assert refused(box, {"x": ["banana"]}) == {"x": "wrong_type"}
    must = one(form, "checkbox", validate={"required": True})
    assert refused(must, {"x": [""]}) == {"x": "required"}
    assert value(must, "true") is True


VALUES = [{"label": "One", "value": 1}, {"label": "Two", "value": "two"}, {"label": "Yes", "value": True}]


@pytest.mark.parametrize("kind", ["select", "radio"])
def test_one_of_several(form: Form, kind: str) -> None:
    choice = one(form, kind, values=VALUES)
    assert value(choice, "1") == Decimal(1)
    assert value(choice, "two") == "two"
    assert value(choice, "true") is True
    assert value(choice, "") is None
    assert accept(choice, {}, context={}).values == {"x": None}
    assert refused(choice, {"x": ["three"]}) == {"x": "not_a_choice"}
    assert refused(choice, {"x": ["1", "two"]}) == {"x": "given_twice"}
    assert refused(one(form, kind, values=VALUES, validate={"required": True}), {"x": [""]}) == {"x": "required"}


@pytest.mark.parametrize("kind", ["checklist", "taglist"])
def test_any_of_several(form: Form, kind: str) -> None:
    choice = one(form, kind, values=VALUES)
    assert accept(choice, {"x": ["", "1", "two"]}, context={}).values == {"x": [Decimal(1), "two"]}
    assert accept(choice, {"x": [""]}, context={}).values == {"x": []}
    assert refused(choice, {"x": ["1", "three"]}) == {"x": "not_a_choice"}
    assert refused(choice, {"x": ["1", "1"]}) == {"x": "chosen_twice"}
    assert refused(one(form, kind, values=VALUES, validate={"required": True}), {"x": [""]}) == {"x": "required"}


def test_choices_of_the_installation(form: Form) -> None:
    choice = one(form, "select", properties={"choices": "services"})
    offered = {"services": [Choice(value="mail", label="Mail")]}
    assert value(choice, "mail", choices=offered) == "mail"
    assert refused(choice, {"x": ["erp"]}, choices=offered) == {"x": "not_a_choice"}
    assert refused(choice, {"x": ["mail"]}) == {"x": "not_a_choice"}


def test_choices_from_the_data(form: Form) -> None:
    context = {"known": {"items": [{"label": "A", "value": "a"}, "b", {"value": []}, None]}}
    by_key = one(form, "select", valuesKey="known.items")
    assert value(by_key, "b", context=context) == "b"
    assert refused(by_key, {"x": ["c"]}, context=context) == {"x": "not_a_choice"}
    assert refused(by_key, {"x": ["c"]}, context={"known": 3}) == {"x": "not_a_choice"}
    by_feel = one(form, "select", valuesExpression='=for i in 1..3 return {label: "N", value: i}')
    assert value(by_feel, "3") == Decimal(3)
    assert refused(by_feel, {"x": ["4"]}) == {"x": "not_a_choice"}


@pytest.mark.parametrize(
    ("subtype", "zone", "text", "kept"),
    [
        ("date", "UTC", "2026-11-30", "2026-11-30"),
        ("time", "UTC", "14:30", "14:30:00"),
        ("time", "Europe/Berlin", "14:30:05", "14:30:05"),
        ("datetime", "UTC", "2026-11-30T14:30", "2026-11-30T14:30:00Z"),
        ("datetime", "Europe/Berlin", "2026-11-30T14:30", "2026-11-30T14:30:00+01:00"),
        ("datetime", "Europe/Berlin", "2026-07-01 14:30:15", "2026-07-01T14:30:15+02:00"),
        ("datetime", "Europe/Berlin", "2026-07-01T12:30:00Z", "2026-07-01T14:30:00+02:00"),
        ("datetime", "Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
        ("datetime", "No/Such", "2026-11-30T14:30", "2026-11-30T14:30:00Z"),
        ("date", "UTC", "", None),
    ],
)
def test_dates_are_kept_by_rfc_3339(form: Form, subtype: str, zone: str, text: str, kept: str) -> None:
    assert value(one(form, "datetime", subtype=subtype), text, zone=zone) == kept


def test_moments_may_be_kept_in_utc(form: Form) -> None:
    field = one(form, "datetime", subtype="datetime", timeSerializingFormat="utc_normalized")
    assert value(field, "2026-11-30T14:30", zone="Europe/Berlin") == "2026-11-30T13:30:00Z"


@pytest.mark.parametrize(
    ("subtype", "text", "code"),
    [
        ("date", "30.11.2026", "not_a_date"),
        ("date", "20261130", "not_a_date"),
        ("date", "2026-W48-1", "not_a_date"),
        ("date", "2026-02-30", "not_a_date"),
        ("date", "２０２６-11-30", "not_a_date"),
        ("time", "25:00", "not_a_time"),
        ("time", "1430", "not_a_time"),
        ("datetime", "2026-11-30", "not_a_moment"),
        ("datetime", "2026-11-30T", "not_a_moment"),
        ("datetime", "0001-01-01T00:00+14:00", "not_a_moment"),
        ("datetime", "2026-03-29T02:30", "no_such_time"),
    ],
)
def test_what_is_no_date_is_refused(form: Form, subtype: str, text: str, code: str) -> None:
    field = one(form, "datetime", subtype=subtype)
    assert refused(field, {"x": [text]}, zone="Europe/Berlin") == {"x": code}


def test_passed_dates_are_refused_only_by_a_clock(form: Form) -> None:
    clock = Environment(now=datetime(2026, 11, 22, 23, 30, 40, tzinfo=UTC))
    day = one(form, "datetime", subtype="date", disallowPassedDates=True)
    assert value(day, "2026-11-22", environment=clock) == "2026-11-22"
    assert refused(day, {"x": ["2026-11-21"]}, environment=clock) == {"x": "in_the_past"}
    assert refused(day, {"x": ["2026-11-22"]}, environment=clock, zone="Asia/Tokyo") == {"x": "in_the_past"}
    assert value(day, "1999-01-01") == "1999-01-01"
    moment = one(form, "datetime", subtype="datetime", disallowPassedDates=True)
    assert value(moment, "2026-11-22T23:30", environment=clock)
    assert refused(moment, {"x": ["2026-11-22T23:29"]}, environment=clock) == {"x": "in_the_past"}


@pytest.fixture(scope="session")
def escalation(form: Form) -> FormDefinition:
    return form(
        {"type": "select", "key": "next", "label": "Next", "values": ["resolve", "escalate"]},
        {"type": "textfield", "key": "group", "label": "Group", "validate": {"required": True},
         "conditional": {"hide": '=next != "escalate"'}},
        {"type": "textfield", "key": "why", "label": "Why", "conditional": {"hide": "=group = null"}},
    )  # fmt: skip


def test_hidden_questions_have_no_answer(escalation: FormDefinition) -> None:
    raw = {"next": ["resolve"], "group": ["network"], "why": ["load"]}
    assert accept(escalation, raw, context={"group": "old"}).values == {"next": "resolve"}
    assert refused(escalation, {"next": ["escalate"]}) == {"group": "required"}
    assert accept(escalation, {**raw, "next": ["escalate"]}, context={}).values == {
        "next": "escalate", "group": "network", "why": "load",
    }  # fmt: skip


def test_problems_of_hidden_questions_do_not_count(form: Form) -> None:
    definition = form(
        {"type": "checkbox", "key": "more", "label": "More"},
        {"type": "number", "key": "n", "label": "N", "conditional": {"hide": "=not(more)"}},
        {"type": "group", "label": "G", "conditional": {"hide": "=not(more)"},
         "components": [{"type": "datetime", "key": "d", "subtype": "date", "label": "D"}]},
    )  # fmt: skip
    assert accept(definition, {"more": [""], "n": ["abc"], "d": ["x"]}, context={}).values == {"more": False}
    assert refused(definition, {"more": ["on"], "n": ["abc"], "d": ["x"]}) == {"n": "not_a_number", "d": "not_a_date"}


def test_conditions_in_rows_see_the_row(form: Form) -> None:
    definition = form(
        {"type": "dynamiclist", "path": "items", "label": "Items", "components": [
            {"type": "checkbox", "key": "other", "label": "Other"},
            {"type": "textfield", "key": "name", "label": "Name", "validate": {"required": True},
             "conditional": {"hide": "=not(other)"}},
        ]},
    )  # fmt: skip
    raw = {"items[0]": ["1"], "items[1]": ["1"], "items[1].other": ["true"], "items[0].name": ["dropped"]}
    assert refused(definition, raw) == {"items[1].name": "required"}
    accepted = accept(definition, {**raw, "items[1].name": ["n"]}, context={}).values
    assert accepted == {"items": [{"other": False}, {"other": True, "name": "n"}]}


def test_conditions_that_chase_each_other_end(form: Form) -> None:
    definition = form(
        {"type": "textfield", "key": "a", "label": "A", "conditional": {"hide": "=b = null"}},
        {"type": "textfield", "key": "b", "label": "B", "conditional": {"hide": "=a != null"}},
    )
    assert isinstance(accept(definition, {"a": ["1"], "b": ["2"]}, context={}).values, dict)


@pytest.mark.parametrize("hide", ["=1 + null", "=nothing.here", '="yes"', "=count(for i in 1..9999999 return i) > 0"])
def test_a_condition_that_fails_hides_nothing(form: Form, hide: str) -> None:
    definition = one(form, "number", conditional={"hide": hide})
    assert accept(definition, {"x": ["1"]}, context={}).values["x"] == 1


def test_groups_and_lists_nest_the_data(form: Form) -> None:
    definition = form(
        {"type": "group", "path": "contact", "label": "Contact", "components": [
            {"type": "textfield", "key": "mail", "label": "Mail"},
            {"type": "dynamiclist", "path": "phones", "label": "Phones", "components": [
                {"type": "textfield", "key": "no", "label": "No"}]},
        ]},
    )  # fmt: skip
    raw = {"contact.mail": ["a@b"], "contact.phones[0].no": ["1"], "contact.phones[1].no": ["2"]}
    values = accept(definition, raw, context={}).values
    assert values == {"contact": {"mail": "a@b", "phones": [{"no": "1"}, {"no": "2"}]}}
    assert accept(definition, {}, context={}).values == {"contact": {"mail": None, "phones": []}}


def test_readonly_questions_are_not_answered_but_keep_their_place(form: Form) -> None:
    definition = form(
        {"type": "textfield", "key": "symptom", "label": "Symptom", "readonly": True},
        {"type": "textfield", "key": "why", "label": "Why", "conditional": {"hide": '=symptom != "mail"'}},
        {"type": "group", "path": "person", "label": "Person", "components": [
            {"type": "textfield", "key": "name", "label": "Name", "disabled": True},
            {"type": "textfield", "key": "room", "label": "Room"}]},
    )  # fmt: skip
    context = {"symptom": "mail", "person": {"name": "Bauer", "room": "1"}}
    answers = accept(
        definition, {"symptom": ["forged"], "person.name": ["forged"], "person.room": ["2"]}, context=context
    )
    assert answers.values == {"why": None, "person": {"name": "Bauer", "room": "2"}}
    assert answers.personal == {"why", "person"}
    assert definition.keys == {"why", "person"}


def test_what_was_typed_is_kept_on_rejection(form: Form) -> None:
    definition = form(
        {"type": "number", "key": "n", "label": "N"},
        {"type": "datetime", "key": "d", "subtype": "date", "label": "D"},
        {"type": "textfield", "key": "t", "label": "T"},
    )
    with pytest.raises(AnswersRejected) as raised:
        accept(definition, {"n": ["12,5"], "d": ["soon"], "t": ["a\0b"], "bogus": ["1"]}, context={})
    assert raised.value.answers == {"n": "12,5", "d": "soon", "t": "a\ufffdb"}
    assert [problem.path for problem in raised.value.problems] == ["n", "d", "t", "bogus"]
    assert typed(definition, {"n": ["12,5"]}, context={}) == {"n": "12,5"}


def test_problems_carry_label_and_kind(form: Form) -> None:
    with pytest.raises(AnswersRejected) as raised:
        accept(one(form, "select", values=["a"], validate={"required": True}), {}, context={})
    (problem,) = raised.value.problems
    assert (problem.parameters["label"], problem.parameters["kind"]) == ("X", "select")
    assert problem.message == "Choose one answer."


def test_documents_go_by_the_same_rules(form: Form) -> None:
    definition = form(
        {"type": "number", "key": "n", "label": "N", "validate": {"required": True}},
        {"type": "checkbox", "key": "b", "label": "B"},
        {
            "type": "dynamiclist",
            "path": "l",
            "label": "L",
            "components": [{"type": "textfield", "key": "t", "label": "T"}],
        },
    )
    assert accept_document(definition, {"n": 1.5, "l": [{"t": " a "}, {}]}, context={}).values == {
        "n": Decimal("1.5"), "b": False, "l": [{"t": "a"}, {"t": None}],
    }  # fmt: skip

    def found(document: Any) -> dict[str, str]:
        with pytest.raises(AnswersRejected) as raised:
            accept_document(definition, document, context={})
        return {problem.path: problem.code for problem in raised.value.problems}

    assert accept_document(definition, {"n": 1}, context={}).values["l"] == []
    assert found({"n": "1"}) == {"n": "not_a_number"}
    assert found({"n": None}) == {"n": "required"}
    assert found({"n": True}) == {"n": "not_a_number"}
    assert found({"n": 1, "b": 1, "l": {}}) == {"b": "wrong_type", "l": "wrong_type"}
    assert found({"n": 1, "l": ["a", {"t": 3, "u": 1}]}) == {
        "l[0]": "wrong_type", "l[1].t": "wrong_type", "l[1].u": "unknown_field",
    }  # fmt: skip
    assert found({"n": 1, "x": 1}) == {"x": "unknown_field"}
    assert found([]) == {"": "wrong_type", "n": "required"}
    assert found({"n": float("nan")})[""] == "unacceptable_data"
    assert found({"n": object()})[""] == "unacceptable_data"
    assert found({"n": 10**40}) == {"n": "number_too_long"}


def test_the_schema_is_valid_and_describes_what_is_shown(form: Form, escalation: FormDefinition) -> None:
    definition = form(
        {"type": "number", "key": "n", "label": "N", "decimalDigits": 2, "validate": {"min": 1}},
        {"type": "textfield", "key": "t", "label": "T", "validate": {"pattern": "^a", "validationType": "phone"}},
        {"type": "filepicker", "key": "f", "label": "F", "validate": {"required": True}},
        {"type": "datetime", "key": "d", "subtype": "time", "label": "D"},
        {
            "type": "dynamiclist",
            "path": "l",
            "label": "L",
            "components": [{"type": "checkbox", "key": "c", "label": "C"}],
        },
    )
    schema = json_schema(definition, {})
    Draft202012Validator.check_schema(schema)
    assert canonical(schema)
    assert schema["properties"]["t"]["allOf"][1] == {"pattern": "^a"}
    assert schema["required"] == ["f"]
    assert set(json_schema(escalation, {}, values={"next": "resolve"})["properties"]) == {"next"}
    assert set(json_schema(escalation, {}, values={"next": "escalate", "group": "a"})["properties"]) == {
        "next", "group", "why",
    }  # fmt: skip
