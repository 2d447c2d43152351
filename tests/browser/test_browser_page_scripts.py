"""What `page.js` adds to every page, in Chromium, under the product's content security policy."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Answer, Asked, Desk

pytestmark = pytest.mark.browser

FORM = """
<form class="card-k form" method="post" action="/sent" novalidate
  data-guard data-draft-url="/draft" data-refresh-url="/fields">
<div data-form-fields>{fields}</div>
<div class="send"><button class="btn btn-primary" name="_act" value="complete">Complete task</button>
<span role="status" data-draft-status></span></div></form>
"""


def fields(action: str = "fix", item: str = "MBX", rows: int = 1) -> str:
    options = "".join(f"<option{' selected' if one == action else ''}>{one}</option>" for one in ("fix", "pass"))
    group = (
        '<label for="group">Group</label><input class="form-control" id="group" name="group">'
        if action == "pass"
        else ""
    )
    listed = "".join(f'<input class="form-control" aria-label="Row {n}" name="rows[{n}]">' for n in range(rows))
    return (
        '<label for="action">Action</label>'
        f'<select class="form-select" id="action" name="action" data-refresh>{options}</select>'
        f'<label for="item">Item</label><input class="form-control" id="item" name="item" value="{item}">{group}'
        f'<label for="shot">Picture</label><input class="form-control" type="file" id="shot" name="shot">{listed}'
        f'<button class="btn btn-quiet" name="_row" value="add:rows">Add row</button>'
    )


def refreshed(asked: Asked) -> Answer:
    time.sleep(0.2)  # long enough for the person to go on typing
    form = asked.form
    rows = sum(name.startswith("rows") for name in form) + ("_row" in form)
    return Answer(body=fields(form["action"][0], form["item"][0], rows))


@pytest.fixture
def form(desk: Desk, watched: Page) -> Page:
    desk.pages |= {
        "/form": desk.document(FORM.format(fields=fields())),
        "/fields": refreshed,
        "/draft": Answer(status=204),
        "/sent": desk.document("<p>Thank you.</p>"),
    }
    watched.goto(f"{desk.address}/form")
    return watched


def test_who_acts_on_a_page_that_is_still_coming_waits_until_it_answers(desk: Desk, watched: Page) -> None:
    desk.pages["/help"] = desk.document("<button data-help>Keys</button>")

    def late(route: Route) -> None:
        watched.wait_for_timeout(300)
        route.continue_()

    watched.route(f"**{desk.asset('page.js')}", late)
    watched.goto(f"{desk.address}/help", wait_until="commit")
    watched.get_by_role("button", name="Keys").click()
    expect(watched.get_by_role("dialog")).to_be_visible()


def test_a_form_is_sent_once_however_often_it_is_pressed(form: Page, desk: Desk) -> None:
    form.evaluate(
        "() => { const b = document.querySelector('.btn-primary'); b.click(); b.click(); b.form.requestSubmit(); }"
    )
    expect(form.get_by_text("Thank you.")).to_be_visible()
    assert [one.form["_act"] for one in desk.of("POST", "/sent")] == [["complete"]]
    form.go_back()
    expect(form.get_by_role("button", name="Complete task")).to_be_enabled()


def test_control_and_enter_send_the_form(form: Page, desk: Desk) -> None:
    form.locator("#item").press("Control+Enter")
    expect(form.get_by_text("Thank you.")).to_be_visible()
    assert len(desk.of("POST", "/sent")) == 1


def test_a_half_filled_form_is_kept_as_a_draft(form: Page, desk: Desk) -> None:
    form.locator("#item").fill("MBX-02")
    expect(form.locator("[data-draft-status]")).to_have_text(re.compile(r"^Draft saved \d\d:\d\d$"))
    (draft,) = desk.of("POST", "/draft")
    assert draft.form["item"] == ["MBX-02"]
    assert draft.headers["X-CSRFToken"] == "token"


def test_a_draft_that_is_not_taken_is_said(form: Page, desk: Desk) -> None:
    desk.pages["/draft"] = Answer(status=409)
    form.locator("#item").fill("MBX-02")
    expect(form.locator("[data-draft-status]")).to_have_text(re.compile("Draft not saved"))


def test_a_choice_asks_for_what_depends_on_it_and_nothing_typed_is_lost(form: Page) -> None:
    form.locator("#shot").set_input_files(files=[{"name": "a.png", "mimeType": "image/png", "buffer": b"png"}])
    form.locator("#action").select_option("pass")
    form.locator("#item").focus()
    form.keyboard.press("Home")
    form.keyboard.type("EX-")
    expect(form.locator("#group")).to_be_visible()
    expect(form.locator("#item")).to_have_value("EX-MBX")
    expect(form.locator("#item")).to_be_focused()
    assert form.evaluate("document.activeElement.selectionStart") == 3
    assert form.evaluate("document.getElementById('shot').files.length") == 1


def test_a_row_is_added_without_leaving_the_page(form: Page) -> None:
    form.get_by_role("button", name="Add row").click()
    expect(form.get_by_label("Row 1")).to_be_focused()


ROWS = (
    '<table class="list" data-keys><tbody>'
    '<tr data-row><td class="main"><a href="/one">One{mark}</a></td>'
    '<td class="do"><button data-key="c" class="btn btn-quiet">Claim</button></td></tr>'
    '<tr data-row><td class="main"><a href="/two">Two{mark}</a></td></tr></tbody></table>'
)


@pytest.fixture
def work(desk: Desk, watched: Page) -> Page:
    def rows(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == '"new"':
            return Answer(status=304)
        return Answer(body=ROWS.format(mark=" now"), headers={"ETag": '"new"'})

    search = '<input type="search" aria-label="Search" data-search>'
    listed = f'<div data-poll-url="/rows" data-poll-every="0.5">{ROWS.format(mark="")}</div>'
    desk.pages |= {"/work": desk.document(search + listed), "/rows": rows, "/two": desk.document("<p>Second.</p>")}
    watched.goto(f"{desk.address}/work")
    return watched


def test_a_list_stays_true_and_keeps_the_place(work: Page, desk: Desk) -> None:
    work.keyboard.press("j")
    work.keyboard.press("j")
    expect(work.get_by_text("Two now")).to_be_focused()
    expect(work.locator("tr.on")).to_have_count(1)
    while len(desk.of("GET", "/rows")) < 3:
        work.wait_for_timeout(50)
    told = [one.headers.get("If-None-Match") for one in desk.of("GET", "/rows")]
    assert told[0] is None
    assert set(told[1:]) == {'"new"'}
    work.keyboard.press("Enter")
    expect(work.get_by_text("Second.")).to_be_visible()


def test_single_keys_are_off_while_typing_and_can_be_switched_off(
    work: Page, barriers: Callable[[], list[str]]
) -> None:
    work.keyboard.press("/")
    expect(work.get_by_label("Search")).to_be_focused()
    work.keyboard.type("?")
    expect(work.get_by_role("dialog")).to_have_count(0)
    work.locator("h1").click()
    work.keyboard.press("?")
    expect(work.get_by_role("dialog")).to_be_visible()
    assert not barriers()
    work.get_by_label("Single-key shortcuts").uncheck()
    work.get_by_role("button", name="Close").click()
    work.keyboard.press("?")
    expect(work.get_by_role("dialog")).to_have_count(0)


def test_deadlines_move_on_by_the_server_clock(desk: Desk, watched: Page) -> None:
    def chip(due: str, name: str) -> str:
        sprite = desk.asset("icons")
        return (
            f'<time class="chip good" id="{name}" datetime="{due}" data-deadline'
            ' data-warn="2026-11-22T08:00:00Z" data-bad="2026-11-22T11:00:00Z">'
            f'<svg class="icon"><use href="{sprite}#clock"/></svg><span data-words>…</span></time>'
        )

    clock = '<meta name="server-time" content="2026-11-22T10:00:00Z">'
    chips = (
        chip("2026-11-22T10:42:30Z", "soon")
        + chip("2026-11-23T13:30:00Z", "later")
        + chip("2026-11-22T07:30:00Z", "late")
    )
    desk.pages["/times"] = desk.document(chips).replace("<meta charset", f"{clock}<meta charset")
    watched.goto(f"{desk.address}/times")
    expect(watched.locator("#soon")).to_have_text("42 min left")
    expect(watched.locator("#soon")).to_have_class("chip warn")
    expect(watched.locator("#later")).to_have_text("1 day 3 h left")
    expect(watched.locator("#late")).to_have_text("2 h overdue")
    expect(watched.locator("#late")).to_have_class("chip bad")
    expect(watched.locator("#late use")).to_have_attribute("href", re.compile("#exclamation-circle$"))


def test_what_cannot_be_undone_asks_first(desk: Desk, watched: Page, barriers: Callable[[], list[str]]) -> None:
    button = '<button class="btn btn-bad" data-confirm="Cancel the case?">Cancel case</button>'
    asks = f'<form method="post" action="/gone" data-guard>{button}</form>'
    desk.pages |= {"/ask": desk.document(asks), "/gone": desk.document("<p>Gone.</p>")}
    watched.goto(f"{desk.address}/ask")
    watched.get_by_role("button", name="Cancel case").click()
    expect(watched.get_by_text("Cancel the case?")).to_be_visible()
    assert not barriers()
    watched.get_by_role("button", name="Cancel", exact=True).click()
    assert not desk.of("POST", "/gone")
    watched.get_by_role("button", name="Cancel case").click()
    watched.get_by_role("dialog").get_by_role("button", name="Cancel case").click()
    expect(watched.get_by_text("Gone.")).to_be_visible()


def test_the_summary_of_problems_takes_the_focus_and_leads_to_the_field(desk: Desk, watched: Page) -> None:
    link = '<a href="#cause">Cause: choose one</a>'
    summary = f'<div class="banner bad" id="problems" tabindex="-1" role="alert"><div>{link}</div></div>'
    desk.pages["/bad"] = desk.document(
        summary + '<label for="cause">Cause</label><input class="form-control" id="cause">'
    )
    watched.goto(f"{desk.address}/bad")
    expect(watched.locator("#problems")).to_be_focused()
    watched.get_by_role("link", name="Cause: choose one").click()
    expect(watched.locator("#cause")).to_be_focused()


def test_the_theme_follows_the_system_until_one_is_chosen(desk: Desk, watched: Page) -> None:
    desk.pages["/theme"] = desk.document('<button type="button" data-theme-choice="dark">Dark</button>')
    watched.goto(f"{desk.address}/theme")
    theme = watched.locator("html")
    expect(theme).to_have_attribute("data-bs-theme", "light")
    watched.get_by_role("button", name="Dark").click()
    expect(theme).to_have_attribute("data-bs-theme", "dark")
    watched.reload()
    expect(theme).to_have_attribute("data-bs-theme", "dark")


ITEMS = ("Core switch", "Café server", "Mail server", "Router")


def listed(several: bool) -> str:
    options = "".join(f'<option value="CI-{n}">{name}</option>' for n, name in enumerate(ITEMS))
    empty = "" if several else '<option value="">No choice</option>'
    return (
        f'<label for="ci">Items</label><select class="form-select" id="ci" name="ci" data-combobox'
        f"{' multiple' if several else ''}>{empty}{options}</select>"
    )


def chosen(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector(
        "select[name=ci]", "list => [...list.selectedOptions].map(({value}) => value)"
    )
    return found


def test_one_of_many_is_found_by_typing(desk: Desk, watched: Page, barriers: Callable[[], list[str]]) -> None:
    desk.pages |= {"/form": desk.document(FORM.format(fields=listed(several=False))), "/draft": Answer(status=204)}
    watched.goto(f"{desk.address}/form")
    field = watched.get_by_role("combobox", name="Items")
    field.press_sequentially("server cafe")
    expect(watched.get_by_role("option")).to_have_text(["Café server"])
    assert barriers() == []
    field.press("Enter")
    expect(field).to_have_value("Café server")
    assert chosen(watched) == ["CI-1"]
    field.fill("nothing like it")
    field.press("Escape")
    expect(field).to_have_value("Café server")
    field.fill("")
    field.blur()
    assert chosen(watched) == [""]


def test_several_stand_as_chips(desk: Desk, watched: Page, barriers: Callable[[], list[str]]) -> None:
    desk.pages |= {"/form": desk.document(FORM.format(fields=listed(several=True))), "/draft": Answer(status=204)}
    watched.goto(f"{desk.address}/form")
    field = watched.get_by_role("combobox", name="Items")
    field.press("ArrowDown")
    for _ in range(3):
        field.press("ArrowDown")
    field.press("Enter")
    field.press_sequentially("core")
    field.press("Enter")
    assert chosen(watched) == ["CI-0", "CI-2"]
    assert barriers() == []
    watched.get_by_role("button", name="Remove Core switch").click()
    assert chosen(watched) == ["CI-2"]
    field.press("Backspace")
    assert chosen(watched) == []
