"""Pages of forms: labels tied to inputs, messages tied to fields, what was typed kept, and the reading view."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import lxml.html
import pytest

from forms.answers import accept, typed
from forms.definition import Choice, FormDefinition
from forms.errors import AnswersRejected, Problem
from forms.feel import Environment
from forms.files import Uploaded
from forms.rendering import render_answers, render_form, render_problems

Form = Callable[..., FormDefinition]
Posted = Callable[[str], dict[str, list[str]]]
VALUES = [{"label": "Capacity", "value": "capacity"}, {"label": "Fault & error", "value": "fault"}]
FILE = Uploaded("log.txt", b"line", "text/plain")
CHOICES = {"services": [Choice(value="mail", label="Mail <service>")]}


@pytest.fixture(scope="session")
def whole(form: Form) -> FormDefinition:
    """One of each kind, nested too."""
    return form(
        {"type": "textfield", "key": "line", "label": "Line", "description": "One <line>"},
        {"type": "textarea", "key": "found", "label": "Found", "validate": {"required": True}},
        {"type": "number", "key": "n", "label": "Number", "appearance": {"suffixAdorner": "people"}},
        {"type": "checkbox", "key": "box", "label": "Box"},
        {"type": "radio", "key": "cause", "label": "Cause", "values": VALUES},
        {"type": "radio", "key": "must", "label": "Must", "values": VALUES, "validate": {"required": True}},
        {"type": "select", "key": "service", "label": "Service", "properties": {"choices": "services"}},
        {"type": "checklist", "key": "seen_as", "label": "Seen as", "values": VALUES, "description": "All that fit"},
        {"type": "taglist", "key": "tags", "label": "Tags", "values": [1, 2]},
        {"type": "datetime", "key": "day", "label": "Day", "subtype": "date"},
        {"type": "datetime", "key": "at", "label": "At", "subtype": "time", "timeInterval": 15},
        {"type": "datetime", "key": "since", "label": "Since", "subtype": "datetime"},
        {"type": "filepicker", "key": "files", "label": "Files", "multiple": True, "accept": ".txt"},
        {"type": "group", "path": "contact", "label": "Contact", "components": [
            {"type": "textfield", "key": "mail", "label": "Mail", "validate": {"validationType": "email"}}]},
        {"type": "group", "label": "Together", "components": [{"type": "number", "key": "m", "label": "M"}]},
        {"type": "dynamiclist", "path": "steps", "label": "Steps", "defaultRepetitions": 2, "components": [
            {"type": "textfield", "key": "what", "label": "What"},
            {"type": "checkbox", "key": "helped", "label": "Helped"},
            {"type": "checklist", "key": "kinds", "label": "Kinds", "values": VALUES},
            {"type": "textfield", "key": "how", "label": "How", "conditional": {"hide": "=not(helped)"}}]},
        {"type": "separator"}, {"type": "spacer"}, {"type": "text", "text": "# Note\nplain"},
    )  # fmt: skip


FULL: dict[str, Any] = {
    "line": '"><script>alert(1)</script>',
    "found": "\nfirst\n  second </textarea>",
    "n": Decimal("12.50"),
    "box": True,
    "cause": "fault",
    "must": "capacity",
    "service": "mail",
    "seen_as": ["capacity", "fault"],
    "tags": [Decimal(2)],
    "day": "2026-11-30",
    "at": "14:30:00",
    "since": "2026-11-30T14:30:00+01:00",
    "files": [FILE.value],
    "contact": {"mail": "a@b.org"},
    "m": None,
    "steps": [
        {"what": "restart", "helped": True, "kinds": [], "how": "it came back"},
        {"what": None, "helped": False, "kinds": ["fault"]},
    ],
}
SITUATION: dict[str, Any] = {"context": {}, "choices": CHOICES, "zone": "Europe/Berlin"}


def page(markup: str) -> Any:
    return lxml.html.fromstring(f"<form>{markup}</form>")


def test_what_is_shown_posts_back_to_the_same_answers(whole: FormDefinition, posted: Posted) -> None:
    raw = posted(render_form(whole, values=FULL, **SITUATION))
    kept = {FILE.digest: FILE.value}
    expected = {**FULL, "found": "first\n  second </textarea>"}
    assert accept(whole, raw, kept_files=kept, **SITUATION).values == expected
    assert typed(whole, raw, kept_files=kept, **SITUATION) == expected


def test_a_fresh_form_has_its_defaults_and_rows(form: Form, whole: FormDefinition, posted: Posted) -> None:
    assert len(page(render_form(whole, **SITUATION)).find_class("list-row")) == 2
    definition = form(
        {"type": "textfield", "key": "t", "label": "T", "defaultValue": "x"},
        {"type": "checkbox", "key": "b", "label": "B", "defaultValue": True},
        {"type": "number", "key": "n", "label": "N", "defaultValue": 3},
        {"type": "checklist", "key": "c", "label": "C", "values": VALUES, "defaultValue": ["fault"]},
    )
    fresh = posted(render_form(definition, context={}))
    assert accept(definition, fresh, context={}).values == {"t": "x", "b": True, "n": 3, "c": ["fault"]}
    emptied = {"t": None, "b": False, "n": None, "c": []}
    shown = render_form(definition, values=emptied, context={})
    assert accept(definition, posted(shown), context={}).values == emptied


def test_unticked_boxes_stay_unticked_through_a_refresh(form: Form, posted: Posted) -> None:
    definition = form({"type": "checkbox", "key": "b", "label": "B", "defaultValue": True})
    kept = typed(definition, {"b": [""]}, context={})
    assert posted(render_form(definition, values=kept, context={})) == {"b": [""]}


def test_every_input_has_a_label_and_every_id_is_its_own(whole: FormDefinition) -> None:
    found = page(render_form(whole, values=FULL, **SITUATION))
    ids = [element.get("id") for element in found.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labels = {label.get("for") for label in found.iter("label")}
    inputs = [one for one in found.iter("input", "select", "textarea") if one.get("type") != "hidden"]
    assert {one.get("id") for one in inputs} == labels
    for fieldset in found.iter("fieldset"):
        assert fieldset[0].tag == "legend"
        assert fieldset[0].text_content().strip()


def test_ids_are_stable(whole: FormDefinition) -> None:
    found = page(render_form(whole, values=FULL, **SITUATION))
    for id_, name in (("f-line", "line"), ("f-contact-mail", "contact.mail"), ("f-steps-1-what", "steps[1].what")):
        assert found.get_element_by_id(id_).get("name") == name
    assert found.get_element_by_id("f-cause").get("type") == "radio"


def test_optional_is_said_in_words(whole: FormDefinition) -> None:
    found = page(render_form(whole, **SITUATION))
    texts = {label.get("for"): label.text_content() for label in found.iter("label")}
    assert texts["f-line"] == "Line (optional)"
    assert texts["f-found"] == "Found"
    assert texts["f-box"] == "Box"
    assert found.get_element_by_id("f-found").get("required") is not None
    assert found.get_element_by_id("f-line").get("required") is None


def test_hints_and_errors_describe_their_field(whole: FormDefinition) -> None:
    raw = {"line": ["a\x1b"], "n": ["12,5"], "day": ["soon"], "seen_as": ["", "zzz"], "steps[0].what": ["x\x1b"]}
    with pytest.raises(AnswersRejected) as raised:
        accept(whole, raw, **SITUATION)
    rejected = raised.value
    markup = render_form(whole, values=rejected.answers, problems=rejected.problems, **SITUATION)
    found = page(markup)
    line = found.get_element_by_id("f-line")
    assert line.get("aria-invalid") == "true"
    assert line.get("aria-describedby") == "f-line-hint f-line-error"
    assert found.get_element_by_id("f-line-hint").text_content() == "One <line>"
    assert found.get_element_by_id("f-line-error").text_content().startswith("Remove characters")
    assert found.get_element_by_id("f-n").get("value") == "12,5"
    assert (found.get_element_by_id("f-day").get("type"), found.get_element_by_id("f-day").get("value")) == (
        "text",
        "soon",
    )
    assert (
        found.get_element_by_id("f-must").getparent().getparent().getparent().get("aria-describedby") == "f-must-error"
    )
    assert found.get_element_by_id("f-steps-0-what").get("aria-invalid") == "true"
    for element in found.iter():
        for target in (element.get("aria-describedby") or "").split():
            assert found.get_element_by_id(target) is not None


def test_the_summary_links_to_each_field(whole: FormDefinition) -> None:
    with pytest.raises(AnswersRejected) as raised:
        accept(whole, {"bogus<": ["1"], "steps[0].what": ["a\x1b"]}, **SITUATION)
    markup = render_problems(raised.value.problems)
    found = lxml.html.fromstring(markup)
    assert (found.get("role"), found.get("tabindex"), found.get("id")) == ("alert", "-1", "problems")
    links = {link.get("href"): link.text_content() for link in found.iter("a")}
    assert links == {"#f-found": "Found", "#f-must": "Must", "#f-steps-0-what": "What (Row 1)"}
    assert "bogus&lt;" in markup
    shown = page(render_form(whole, values=raised.value.answers, problems=raised.value.problems, **SITUATION))
    for href in links:
        assert shown.get_element_by_id(href.removeprefix("#")).tag in {"input", "textarea", "select"}
    assert render_problems(()) == ""


def test_words_can_be_translated(whole: FormDefinition) -> None:
    problem = Problem(path="n", code="too_large", parameters={"maximum": Decimal("5.0"), "label": "Number"})
    german = {"Enter {maximum} or less.": "Höchstens {maximum}.", "(optional)": "(freiwillig)"}
    markup = render_form(whole, problems=[problem], translate=lambda text: german.get(text, text), **SITUATION)
    assert "Höchstens 5." in markup
    assert "(freiwillig)" in markup
    assert "(optional)" not in markup


def test_fields_that_conditions_read_ask_for_a_refresh(form: Form) -> None:
    definition = form(
        {"type": "checkbox", "key": "more", "label": "More"},
        {"type": "radio", "key": "kind", "label": "Kind", "values": VALUES},
        {"type": "number", "key": "n", "label": "N", "conditional": {"hide": '=not(more) or kind = "fault"'}},
        {"type": "group", "path": "g", "label": "G", "components": [{"type": "number", "key": "deep", "label": "D"}]},
        {"type": "text", "text": "{{ g.deep }}"},
    )
    found = page(render_form(definition, values={"more": True}, context={}))
    assert {one.get("name") for one in found.xpath("//*[@data-refresh]")} == {"more", "kind", "g.deep"}
    assert "f-n" not in render_form(definition, values={"more": False}, context={})


def test_rows_have_buttons_that_send_no_unfinished_checks(form: Form, whole: FormDefinition) -> None:
    found = page(render_form(whole, values=FULL, **SITUATION))
    buttons = {one.get("value"): one for one in found.iter("button")}
    assert set(buttons) == {"add:steps", "remove:steps:0", "remove:steps:1"}
    assert all(one.get("name") == "_row" and one.get("formnovalidate") is not None for one in buttons.values())
    assert buttons["remove:steps:1"].get("aria-label") == "Remove row 2 of Steps"
    fixed = form({"type": "dynamiclist", "path": "l", "label": "L", "allowAddRemove": False, "components": []})
    assert "button" not in render_form(fixed, context={})


def test_neighbours_share_a_row(form: Form) -> None:
    definition = form(
        {"type": "number", "key": "a", "label": "A", "layout": {"row": "r1", "columns": 8}},
        {"type": "number", "key": "b", "label": "B", "layout": {"row": "r1", "columns": 8}},
        {"type": "number", "key": "c", "label": "C", "layout": {"row": "r2", "columns": None}},
        {"type": "number", "key": "d", "label": "D", "layout": {"row": "r3", "columns": 4}},
    )
    rows = page(render_form(definition, context={})).find_class("row")
    assert [[cell.get("class") for cell in row] for row in rows] == [["col-md-6", "col-md-6"], ["col-md-3"]]


def test_readonly_questions_are_text(form: Form, posted: Posted) -> None:
    definition = form(
        {"type": "textfield", "key": "symptom", "label": "Symptom", "readonly": True},
        {"type": "select", "key": "kind", "label": "Kind", "values": VALUES, "disabled": True},
    )
    markup = render_form(definition, context={"symptom": "<down>", "kind": "fault"})
    assert posted(markup) == {}
    assert "&lt;down&gt;" in markup
    assert "Fault &amp; error" in markup


def test_texts_are_filled_but_answers_stay_text(form: Form) -> None:
    definition = form(
        {
            "type": "text",
            "text": "## Case of {{caller}}\n**{{count}}** of [all](https://a.example) <b>\n\n- one\n- `two`",
        },
        {"type": "text", "text": '="For " + caller'},
        {"type": "text", "text": "[x](javascript:alert(1)) {{ missing }}"},
    )
    markup = render_form(definition, context={"caller": "*J* [x](https://evil.example) <i>", "count": Decimal("2.0")})
    assert "<h3>Case of *J* [x](https://evil.example) &lt;i&gt;</h3>" in markup
    assert '<strong>2</strong> of <a href="https://a.example">all</a> &lt;b&gt;' in markup
    assert "<ul><li>one</li><li><code>two</code></li></ul>" in markup
    assert "For *J*" in markup
    assert "&lt;i&gt;" in markup
    assert "<i>" not in markup
    assert "javascript:" in markup
    assert 'href="javascript' not in markup


def test_the_reading_view_tells_every_answer(whole: FormDefinition) -> None:
    markup = render_answers(whole, values=FULL, file_url=lambda file: f"/files/{file['digest'][:4]}", **SITUATION)
    found = lxml.html.fromstring(f"<div>{markup}</div>")
    told = {"".join(term.xpath("text()")).strip(): term.getnext().text_content().strip() for term in found.iter("dt")}
    assert told["Line"] == FULL["line"]
    assert told["Number"] == "12.50 people"
    assert told["Box"] == "Yes"
    assert told["Cause"] == "Fault & error"
    assert told["Service"] == "Mail <service>"
    assert told["Since"] == "30 Nov 2026, 14:30 CET"
    assert told["At"] == "14:30"
    assert told["M"] == "–no answer"
    assert "Must" in told
    (table,) = found.iter("table")
    assert [cell.text_content() for cell in table.iter("th")] == ["What", "Helped", "Kinds", "How"]
    assert [[cell.text_content() for cell in row] for row in table.iter("tr")][1:] == [
        ["restart", "Yes", "–no answer", "it came back"],
        ["–no answer", "No", "Fault & error", ""],
    ]
    assert [link.get("href") for link in found.iter("a")] == [f"/files/{FILE.digest[:4]}"]
    assert not list(found.iter("input", "select", "textarea", "button"))
    personal = [mark.getparent().text_content() for mark in found.find_class("personal")]
    assert personal == ["Line personal data", "Found personal data", "Files personal data", "Mail personal data",
                        "Steps personal data"]  # fmt: skip


def test_the_reading_view_shows_what_was_asked(form: Form) -> None:
    definition = form(
        {"type": "checkbox", "key": "more", "label": "More"},
        {"type": "number", "key": "n", "label": "Inner", "conditional": {"hide": "=not(more)"}},
        {"type": "select", "key": "s", "label": "S", "values": VALUES},
        {"type": "dynamiclist", "path": "l", "label": "Rows", "components": [
            {"type": "group", "path": "g", "label": "G", "components": [{"type": "number", "key": "x"}]}]},
    )  # fmt: skip
    markup = render_answers(definition, values={"more": False, "n": Decimal(3), "s": "no longer offered", "l": []})
    assert "Inner" not in markup
    assert "no longer offered" in markup
    nested = render_answers(definition, values={"l": [{"g": {"x": Decimal(7)}}]})
    assert "Rows: Row 1" in nested
    assert ">7<" in nested


def test_nothing_of_an_answer_becomes_markup(form: Form) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    definition = form(
        {"type": "textfield", "key": "t", "label": evil, "description": evil, "appearance": {"prefixAdorner": evil}},
        {"type": "select", "key": "s", "label": evil, "values": [{"label": evil, "value": evil}]},
        {
            "type": "dynamiclist",
            "path": "l",
            "label": evil,
            "components": [{"type": "number", "key": "x", "label": evil}],
        },
        {"type": "group", "path": "g", "label": evil, "components": []},
        {"type": "text", "text": evil},
        {"type": "filepicker", "key": "f", "label": evil, "accept": evil},
    )
    file = {"digest": evil, "name": evil, "size": Decimal(1), "type": evil}
    values = {"t": evil, "s": evil, "l": [{"x": evil}], "f": [file]}
    shown = render_form(definition, values=values, problems=[Problem(path="t", code=evil)], context={})
    read = render_answers(definition, values=values, file_url=lambda _: evil)
    for markup in (shown, read, render_problems([Problem(path=evil, code="x", parameters={"label": evil})])):
        assert "<img" not in markup
        assert not list(page(markup).iter("img", "script"))


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [1], [None], {"a": 1}, True, Decimal("1e400"), ["x", {}]])
def test_values_of_any_shape_are_shown(whole: FormDefinition, junk: Any) -> None:
    keys = [field.key for field in whole.fields()] + ["contact", "steps"]
    for values in ({key: junk for key in keys}, {"steps": [{"what": junk, "kinds": junk}], "contact": {"mail": junk}}):
        assert render_form(whole, values=values, **SITUATION)
        assert render_answers(whole, values=values, **SITUATION)


def test_no_style_and_no_script_is_inline(whole: FormDefinition) -> None:
    markup = render_form(whole, values=FULL, **SITUATION) + render_answers(whole, values=FULL, **SITUATION)
    for element in page(markup).iter():
        assert not [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118


def test_an_environment_reaches_the_expressions(form: Form) -> None:
    definition = form({"type": "text", "text": "{{ greet(1) }}"})
    environment = Environment(functions={"greet": lambda number: f"hello {number}"})
    assert "hello 1" in render_form(definition, context={}, environment=environment)


def test_a_text_tells_moments_in_the_zone_of_its_reader(form: Form) -> None:
    definition = form({"type": "text", "text": "**Window:** {{from}} to {{until}}; {{said}}"})
    said = "Down since 2026-11-30T08:00:00Z, see 2026-11-30T99:00:00Z and 2026-11-30."
    context = {"from": "2026-07-20T21:00:00+02:00", "until": "2026-11-30T22:15:30Z", "said": said}
    text = lxml.html.fromstring(render_form(definition, context=context, zone="Europe/Berlin")).text_content()
    assert "Window: 20 Jul 2026, 21:00 CEST to 30 Nov 2026, 23:15:30 CET; Down since 30 Nov 2026, 09:00 CET" in text
    assert "see 2026-11-30T99:00:00Z and 2026-11-30." in text


def test_a_line_that_has_nothing_to_tell_is_left_out(form: Form) -> None:
    definition = form({"type": "text", "text": "**Change:** {{change}}\n\n**Why:** {{why}}\n\nBy {{who}}\n\n{{note}}"})
    found = lxml.html.fromstring(render_form(definition, context={"why": "Old."}))
    assert [line.text_content() for line in found.iter("p")] == ["Why: Old.", "By "]


def test_a_text_tells_what_the_case_knew_where_a_question_is_hidden_or_open(form: Form) -> None:
    definition = form(
        {"type": "text", "text": "Until {{ends}}, {{said}}"},
        {"type": "checkbox", "key": "renew", "label": "Renew"},
        {"type": "textfield", "key": "ends", "label": "Until", "conditional": {"hide": "=not(renew)"}},
        {"type": "textfield", "key": "said", "label": "Said", "properties": {"prefilled": "false"}},
    )
    context = {"ends": "2026-12-31", "said": "No."}
    begun = lxml.html.fromstring(render_form(definition, context=context))
    assert begun.find(".//p").text_content() == "Until 31 Dec 2026, No."
    values = {"renew": True, "ends": "2027", "said": "Yes."}
    typed_in = lxml.html.fromstring(render_form(definition, values=values, context=context))
    assert typed_in.find(".//p").text_content() == "Until 2027, Yes."


def test_many_records_are_lists_to_search(form: Form) -> None:
    several = {"type": "taglist", "key": "several", "label": "Several", "properties": {"choices": "record:risk"}}
    one = {"type": "select", "key": "one", "label": "One", "properties": {"choices": "record:risk"}}
    definition = form(several, one)
    for number, searched in ((8, 0), (9, 2)):
        offered = {"record:risk": [Choice(value=f"R{n}", label=f"Risk {n}") for n in range(number)]}
        page = lxml.html.fromstring(
            render_form(definition, values={"several": ["R1", "R3"]}, context={}, choices=offered)
        )
        assert len(page.xpath("//select[@data-combobox]")) == searched
        chosen = page.xpath("//select[@multiple]/option[@selected] | //input[@checked]")
        assert [each.get("value") for each in chosen] == ["R1", "R3"]
