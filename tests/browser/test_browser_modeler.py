"""The modeler: our properties, saving, findings."""

import json
import re
from collections.abc import Callable

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Answer, Asked, Desk
from tests.browser.drawn import model
from tests.browser.patience import patient

pytestmark = pytest.mark.browser

VOCABULARY = {
    "roles": [{"id": "service_desk", "title": "Service desk"}, {"id": "incident_manager", "title": "Incident manager"}],
    "forms": [{"id": "log", "title": "Log"}, {"id": "classify", "title": "Classify"}],
    "decisions": [{"id": "priority", "title": "Priority"}],
    "operations": [{"id": "notice/send", "title": "Send a notice", "parameters": [{"id": "to"}, {"id": "subject"}]}],
    "records": [{"id": "risk", "title": "Risks"}],
    "clocks": [{"id": "response", "title": "Response"}, {"id": "resolution", "title": "Resolution"}],
}
FINDINGS = [
    {"element": "Log", "severity": "error", "message": "The form is missing", "remedy": "Choose one.", "rule": "form"},
    {"element": None, "severity": "warning", "message": "No deputy", "remedy": "Name one.", "rule": "deputy"},
]
ACTIONS = "".join(
    f'<button class="btn btn-quiet" type="button" data-action="{name}">{name}</button>'
    for name in ("undo", "redo", "zoom-in", "zoom-out", "fit", "check", "save")
)
PAGE = f"""<div class="head"><span class="sub" data-modeler-status role="status"></span>
<div class="actions modeler-tools js-only">{ACTIONS}</div></div>
<div id="modeler" data-diagram-url="/model" data-save-url="/save" data-save-method="PUT" data-check-url="/check"
 data-vocabulary-url="/vocabulary" data-csrf="token" data-version="3"></div>
<section class="card-k problems"><span data-findings-count></span><ol class="plain" data-findings></ol></section>"""


def saves(asked: Asked) -> Answer:
    if asked.headers.get("If-Match") == '"3"':
        return Answer(status=204, headers={"ETag": '"4"'})
    words = json.dumps({"message": "A. Novak saved a newer version at 10:12."})
    return Answer(status=409, body=words, kind="application/json")


@pytest.fixture
def modeler(desk: Desk, watched: Page) -> Page:
    desk.pages |= {
        "/modeler": desk.document(PAGE, "modeler"),
        "/model": Answer(body=model(), kind="application/xml"),
        "/vocabulary": Answer(body=json.dumps(VOCABULARY), kind="application/json"),
        "/check": Answer(body=json.dumps({"findings": FINDINGS}), kind="application/json"),
        "/save": saves,
    }
    watched.goto(f"{desk.address}/modeler")
    expect(watched.locator("#modeler[data-ready]")).to_be_visible()
    return watched


def pick(page: Page, element: str) -> None:
    page.locator(f'[data-element-id="{element}"] .djs-hit').first.click(force=True)


def save(page: Page, desk: Desk) -> str:
    page.get_by_role("button", name="save", exact=True).click()
    expect(page.locator("[data-modeler-status]")).to_have_text(re.compile("^Saved"))
    return desk.of("PUT", "/save")[-1].body


def parts(xml: str) -> dict[str, tuple[str, dict[str, str], str]]:
    """Each element by its place in the document: name, attributes, text."""
    tree = etree.ElementTree(etree.fromstring(xml.encode()))
    named = [one for one in tree.iter() if isinstance(one.tag, str)]
    return {tree.getelementpath(one): (one.tag, dict(one.attrib), (one.text or "").strip()) for one in named}


def test_saving_without_a_change_keeps_every_part(modeler: Page, desk: Desk) -> None:
    assert parts(save(modeler, desk)) == parts(model())
    (sent,) = desk.of("PUT", "/save")
    assert (sent.headers["X-CSRFToken"], sent.headers["If-Match"]) == ("token", '"3"')


def test_properties_of_a_task_are_set_taken_back_and_not_lost_while_typing(modeler: Page, desk: Desk) -> None:
    pick(modeler, "Log")
    modeler.locator("select[name=formRef]").select_option("classify")
    name = modeler.locator("[data-entry-id=name]").locator("textarea, input").first
    name.press("End")
    modeler.keyboard.type(" now")
    modeler.locator("[data-entry-id=assignPerson] .cm-content").click()
    modeler.keyboard.type("caller")
    modeler.keyboard.press("Control+s")
    expect(modeler.locator("[data-modeler-status]")).to_have_text(re.compile("^Saved"))
    saved = desk.of("PUT", "/save")[-1].body
    assert 'name="Log incident now"' in saved
    assert '<spiffworkflow:property name="formRef" value="classify" />' in saved
    assert '<spiffworkflow:property name="assignPerson" value="=caller" />' in saved
    assert '<spiffworkflow:property name="clockStart" value="response, resolution" />' in saved
    undo = modeler.get_by_role("button", name="undo")
    while undo.is_enabled():
        undo.click()
    expect(modeler.locator("select[name=formRef]")).to_have_value("log")


def test_clocks_lane_role_condition_and_parameters(modeler: Page, desk: Desk) -> None:
    pick(modeler, "Tell")
    expect(modeler.locator("[data-entry-id=parameter-to] .cm-content")).to_have_text("manager")
    modeler.locator("[data-entry-id=parameter-subject] .cm-content").click()
    modeler.keyboard.type('"Major')
    modeler.get_by_text("Deadlines").click()
    modeler.locator("input[name=clockPause-response]").check()
    line = modeler.locator('[data-element-id="F4"] .djs-visual > path').first.bounding_box()
    assert line is not None
    modeler.mouse.click(line["x"] + line["width"] / 2, line["y"] + line["height"] - 1)
    modeler.locator("[data-entry-id=conditionExpression] .cm-content").click()
    modeler.keyboard.type("not(major)")
    box = modeler.locator('[data-element-id="Desk"] .djs-visual rect').first.bounding_box()
    assert box is not None
    modeler.mouse.click(box["x"] + 8, box["y"] + 20)
    modeler.locator("select[name=role]").select_option("incident_manager")
    saved = save(modeler, desk)
    assert '<spiffworkflow:parameter id="subject" type="any" value="=&#34;Major&#34;" />' in saved
    assert '<spiffworkflow:property name="clockPause" value="response" />' in saved
    assert re.search(r'id="F4".*?<bpmn:conditionExpression[^>]*>=not\(major\)<', saved, re.S)
    assert '<spiffworkflow:property name="role" value="incident_manager" />' in saved


def test_findings_stand_on_the_element_and_in_the_list(modeler: Page, barriers: Callable[[], list[str]]) -> None:
    modeler.get_by_role("button", name="check").click()
    expect(modeler.locator("[data-findings] li")).to_have_count(2)
    expect(modeler.locator("[data-findings-count]")).to_have_text("1 error, 1 warning")
    expect(modeler.locator(".canvas .badge-k")).to_have_attribute("aria-label", "The form is missing")
    modeler.get_by_role("button", name=re.compile("The form is missing Choose one")).click()
    expect(modeler.locator(".bio-properties-panel-header")).to_contain_text("Log incident")
    assert not barriers()


def test_a_newer_version_is_not_overwritten(modeler: Page, desk: Desk) -> None:
    save(modeler, desk)
    modeler.get_by_role("button", name="save", exact=True).click()
    expect(modeler.get_by_text("A. Novak saved a newer version at 10:12.")).to_be_visible()
    assert [one.headers["If-Match"] for one in desk.of("PUT", "/save")] == ['"3"', '"4"']


def test_the_dark_panel_can_be_read(modeler: Page, barriers: Callable[[], list[str]]) -> None:
    modeler.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    for element in ("Log", "Tell", "F3"):
        pick(modeler, element)
        expect(modeler.locator(".bio-properties-panel-group").first).to_be_visible()
        assert not barriers()


def test_a_narrow_screen_shows_and_does_not_edit(desk: Desk, browser: Browser, modeler: Page) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 780})
    phone = patient(context.new_page())
    phone.goto(f"{desk.address}/modeler")
    expect(phone.get_by_text("too narrow to edit")).to_be_visible()
    expect(phone.locator('[data-element-id="Log"]')).to_be_visible()
    expect(phone.locator("[data-action]").first).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    context.close()
