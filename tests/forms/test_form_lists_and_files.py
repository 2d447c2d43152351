"""Rows that are added and removed without JavaScript, and files that are uploaded, kept and bounded."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from forms.answers import accept, accept_document, apply_row_action, keep_uploads, typed
from forms.definition import FormDefinition
from forms.errors import AnswersRejected, RowActionUnknown
from forms.files import Uploaded, fits_accept, tidy_name
from forms.rendering import render_form

Form = Callable[..., FormDefinition]
Posted = Callable[[str], dict[str, list[str]]]


@pytest.fixture(scope="session")
def items(form: Form) -> FormDefinition:
    return form(
        {"type": "dynamiclist", "path": "items", "label": "Items", "components": [
            {"type": "textfield", "key": "name", "label": "Name"},
            {"type": "checkbox", "key": "spare", "label": "Spare"},
            {"type": "dynamiclist", "path": "parts", "label": "Parts", "components": [
                {"type": "textfield", "key": "no", "label": "No"}]},
        ]},
        {"type": "textfield", "key": "items2", "label": "Other"},
        {"type": "dynamiclist", "path": "fixed", "label": "Fixed", "allowAddRemove": False, "components": []},
    )  # fmt: skip


RAW = {
    "items[0]": ["1"],
    "items[0].name": ["a"],
    "items[1].name": ["b"],
    "items[1].parts[0].no": ["b0"],
    "items[1].parts[1].no": ["b1"],
    "items[2]": ["1"],
    "items2": ["x"],
    "_row": ["?"],
}


def names(items: FormDefinition, raw: Any) -> list[Any]:
    return [row["name"] for row in accept(items, raw, context={}).values["items"]]


def test_a_row_is_added_at_the_end(items: FormDefinition) -> None:
    assert names(items, apply_row_action(items, RAW, "add:items")) == ["a", "b", None, None]
    assert names(items, apply_row_action(items, {}, "add:items")) == [None]
    nested = apply_row_action(items, RAW, "add:items[1].parts")
    assert len(accept(items, nested, context={}).values["items"][1]["parts"]) == 3


def test_a_row_is_removed_and_others_move_up(items: FormDefinition) -> None:
    fewer = apply_row_action(items, RAW, "remove:items:0")
    assert names(items, fewer) == ["b", None]
    assert fewer["items2"] == ["x"]
    assert fewer["items[0].parts[1].no"] == ["b1"]
    nested = apply_row_action(items, RAW, "remove:items[1].parts:0")
    assert accept(items, nested, context={}).values["items"][1]["parts"] == [{"no": "b1"}]
    assert RAW["items[0].name"] == ["a"]


@pytest.mark.parametrize(
    "action",
    ["", "add", "add:", "add:nothing", "add:items2", "add:items:1", "add:items[0]", "remove:items", "remove:items:3",
     "remove:items:-1", "remove:items:x", "remove:items:²", "drop:items", "add:fixed", "add:items[0].name", "add:a\0",
     "remove:items:99999999999999999999", "add:items[00].parts"],
)  # fmt: skip
def test_other_row_actions_are_refused(items: FormDefinition, action: str) -> None:
    with pytest.raises(RowActionUnknown):
        apply_row_action(items, RAW, action)


def test_rows_are_bounded(items: FormDefinition) -> None:
    many = {f"items[{row}]": ["1"] for row in range(200)}
    assert len(accept(items, many, context={}).values["items"]) == 200
    with pytest.raises(RowActionUnknown):
        apply_row_action(items, many, "add:items")
    with pytest.raises(AnswersRejected, match="at most 200 rows"):
        accept(items, {**many, "items[200]": ["1"]}, context={})
    with pytest.raises(AnswersRejected, match="at most 200 rows"):
        accept_document(items, {"items": [{}] * 201}, context={})


@pytest.mark.parametrize("names", [["items[5].name"], ["items[0].name", "items[2].name"], ["items[9999]"]])
def test_rows_must_arrive_in_order(items: FormDefinition, names: list[str]) -> None:
    with pytest.raises(AnswersRejected) as raised:
        accept(items, {name: ["1"] for name in names}, context={})
    assert [(problem.path, problem.code) for problem in raised.value.problems] == [("items", "rows_missing")]


def test_a_row_without_answers_is_still_a_row(form: Form, posted: Posted) -> None:
    kinds = {"type": "radio", "key": "kind", "label": "Kind", "values": ["a"], "validate": {"required": True}}
    definition = form({"type": "dynamiclist", "path": "l", "label": "L", "components": [kinds]})
    raw = posted(render_form(definition, values={"l": [{}, {}]}, context={}))
    assert typed(definition, raw, context={}) == {"l": [{}, {}]}


def picker(form: Form, **rest: Any) -> FormDefinition:
    return form({"type": "filepicker", "key": "f", "label": "F", **rest})


PDF = Uploaded("report.pdf", b"%PDF", "application/pdf")
LOG = Uploaded("C:\\logs\\a.log", b"line", "text/plain; charset=utf-8")


def test_files_become_values_and_are_handed_on(form: Form) -> None:
    answers = accept(picker(form, multiple=True), {}, files={"f": [PDF, LOG]}, context={})
    assert answers.values["f"] == [
        {"digest": PDF.digest, "name": "report.pdf", "size": Decimal(4), "type": "application/pdf"},
        {"digest": LOG.digest, "name": "a.log", "size": Decimal(4), "type": "text/plain"},
    ]
    assert [(one.path, one.digest, one.file) for one in answers.files] == [
        ("f", PDF.digest, PDF),
        ("f", LOG.digest, LOG),
    ]
    assert answers.personal == {"f"}


def test_an_empty_file_input_is_no_file(form: Form) -> None:
    nothing = {"f": [Uploaded("", b"", "application/octet-stream")]}
    assert accept(picker(form), {"f": [""]}, files=nothing, context={}).values == {"f": []}
    with pytest.raises(AnswersRejected, match="Add a file"):
        accept(picker(form, validate={"required": True}), {}, files=nothing, context={})


def test_files_of_a_draft_are_kept_only_when_they_were_uploaded(form: Form) -> None:
    several = picker(form, multiple=True)
    raw, kept = keep_uploads({"f": [""]}, {"f": [PDF]})
    answers = accept(several, raw, kept_files=kept, context={})
    assert answers.values["f"] == [PDF.value]
    assert answers.files == ()
    both = accept(several, raw, files={"f": [LOG, PDF]}, kept_files=kept, context={})
    assert both.values["f"] == [PDF.value, LOG.value]
    with pytest.raises(AnswersRejected, match="no longer here"):
        accept(several, raw, context={})
    assert accept_document(several, {"f": [PDF.value]}, kept_files=kept, context={}).values["f"] == [PDF.value]
    forged = {**PDF.value, "name": "other.exe"}
    assert accept_document(several, {"f": [forged]}, kept_files=kept, context={}).values["f"] == [PDF.value]
    assert typed(several, raw, kept_files=kept, context={}) == {"f": [PDF.value]}


def test_a_new_file_replaces_the_one_that_was_there(form: Form) -> None:
    raw, kept = keep_uploads({}, {"f": [PDF]})
    assert accept(picker(form), raw, files={"f": [LOG]}, kept_files=kept, context={}).values["f"] == [LOG.value]
    raw, more = keep_uploads(raw, {"f": [LOG]})
    assert accept(picker(form), raw, kept_files={**kept, **more}, context={}).values["f"] == [LOG.value]


def test_size_number_and_kind_are_bounded(form: Form) -> None:
    def message(definition: FormDefinition, *uploads: Uploaded) -> str:
        with pytest.raises(AnswersRejected) as raised:
            accept(definition, {}, files={"f": uploads}, context={})
        return raised.value.problems[0].message

    small = picker(form, properties={"maxSize": "3"})
    assert message(small, PDF) == "report.pdf is larger than 3 bytes. Choose a smaller file."
    two = picker(form, multiple=True, properties={"maxFiles": "2"})
    assert message(two, PDF, LOG, Uploaded("c", b"c")) == "Add at most 2 files."
    pictures = picker(form, accept="image/*,.log")
    assert message(pictures, PDF) == "report.pdf is not a file of the kind asked for (image/*,.log)."
    assert accept(pictures, {}, files={"f": [LOG]}, context={}).values["f"]


def test_files_for_other_questions_are_refused(form: Form) -> None:
    text = form({"type": "textfield", "key": "t", "label": "T"})
    for name, code in (("t", "wrong_type"), ("u", "unknown_field"), ("../x", "unknown_field")):
        with pytest.raises(AnswersRejected) as raised:
            accept(text, {}, files={name: [PDF]}, context={})
        assert [problem.code for problem in raised.value.problems] == [code]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("C:\\a\\b.c", "b.c"), ("a\0\n\u202eb", "ab"), ("", "file"),
     ("x" * 500 + ".pdf", "x" * 196 + ".pdf"), ("\ud800.txt", ".txt")],
)  # fmt: skip
def test_file_names_are_tidy(name: str, kept: str) -> None:
    assert tidy_name(name) == kept


@pytest.mark.parametrize(
    ("accept", "fits"),
    [("", True), (".pdf", True), (" .PDF , .txt", True), ("application/pdf", True), ("application/*", True),
     ("*/*", True), (".txt", False), ("image/*", False), ("text/plain", False)],
)  # fmt: skip
def test_accept_is_read_as_in_html(accept: str, fits: bool) -> None:
    assert fits_accept({"name": "A.pdf", "type": "application/pdf"}, accept) is fits
