"""The editor of decision tables: keys, rules, columns, undo, what is wrong, trying, saving."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Answer, Asked, Desk

pytestmark = pytest.mark.browser

SHEET = {
    "id": "fees",
    "hit_policy": "UNIQUE",
    "aggregation": "",
    "inputs": [{"at": 0, "label": "Age", "text": "age", "type": "number", "values": "", "default": ""}],
    "outputs": [{"at": 0, "label": "", "text": "fee", "type": "number", "values": "3, 5, 8", "default": ""}],
    "notes": [""],
    "rules": [
        {"at": 0, "cells": ["< 18", "3"], "notes": ["as agreed"]},
        {"at": 1, "cells": [">= 18", "5"], "notes": [""]},
    ],
}
PLACE = (
    f"<div id='sheet' data-sheet='{json.dumps(SHEET).replace('<', '&lt;')}' data-types='[\"number\"]'"
    " data-may-edit='%s' data-save-url='/save' data-look-url='/look' data-csrf='token' data-version='3'></div>"
)
PAGE = f"""<div class="head"><span data-sheet-status role="status"></span>
<button data-action="undo">undo</button><button data-action="redo">redo</button>
<button data-action="save">save</button></div><h2 id="sheet-title">Rules</h2><span data-sheet-count></span>{PLACE}
<section id="faults" hidden><span data-faults-count></span><ul data-faults></ul></section>
<form data-trying></form>"""


def looks(asked: Asked) -> Answer:
    """Calls `!` wrong; asks for the age, and says that the second rule matches."""
    document = json.loads(asked.body)
    faults = [
        {"message": "this is not FEEL", "rule": number, "column": column}
        for number, rule in enumerate(document["sheet"]["rules"], 1)
        for column, words in enumerate(rule["cells"])
        if words == "!"
    ]
    answer: dict[str, Any] = {"faults": faults}
    if not faults:
        answer["asks"] = [{"name": "age", "type": "number", "choices": ["18"]}]
        if document["inputs"].get("age"):
            answer["result"] = {"value": "5", "matched": [2], "problems": [], "required": []}
    return Answer(body=json.dumps(answer), kind="application/json")


def saves(asked: Asked) -> Answer:
    sheet = json.loads(asked.body)["sheet"]
    for number, rule in enumerate(sheet["rules"]):
        rule["at"] = number
    return Answer(body=json.dumps({"version": 4, "sheet": sheet}), kind="application/json")


@pytest.fixture
def editor(desk: Desk, watched: Page) -> Page:
    desk.pages |= {"/table": desk.document(PAGE % "yes", "decisions"), "/look": looks, "/save": saves}
    watched.goto(f"{desk.address}/table")
    expect(watched.locator("#sheet[data-looked]")).to_be_visible()
    return watched


def cell(page: Page, row: int, column: int) -> Any:
    return page.locator(f'textarea[data-row="{row}"][data-column="{column}"]')


def texts(page: Page) -> list[list[str]]:
    rows = page.locator("table.sheet tbody tr").all()
    return [[field.input_value() for field in row.locator("textarea").all()] for row in rows]


def test_keys_lead_through_the_cells_and_add_rules(editor: Page) -> None:
    cell(editor, 0, 0).focus()
    editor.keyboard.press("End")
    editor.keyboard.press("ArrowRight")
    expect(cell(editor, 0, 1)).to_be_focused()
    editor.keyboard.press("ArrowDown")
    expect(cell(editor, 1, 1)).to_be_focused()
    editor.keyboard.press("Enter")
    expect(cell(editor, 2, 1)).to_be_focused()
    editor.keyboard.type("8")
    editor.keyboard.press("Alt+ArrowUp")
    expect(cell(editor, 1, 1)).to_be_focused()
    assert [row[1] for row in texts(editor)] == ["3", "8", "5"]
    editor.keyboard.press("Control+Delete")
    assert [row[1] for row in texts(editor)] == ["3", "5"]


def test_every_step_is_taken_back_and_done_again(editor: Page) -> None:
    cell(editor, 0, 0).fill("< 21")
    cell(editor, 1, 1).fill("8")
    editor.get_by_role("button", name="Copy the rule").click()
    assert texts(editor) == [["< 21", "3", "as agreed"], [">= 18", "8", ""], [">= 18", "8", ""]]
    for _ in range(3):
        editor.get_by_role("button", name="undo").click()
    assert texts(editor) == [["< 18", "3", "as agreed"], [">= 18", "5", ""]]
    expect(editor.get_by_role("button", name="undo")).to_be_disabled()
    cell(editor, 0, 0).focus()
    editor.keyboard.press("Control+y")
    assert texts(editor)[0][0] == "< 21"


def test_columns_are_added_changed_moved_and_removed(editor: Page) -> None:
    editor.get_by_role("button", name="Add an input").click()
    editor.get_by_label("Title").fill("Member")
    editor.get_by_label("Expression").fill("member")
    editor.get_by_label("Type").fill("boolean")
    editor.keyboard.press("Enter")
    assert texts(editor)[0] == ["< 18", "", "3", "as agreed"]
    cell(editor, 0, 1).focus()
    editor.get_by_role("button", name="true", exact=True).click()
    assert texts(editor)[0] == ["< 18", "true", "3", "as agreed"]
    editor.get_by_role("button", name="Member").click()
    editor.get_by_role("button", name="Move to the left").click()
    assert texts(editor)[0] == ["true", "< 18", "3", "as agreed"]
    editor.get_by_role("button", name="Age").click()
    editor.get_by_role("button", name="Remove the column").click()
    assert texts(editor)[0] == ["true", "3", "as agreed"]
    editor.get_by_role("button", name="fee").click()
    expect(editor.get_by_role("button", name="Remove the column")).to_have_count(0)


def test_cells_of_a_spreadsheet_are_pasted_and_rules_added_for_them(editor: Page) -> None:
    cell(editor, 1, 0).focus()
    editor.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "[18..64]\\t5\\r\\n>= 65\\t3\\tpensioners\\tbeyond\\r\\n");
          const told = {clipboardData: data, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
        }"""
    )
    assert texts(editor) == [["< 18", "3", "as agreed"], ["[18..64]", "5", ""], [">= 65", "3", "pensioners"]]
    editor.get_by_role("button", name="undo").click()
    assert len(texts(editor)) == 2


def test_a_wrong_cell_says_so_and_is_found_from_the_list(editor: Page) -> None:
    cell(editor, 1, 0).fill("!")
    expect(editor.locator("td.is-bad .fault")).to_have_text("this is not FEEL")
    expect(cell(editor, 1, 0)).to_have_attribute("aria-invalid", "true")
    cell(editor, 0, 0).focus()
    editor.locator("#faults button").click()
    expect(cell(editor, 1, 0)).to_be_focused()
    cell(editor, 1, 0).fill("18")
    expect(editor.locator("#faults")).to_be_hidden()


def test_what_matches_is_lit_while_one_tries(editor: Page) -> None:
    editor.get_by_label("age", exact=True).fill("20")
    expect(editor.locator("tr.is-matched")).to_have_count(1)
    expect(editor.locator("tr.is-matched [data-match]")).to_have_text("matches")
    expect(editor.locator("form")).to_contain_text("Rule 2 matches.")


def test_it_is_saved_with_the_version_it_was_made_from(editor: Page, desk: Desk) -> None:
    editor.get_by_label("If several rules match").select_option("COLLECT SUM")
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-sheet-status]")).to_have_text(re.compile("^Saved"))
    (asked,) = desk.of("PUT", "/save")
    sheet = json.loads(asked.body)["sheet"]
    assert (asked.headers["If-Match"], sheet["hit_policy"], sheet["aggregation"]) == ('"3"', "COLLECT", "SUM")
    editor.get_by_role("button", name="Add a rule").last.click()
    editor.get_by_role("button", name="save").click()
    expect(editor.locator("tbody tr")).to_have_count(3)
    assert desk.of("PUT", "/save")[-1].headers["If-Match"] == '"4"'


def test_a_table_in_force_is_only_tried(desk: Desk, watched: Page) -> None:
    desk.pages |= {"/table": desk.document(PAGE % "no", "decisions"), "/look": looks}
    watched.goto(f"{desk.address}/table")
    expect(watched.locator("#sheet[data-looked]")).to_be_visible()
    expect(cell(watched, 0, 0)).not_to_be_editable()
    expect(watched.get_by_role("button", name="Add a rule")).to_have_count(0)
    watched.get_by_label("age", exact=True).fill("20")
    expect(watched.locator("tr.is-matched")).to_have_count(1)
