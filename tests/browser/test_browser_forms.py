"""The editor of forms: choosing and changing a field, our own properties, undo, the look, defects, saving."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Answer, Asked, Desk

pytestmark = pytest.mark.browser

FORM: dict[str, Any] = {
    "type": "default",
    "id": "ask",
    "title": "Ask",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "Field_1", "key": "what", "label": "What?", "properties": {"personal": "false"}},
        {
            "type": "select",
            "id": "Field_2",
            "key": "where",
            "label": "Where?",
            "values": [{"label": "Here", "value": "here"}],
        },
    ],
}
PLACE = (
    f"<div id='form-editor' data-form='{json.dumps(FORM)}' data-may-edit='yes' data-save-url='/save'"
    ' data-records=\'[{"id": "supplier", "title": "Suppliers"}]\''
    " data-look-url='/look' data-csrf='token' data-version='3'></div>"
)
PAGE = f"""<div class="head"><span data-form-status role="status"></span>
<button data-action="undo">undo</button><button data-action="redo">redo</button>
<button data-action="save">save</button></div><section><h2>Questions</h2>{PLACE}</section>
<section id="defects" hidden><ul data-defects></ul></section>
<form class="seen" data-seen></form>"""


def looks(asked: Asked) -> Answer:
    """Shows the labels; calls `!` wrong."""
    labels = [one.get("label", "") for one in json.loads(json.loads(asked.body)["form"])["components"]]
    if "!" in labels:
        told = {"defects": [{"where": "components[0].label", "message": "is no question"}]}
        return Answer(body=json.dumps(told), kind="application/json")
    html = "".join(f'<label>{label} <input name="n" id="f-{number}"></label>' for number, label in enumerate(labels))
    return Answer(body=json.dumps({"defects": [], "html": html}), kind="application/json")


@pytest.fixture
def editor(desk: Desk, watched: Page) -> Page:
    desk.pages |= {
        "/form": desk.document(PAGE, "forms"),
        "/look": looks,
        "/save": Answer(body=json.dumps({"version": 4}), kind="application/json"),
    }
    watched.goto(f"{desk.address}/form")
    expect(watched.locator("#form-editor[data-ready]")).to_be_visible()
    return watched


def choose(page: Page, label: str) -> None:
    page.locator("#form-editor .fjs-form-field", has_text=label).last.click()


def panel(page: Page) -> Locator:
    return page.locator("#form-editor .bio-properties-panel")


def opened(page: Page, group: str) -> Locator:
    """A group of the panel, open."""
    found = panel(page).locator(".bio-properties-panel-group", has_text=group).first
    if not found.locator(".bio-properties-panel-group-entries.open").count():
        found.locator(".bio-properties-panel-group-header").click()
    return found


def saved(page: Page, desk: Desk) -> dict[str, Any]:
    """The form that reaches the server."""
    before = len(desk.of("PUT", "/save"))
    page.get_by_role("button", name="save").click()
    expect(page.locator("[data-form-status]")).to_contain_text("Saved")
    asked = desk.of("PUT", "/save")
    assert len(asked) == before + 1
    found = json.loads(asked[-1].body)
    assert isinstance(found, dict)
    return found


def test_a_changed_label_is_seen_as_staff_see_it_undone_and_saved(editor: Page, desk: Desk) -> None:
    choose(editor, "What?")
    label = opened(editor, "General").get_by_label("Field label")
    label.fill("What happened?")
    expect(editor.locator("[data-seen]")).to_contain_text("What happened?")
    expect(editor.locator("[data-form-status]")).to_have_text("Changes not saved yet")
    editor.get_by_role("button", name="undo").click()
    expect(editor.locator("[data-seen]")).not_to_contain_text("What happened?")
    editor.get_by_role("button", name="redo").click()
    form = saved(editor, desk)
    assert [one["label"] for one in form["components"]] == ["What happened?", "Where?"]
    assert form["components"][0]["properties"] == {"personal": "false"}
    assert {name: form[name] for name in ("id", "title", "type")} == {"id": "ask", "title": "Ask", "type": "default"}
    assert desk.of("PUT", "/save")[-1].headers["If-Match"] == '"3"'


def test_choices_come_from_the_installation(editor: Page, desk: Desk) -> None:
    choose(editor, "Where?")
    own = opened(editor, "In Keelson")
    expect(panel(editor)).not_to_contain_text("Custom properties")
    own.get_by_label("Choices").select_option(label="Suppliers")
    own.get_by_label("Speaks of a person").select_option(label="yes")
    assert saved(editor, desk)["components"][1]["properties"] == {"choices": "record:supplier", "personal": "true"}
    own.get_by_label("Choices").select_option(label="of this form (see below)")
    own.get_by_label("Speaks of a person").select_option(index=0)
    assert "properties" not in saved(editor, desk)["components"][1]


def test_only_what_a_form_may_hold_is_offered(editor: Page) -> None:
    kinds = editor.locator("#form-editor .fjs-palette-field")
    expect(kinds.first).to_be_visible()
    offered = set(kinds.evaluate_all("all => all.map(one => one.dataset.fieldType)"))
    assert offered >= {"textfield", "select", "dynamiclist", "group", "filepicker"}
    assert not offered & {"html", "iframe", "image", "table", "expression", "documentPreview", "button"}


def test_what_is_wrong_is_listed_and_the_last_look_stays(editor: Page) -> None:
    expect(editor.locator("[data-seen]")).to_contain_text("What?")
    choose(editor, "What?")
    opened(editor, "General").get_by_label("Field label").fill("!")
    expect(editor.locator("#defects")).to_contain_text("components[0].label is no question")
    expect(editor.locator("[data-seen]")).to_contain_text("What?")


def test_a_refused_save_keeps_the_form_and_says_why(editor: Page, desk: Desk) -> None:
    desk.pages["/save"] = Answer(status=409, body="{}", kind="application/json")
    choose(editor, "What?")
    opened(editor, "General").get_by_label("Field label").fill("Mine")
    editor.keyboard.press("Control+s")
    expect(editor.locator("[data-form-status]")).to_contain_text("somebody else saved a newer version")
    expect(editor.locator("#form-editor")).to_contain_text("Mine")


def test_the_editor_bars_nobody(editor: Page, barriers: Callable[[], list[str]]) -> None:
    choose(editor, "Where?")
    opened(editor, "In Keelson")
    assert not barriers()
