"""The panel of the modeler: what processes have with each other, when and how often, all without touching XML."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Answer, Desk
from tests.browser.test_browser_modeler import PAGE, VOCABULARY, pick, save, saves

pytestmark = pytest.mark.browser

KNOWN = VOCABULARY | {
    "processes": [{"id": "supply", "title": "Supply", "versionTags": ["2", "3"], "inputs": ["article"]}],
    "names": [{"name": "orders"}, {"name": "working time", "type": "function"}],
    "elsewhere": {
        "Foreign": {
            "read": {"assignPerson": "=asker"},
            "notes": [
                {"name": "camunda:assignee", "outcome": "mapped", "said": "For the person asker.", "remedy": ""},
                {"name": "camunda:taskListener", "outcome": "open", "said": "It is not run.", "remedy": "Draw it."},
            ],
        }
    },
}
NODES = {
    "Call": ("callActivity", ""),
    "Each": (
        "userTask",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>orders</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="order"/></bpmn:multiInstanceLoopCharacteristics>',
    ),
    "Again": ("userTask", "<bpmn:standardLoopCharacteristics/>"),
    "Tell": ("intermediateThrowEvent", '<bpmn:messageEventDefinition id="d1" messageRef="paid"/>'),
    "Later": ("intermediateCatchEvent", '<bpmn:timerEventDefinition id="d2"/>'),
    "When": (
        "intermediateCatchEvent",
        '<bpmn:conditionalEventDefinition id="d3"><bpmn:condition>=a</bpmn:condition>'
        "</bpmn:conditionalEventDefinition>",
    ),
    "Keep": (
        "task",
        '<bpmn:property id="into" name="into"/><bpmn:dataInputAssociation id="Reads">'
        "<bpmn:sourceRef>Register</bpmn:sourceRef><bpmn:targetRef>into</bpmn:targetRef></bpmn:dataInputAssociation>"
        '<bpmn:dataOutputAssociation id="Writes"><bpmn:targetRef>Register</bpmn:targetRef>'
        "</bpmn:dataOutputAssociation>",
    ),
    "Register": ("dataStoreReference", ""),
    "Many": (
        "intermediateThrowEvent",
        '<bpmn:messageEventDefinition id="d5" messageRef="paid"/><bpmn:signalEventDefinition id="d6"/>',
    ),
    "Any": (
        "intermediateCatchEvent",
        "".join(
            f'<bpmn:timerEventDefinition id="d{at}"><bpmn:timeDuration>PT{at}H</bpmn:timeDuration>'
            "</bpmn:timerEventDefinition>"
            for at in (7, 8)
        ),
    ),
    "Caught": ("startEvent", '<bpmn:errorEventDefinition id="d4"/>'),
    "Send": ("task", ""),
    "Two": (
        "intermediateCatchEvent",
        '<bpmn:messageEventDefinition id="d9" messageRef="paid"/><bpmn:messageEventDefinition id="d10"/>',
    ),
    "Stop": ("endEvent", '<bpmn:terminateEventDefinition id="d11"/>'),
    "Free": ("adHocSubProcess", ""),
    "Foreign": (
        'userTask camunda:assignee="${asker}"',
        '<bpmn:extensionElements><camunda:taskListener class="Tell"/></bpmn:extensionElements>',
    ),
}
TOLD = (
    '<bpmn:collaboration id="c"><bpmn:participant id="they" name="They"/>'
    '<bpmn:messageFlow id="along" sourceRef="Send" targetRef="they"/></bpmn:collaboration>'
)


def drawing() -> str:
    nodes = "".join(
        f'<bpmn:{kind} id="{name}" name="{name}">{inner}</bpmn:{kind.partition(" ")[0]}>'
        for name, (kind, inner) in NODES.items()
    )
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_s" bpmnElement="{name}"><dc:Bounds '
        f'x="{100 + 260 * (at % 3)}" y="{100 + 200 * (at // 3)}" '
        f'width="{36 if "Event" in kind else 100}" height="{36 if "Event" in kind else 80}"/></bpmndi:BPMNShape>'
        for at, (name, (kind, _)) in enumerate(NODES.items())
    )
    shapes += "".join(
        f'<bpmndi:BPMNEdge id="{name}_e" bpmnElement="{name}"><di:waypoint x="{x}" y="480"/>'
        f'<di:waypoint x="{x}" y="520"/></bpmndi:BPMNEdge>'
        for name, x in (("Reads", 420), ("Writes", 400))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
        'id="D" targetNamespace="urn:desk"><bpmn:message id="paid" name="paid"/>'
        f"{TOLD}"
        f'<bpmn:process id="p" isExecutable="true">{nodes}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{shapes}</bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram></bpmn:definitions>"
    )


@pytest.fixture
def panel(desk: Desk, watched: Page) -> Page:
    desk.pages |= {
        "/modeler": desk.document(PAGE.replace("data-csrf", "data-expression-url='/expression' data-csrf"), "modeler"),
        "/model": Answer(body=drawing(), kind="application/xml"),
        "/vocabulary": Answer(body=json.dumps(KNOWN), kind="application/json"),
        "/check": Answer(body='{"findings": []}', kind="application/json"),
        "/expression": lambda asked: Answer(
            body=json.dumps({"problem": "“)” is missing." if "(" in asked.body else ""}), kind="application/json"
        ),
        "/save": saves,
    }
    watched.goto(f"{desk.address}/modeler")
    expect(watched.locator("#modeler[data-ready]")).to_be_visible()
    expect(watched.locator(".banner.warn")).to_have_count(0)  # the references of loops are kept: nothing would be lost
    return watched


def chosen(page: Page, element: str, *groups: str) -> None:
    pick(page, element)
    expect(page.locator("[data-entry-id=id] input")).to_have_value(element)
    for title in groups:
        header = page.locator(".bio-properties-panel-group-header", has_text=title).first
        if header.locator("xpath=following-sibling::*[contains(@class, 'open')]").count() == 0:
            header.click()


def write(page: Page, entry: str, text: str) -> None:
    field = page.locator(f"[data-entry-id={entry}]")
    if field.locator(".cm-content").count():
        field.locator(".cm-content").click()
    else:
        field.locator("input, textarea").first.click()
    page.keyboard.type(text)


def kept(xml: str, element: str) -> dict[str, str]:
    inside = re.search(rf'<bpmn:\w+ id="{element}".*?</bpmn:\w+>\s*(?=<bpmn:\w+ id="|</bpmn:process>)', xml, re.S)
    assert inside, xml
    return dict(re.findall(r'property name="(\w+)" value="([^"]*)"', inside[0]))


def test_a_call_is_chosen_bound_and_given_its_inputs(panel: Page, desk: Desk) -> None:
    chosen(panel, "Call")
    panel.locator("select[name=calledElement]").select_option("supply")
    expect(panel.locator("[data-entry-id=inputs]")).to_contain_text("Its start needs: article.")
    panel.locator("select[name=binding]").select_option("versionTag")
    panel.locator("select[name=versionTag]").select_option("3")
    write(panel, "inputs", "article, amount")
    write(panel, "outputs", "none")
    saved = save(panel, desk)
    assert 'calledElement="supply"' in saved
    assert kept(saved, "Call") == {
        "binding": "versionTag",
        "versionTag": "3",
        "inputs": "article, amount",
        "outputs": "none",
    }


def test_each_trigger_of_an_event_is_edited_by_itself(panel: Page, desk: Desk) -> None:
    chosen(panel, "Any", "Timer 1", "Timer 2")
    panel.locator("select[name=timing-2]").select_option("timeDate")
    write(panel, "when-1", "0M")
    saved = save(panel, desk)
    assert re.search(r'id="d7">\s*<bpmn:timeDuration[^>]*>PT7H0M</bpmn:timeDuration>', saved), saved
    assert re.search(r'id="d8">\s*<bpmn:timeDate[^>]*>PT8H</bpmn:timeDate>', saved), saved


def test_each_of_two_messages_is_chosen_or_made_by_itself(panel: Page, desk: Desk) -> None:
    chosen(panel, "Two", "Message 1", "Message 2", "Several triggers")
    panel.locator("select[name=messageRef-2]").select_option("+")
    name = panel.locator("[data-entry-id=message-name-2] input")
    expect(name).to_have_value("Message 2")
    name.fill("refused")
    panel.get_by_label("All of them must come").check()
    saved = save(panel, desk)
    made = re.search(r'<bpmn:message id="(\w+)" name="refused" />', saved)
    assert made, saved
    assert '<bpmn:message id="paid" name="paid" />' in saved
    assert f'id="d10" messageRef="{made[1]}"' in saved
    assert 'id="Two" name="Two" parallelMultiple="true"' in saved


def test_what_ends_and_what_begins_inside(panel: Page, desk: Desk) -> None:
    chosen(panel, "Stop", "What it ends")
    panel.locator("select[name=terminates]").select_option("everything")
    chosen(panel, "Free", "What is done in it")
    panel.locator("select[name=ordering]").select_option("Sequential")
    write(panel, "activeElements", "orders")
    saved = save(panel, desk)
    assert kept(saved, "Stop") == {"terminates": "everything"}
    assert kept(saved, "Free") == {"activeElements": "=orders"}
    assert 'ordering="Sequential"' in saved


def test_what_another_tool_wrote_is_told_and_taken_out(panel: Page, desk: Desk) -> None:
    chosen(panel, "Foreign", "From another tool", "Who does it")
    person = panel.locator("[data-entry-id=assignPerson]")
    expect(person).to_contain_text("Read from the other tool: =asker.")
    expect(panel.locator(".k-elsewhere")).to_contain_text("It is not run. Draw it.")
    panel.get_by_role("button", name="Take out camunda:taskListener").click()
    expect(panel.locator(".k-elsewhere li")).to_have_count(1)
    expect(person).not_to_contain_text("Read from")
    write(panel, "assignPerson", "first(orders")
    expect(person).to_contain_text("“)” is missing.")
    saved = save(panel, desk)
    assert "camunda:taskListener" not in saved
    assert 'camunda:assignee="${asker}"' in saved


def test_a_message_and_a_signal_of_one_event_carry_the_same(panel: Page, desk: Desk) -> None:
    chosen(panel, "Many", "Between cases")
    expect(panel.locator("[data-entry-id=payload]")).to_have_count(1)
    write(panel, "payload", "order")
    assert kept(save(panel, desk), "Many") == {"payload": "=order"}


def test_a_task_from_which_a_message_flow_leads_says_what_it_carries(panel: Page, desk: Desk) -> None:
    chosen(panel, "Send", "Between cases")
    write(panel, "correlate", "order")
    write(panel, "payload", "details")
    assert kept(save(panel, desk), "Send") == {"correlate": "order", "payload": "=details"}
    pick(panel, "Keep")
    expect(panel.locator("[data-entry-id=payload]")).to_have_count(0)


def test_what_is_learned_of_a_caught_error(panel: Page, desk: Desk) -> None:
    chosen(panel, "Caught", "What is learned of it")
    write(panel, "codeVariable", "why")
    write(panel, "messageVariable", "said")
    assert kept(save(panel, desk), "Caught") == {"codeVariable": "why", "messageVariable": "said"}


def test_a_data_store_is_bound_to_records_and_associations_say_what_is_read_and_written(
    panel: Page, desk: Desk
) -> None:
    chosen(panel, "Register", "Records")
    panel.locator("select[name=recordType]").select_option("risk")
    chosen(panel, "Reads", "What is read")
    write(panel, "where", "nothing")
    write(panel, "result", "found")
    chosen(panel, "Writes", "What is written")
    write(panel, "title", "name")
    write(panel, "values", "all")
    saved = save(panel, desk)
    assert kept(saved, "Register") == {"recordType": "risk"}
    inside = saved[saved.index('id="Reads"') :]
    assert 'name="where" value="=nothing"' in inside.partition("</bpmn:dataInputAssociation>")[0]
    assert 'name="values" value="=all"' in inside[inside.index('id="Writes"') :]


def test_messages_timers_and_conditions(panel: Page, desk: Desk) -> None:
    chosen(panel, "Tell", "Between cases")
    write(panel, "correlate", "order")
    write(panel, "payload", "details")
    write(panel, "timeToLive", "P3D")
    chosen(panel, "Later")
    panel.locator("select[name=timing]").select_option("timeDuration")
    write(panel, "when", "PT4H")
    chosen(panel, "When")
    write(panel, "eventCondition", "nd b")
    saved = save(panel, desk)
    assert kept(saved, "Tell")["timeToLive"] == "P3D"
    assert kept(saved, "Tell")["correlate"] == "order"
    assert kept(saved, "Tell")["payload"] == "=details"
    assert re.search(r"<bpmn:timeDuration[^>]*>PT4H</bpmn:timeDuration>", saved)
    chosen(panel, "Later")
    panel.locator("select[name=timing]").select_option("timeCycle")
    expect(panel.locator("[data-entry-id=when]")).to_contain_text("R3/PT1H")


def test_repetition_names_its_variables_and_keeps_them(panel: Page, desk: Desk) -> None:
    chosen(panel, "Each", "All at once")
    expect(panel.locator("[data-entry-id=loopDataInputRef] input")).to_have_value("orders")
    expect(panel.locator("[data-entry-id=inputDataItem] input")).to_have_value("order")
    write(panel, "outputDataItem", "price")
    write(panel, "loopDataOutputRef", "prices")
    write(panel, "completionCondition", "done")
    chosen(panel, "Again", "Loop")
    write(panel, "loopCondition", "more")
    write(panel, "loopMaximum", "5")
    saved = save(panel, desk)
    for part in (
        "<bpmn:loopDataInputRef>orders</bpmn:loopDataInputRef>",
        "<bpmn:loopDataOutputRef>prices</bpmn:loopDataOutputRef>",
        '<bpmn:outputDataItem id="price" />',
        'loopMaximum="5"',
    ):
        assert part in saved, part
    assert re.search(r"<bpmn:completionCondition[^>]*>=done<", saved)
    assert re.search(r"<bpmn:loopCondition[^>]*>=more<", saved)


def test_dates_of_a_task(panel: Page, desk: Desk) -> None:
    chosen(panel, "Again")
    write(panel, "due", "P2D")
    write(panel, "followUp", "PT4H")
    write(panel, "priority", "80")
    assert kept(save(panel, desk), "Again") == {"due": "P2D", "followUp": "PT4H", "priority": "80"}


def test_several_roles_and_people_are_chosen_for_a_task(panel: Page, desk: Desk) -> None:
    chosen(panel, "Again", "Who does it")
    roles = panel.locator("[data-entry-id=assignGroup]")
    for role in ("incident_manager", "service_desk"):
        roles.get_by_label("Roles").select_option(role)
    expect(roles.locator("li")).to_contain_text(["Incident manager", "Service desk"])
    write(panel, "assignPeople", "orders")
    assert kept(save(panel, desk), "Again") == {
        "assignGroup": "incident_manager, service_desk",
        "assignPeople": "=orders",
    }


def test_a_role_is_removed_and_an_expression_takes_the_place_of_all(panel: Page, desk: Desk) -> None:
    chosen(panel, "Again", "Who does it")
    roles = panel.locator("[data-entry-id=assignGroup]")
    for role in ("incident_manager", "service_desk"):
        roles.get_by_label("Roles").select_option(role)
    roles.get_by_role("button", name="Remove Incident manager").click()
    expect(roles.locator("li")).to_have_count(1)
    write(panel, "assignGroupFeel", "orders")
    expect(roles.locator("li")).to_have_count(0)
    assert kept(save(panel, desk), "Again") == {"assignGroup": "=orders"}
