"""A visit to every page there is, and to the states a page can be in: errors, menus, dialogs, nothing to show.

`NOT_PAGES` are the addresses that give no page. An address in neither list fails a test, so that no page stays unseen.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

Come = Callable[[Page], None]

ROOM = Path(__file__).parent / "room.bpmn"
"""A model as Camunda Modeler writes it, without a picture."""

NOT_PAGES = {
    "static": "scripts, styles and icons",
    "health.favicon": "an icon",
    "health.healthz": "a word for machines",
    "health.readyz": "a word for machines",
    "inbox.home": "leads to the work list",
    "inbox.rows": "part of the work list",
    "instances.diagram": "a file",
    "instances.progress": "data of the drawing",
    "instances.file": "a download",
    "audit.trace_json": "data of the drawing",
    "audit.moment": "part of the trace",
    "audit.diagram": "a file",
    "migrating.progress": "part of the page of a batch",
    "modeling.diagram": "a file",
    "modeling.findings": "data of the drawing",
    "importing.marks": "data of the drawing",
    "modeling.vocabulary_json": "data of the modeler",
    "rehearsals.path": "data of the drawing",
    "registers.export": "a download",
    "authoring.file_download": "a download",
    "authoring.files_zip": "a download",
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """How to come to a page in a state: `who` is a login of the demonstration, or None for nobody signed in."""

    name: str
    endpoint: str
    who: str | None
    come: Come
    meant: frozenset[int] = field(default_factory=frozenset)
    narrow: bool = False


def at(address: str) -> Come:
    """Open an address."""
    return lambda page: _done(page.goto(address))


def first(address: str, link: str) -> Come:
    """Open a list and follow its first link that begins so."""

    def come(page: Page) -> None:
        page.goto(address)
        found = page.locator(f'main a[href^="{link}"]').first.get_attribute("href")
        assert found is not None
        page.goto(found)

    return come


def then(come: Come, *more: Come) -> Come:
    """Do one after the other."""

    def all_of_it(page: Page) -> None:
        for one in (come, *more):
            one(page)

    return all_of_it


def press(name: str) -> Come:
    """Press a button, by its words."""
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def beside(address: str) -> Come:
    """Go to an address below the page one is at."""
    return lambda page: _done(page.goto(page.url.split("?")[0].rstrip("/") + address))


def unfold(summary: str) -> Come:
    """Open what folds out under these words."""
    return lambda page: page.locator("summary").filter(has_text=summary).first.click()


def _done(_: object) -> None:
    return None


def drawn(page: Page) -> None:
    """Wait for the diagram of the page, until it answers."""
    expect(page.locator(".diagram[data-drawn] .djs-container .djs-shape").first).to_be_visible()


def case_of(who: str, words: str) -> Come:
    """Open a case of the demonstration by words of its title; `who` sees it in that list."""
    return then(at(f"/{who}"), lambda page: page.locator("main").get_by_role("link", name=words).first.click())


def task(address: str, words: str) -> Come:
    """Open a task from the work list, by words of its title."""

    def come(page: Page) -> None:
        page.goto(address)
        page.get_by_role("link", name=re.compile(words)).first.click()
        page.wait_for_url("**/tasks/**")

    return come


def draft(page: Page) -> None:
    """Open the draft of the incident process, whatever state it was left in."""
    page.goto("/processes/incident")
    page.locator(".head .actions .btn-primary").click()
    page.wait_for_url("**/versions/*")
    if page.get_by_role("button", name="Withdraw the proposal").count():
        page.get_by_role("button", name="Withdraw the proposal").click()
    expect(page.get_by_role("link", name="Edit the diagram")).to_be_visible()


def imported(page: Page) -> None:
    """Import a model of another tool, or open the one imported before."""
    page.goto("/processes")
    known = page.get_by_role("link", name="Book a room")
    if known.count():
        known.click()
        page.get_by_role("link", name="How it was read").click()
    else:
        page.goto("/import")
        page.locator("#upload").set_input_files(ROOM)
        page.get_by_role("button", name="Create a draft").click()
    page.wait_for_url("**/reading")


def proposal(page: Page) -> None:
    """Open the draft as a proposal."""
    draft(page)
    page.get_by_label("What changes and why").fill("Shorter words for the service desk.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("button", name="Withdraw the proposal")).to_be_visible()


def moving(page: Page) -> None:
    """Open the page that moves cases of a process with two versions."""
    page.goto("/processes/lending")
    page.get_by_role("link", name="Move cases to version 2").click()
    page.wait_for_url("**/move")


def modeler(page: Page) -> None:
    """Open the draft in the modeler."""
    draft(page)
    page.get_by_role("link", name="Edit the diagram").click()
    expect(page.locator("#modeler[data-ready]")).to_be_visible()


def decision_table(page: Page) -> None:
    """Open a decision table of the draft."""
    draft(page)
    beside("/files/priority.dmn/tables/matrix")(page)
    expect(page.locator("#sheet[data-looked]")).to_be_visible()


def decision_element(page: Page) -> None:
    """Open an element of a file of decisions of the draft."""
    draft(page)
    beside("/files/priority.dmn/elements/priority")(page)
    expect(page.locator("#element[data-looked]")).to_be_visible()


def decision_types(page: Page) -> None:
    """Open the types of a file of decisions of the draft."""
    draft(page)
    beside("/files/priority.dmn/types")(page)
    expect(page.locator("#types[data-looked]")).to_be_visible()


def form_editor(page: Page) -> None:
    """Open a form of the draft in its editor."""
    draft(page)
    beside("/files/report.form/form")(page)
    expect(page.locator("#form-editor[data-ready]")).to_be_visible()
    expect(page.locator("[data-seen][data-looked]")).to_be_visible()


def element(name: str) -> Come:
    """Select an element of the drawing in the modeler."""

    def come(page: Page) -> None:
        chosen = page.locator("[data-entry-id=id] input")
        for attempt in range(10):  # while the drawing still settles, a click may go beside the element
            if attempt == 5:  # or it lies beside what is shown of a wide drawing
                page.get_by_role("button", name="Smaller", exact=True).click()
                page.get_by_role("button", name="Smaller", exact=True).click()
            page.locator(f'[data-element-id="{name}"] .djs-hit').first.click(force=True)
            with suppress(AssertionError):
                expect(chosen).to_have_value(name, timeout=1_000)
                return
        raise AssertionError(f"{name} cannot be selected")

    return come


def person(words: str) -> Come:
    """Open a person."""
    return then(at("/people"), lambda page: page.get_by_role("link", name=words).click())


def old_form(page: Page) -> None:
    """Send a form whose token is no longer valid, and ask for what was typed."""
    case_of("cases", "Mail does not arrive")(page)
    page.locator("#comment").fill("Typed long ago")
    page.locator("#comments form input[name=csrf_token]").evaluate("input => input.value = 'old'")
    press("Add comment")(page)
    page.get_by_role("link", name="Continue with what I typed").click()


def unchecked(page: Page) -> None:
    """Let the browser send what the server has to refuse."""
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")


def password_link(page: Page) -> None:
    """Follow a one-time link."""
    person("Priya Nair")(page)
    press("Make password link")(page)
    page.goto(page.locator("code.copyable").inner_text())


def wrong(address: str, button: str, fields: dict[str, str]) -> Come:
    """Send a form with these fields."""

    def come(page: Page) -> None:
        page.goto(address)
        for label, text in fields.items():
            page.get_by_label(label, exact=True).first.fill(text)
        unchecked(page)
        press(button)(page)

    return come


def deactivated(page: Page) -> None:
    """Somebody new whose account is switched off."""
    page.goto("/people/new")
    page.get_by_label("Name").fill("Old Hand")
    login = f"old{page.evaluate('Date.now()')}"
    page.get_by_label("Login").fill(login)
    press("Add person")(page)
    press("Deactivate")(page)
    page.get_by_role("dialog").locator(".btn-primary, .btn-bad").first.click()
    expect(page.get_by_text("Deactivated").first).to_be_visible()


def steered(act: str) -> Come:
    """Open the page of an act of operators on a case."""

    def come(page: Page) -> None:
        case_of("cases", "VPN drops")(page)
        page.wait_for_url("**/cases/*")
        found = page.locator(f'#steer a[href*="/steer/{act}"]').first.get_attribute("href")
        assert found is not None
        page.goto(found)

    return come


def sealed(page: Page) -> None:
    """Add a secret and open it."""
    page.goto("/operations/connections")
    name = f"visit-{page.evaluate('Date.now()')}"
    page.get_by_label("Name").fill(name)
    page.get_by_label("To the host").fill("tickets.example.org")
    page.get_by_label("Secret", exact=True).fill("never shown")
    press("Add secret")(page)
    page.get_by_role("link", name=name).click()
    page.wait_for_url("**/secrets/*")


REFUSED = frozenset({422})
VISITS = (
    Visit(name="sign-in", endpoint="sign_in.page", who=None, come=at("/sign-in")),
    Visit(
        name="sign-in refused",
        endpoint="sign_in.page",
        who=None,
        come=wrong("/sign-in", "Sign in", {"Login": "jana", "Password": "not it"}),
        meant=REFUSED,
    ),
    Visit(name="one-time link", endpoint="sign_in.link", who="dana", come=password_link),
    Visit(
        name="one-time link, refused",
        endpoint="sign_in.link",
        who="dana",
        come=then(password_link, unchecked, press("Set password")),
        meant=REFUSED,
    ),
    Visit(name="continue as", endpoint="demonstration.page", who=None, come=at("/continue-as")),
    Visit(name="me", endpoint="me.page", who="sara", come=at("/me")),
    Visit(
        name="me, wrong zone",
        endpoint="me.page",
        who="sara",
        come=wrong("/me", "Save", {"Time zone": "Mars"}),
        meant=REFUSED,
    ),
    Visit(name="kept", endpoint="me.kept", who="sara", come=old_form, meant=frozenset({400})),
    Visit(name="work", endpoint="inbox.work", who="marco", come=at("/work")),
    Visit(name="work of the groups", endpoint="inbox.work", who="sara", come=at("/work?view=groups")),
    Visit(name="work, overdue", endpoint="inbox.work", who="sara", come=at("/work?view=overdue")),
    Visit(name="work, nothing", endpoint="inbox.work", who="paul", come=at("/work")),
    Visit(name="work, filtered to nothing", endpoint="inbox.work", who="sara", come=at("/work?view=all&text=nothing")),
    Visit(
        name="work, filter open", endpoint="inbox.work", who="sara", come=then(at("/work?view=all"), unfold("Filter"))
    ),
    Visit(
        name="work, menu of the person",
        endpoint="inbox.work",
        who="sara",
        come=then(at("/work"), lambda page: page.locator("summary.tool").click()),
    ),
    Visit(
        name="work, keyboard help",
        endpoint="inbox.work",
        who="sara",
        come=then(at("/work"), press("Keyboard shortcuts")),
    ),
    Visit(
        name="work, narrow menu", endpoint="inbox.work", who="dana", come=then(at("/work"), press("Menu")), narrow=True
    ),
    Visit(name="task", endpoint="tasks.page", who="sara", come=then(task("/work?view=groups", "Locked out"), drawn)),
    Visit(
        name="task, empty answers",
        endpoint="tasks.page",
        who="sara",
        come=then(task("/work?view=groups", "Locked out"), press("Complete task")),
        meant=REFUSED,
    ),
    Visit(
        name="task with a list",
        endpoint="tasks.page",
        who="ana",
        come=then(task("/work?view=all", "VPN|Third floor|Mail"), drawn),
    ),
    Visit(
        name="task of somebody else", endpoint="tasks.page", who="ingrid", come=task("/work?view=all", "Mail does not")
    ),
    Visit(
        name="assign",
        endpoint="tasks.assign_page",
        who="sara",
        come=then(task("/work?view=groups", "Locked out"), beside("/assign")),
    ),
    Visit(
        name="assign without a reason",
        endpoint="tasks.assign_page",
        who="sara",
        come=then(task("/work?view=groups", "Locked out"), beside("/assign"), unchecked, press("Assign")),
        meant=REFUSED,
    ),
    Visit(name="start", endpoint="catalogue.page", who="jana", come=at("/start")),
    Visit(name="report", endpoint="catalogue.form", who="priya", come=at("/start/incident")),
    Visit(
        name="report, empty answers",
        endpoint="catalogue.form",
        who="priya",
        come=then(at("/start/incident"), press("Send request")),
        meant=REFUSED,
    ),
    Visit(name="requests", endpoint="instances.mine", who="jana", come=at("/requests")),
    Visit(name="requests, none", endpoint="instances.mine", who="helen", come=at("/requests")),
    Visit(name="cases", endpoint="instances.cases", who="ingrid", come=at("/cases")),
    Visit(name="cases, none fit", endpoint="instances.cases", who="ingrid", come=at("/cases?text=nothing")),
    Visit(name="search", endpoint="instances.search", who="sara", come=at("/search?q=mail")),
    Visit(name="search, nothing", endpoint="instances.search", who="sara", come=at("/search?q=zebra")),
    Visit(
        name="case", endpoint="instances.case", who="ingrid", come=then(case_of("cases", "Calendar invitations"), drawn)
    ),
    Visit(
        name="case of the caller",
        endpoint="instances.case",
        who="jana",
        come=then(case_of("requests", "Mail does not"), drawn),
    ),
    Visit(
        name="withdraw",
        endpoint="instances.message_page",
        who="jana",
        come=then(
            case_of("requests", "Mail does not"),
            lambda page: page.locator(".actions").get_by_role("link", name="Withdraw").click(),
        ),
    ),
    Visit(
        name="cancel",
        endpoint="instances.cancel_page",
        who="ingrid",
        come=then(
            case_of("cases", "Customer search"), lambda page: page.get_by_role("link", name="Cancel case").click()
        ),
    ),
    Visit(
        name="link",
        endpoint="linking.link",
        who="ingrid",
        come=then(case_of("cases", "Customer search"), beside("/link?text=VPN")),
    ),
    Visit(
        name="link without a kind",
        endpoint="linking.link",
        who="ingrid",
        come=then(case_of("cases", "Customer search"), beside("/link?text=VPN"), unchecked, press("Link them")),
        meant=REFUSED,
    ),
    Visit(
        name="unlink",
        endpoint="linking.unlink",
        who="ingrid",
        come=then(
            case_of("cases", "Mail does not"),
            lambda page: page.get_by_role("link", name="Remove the link with").first.click(),
        ),
    ),
    Visit(
        name="change of priority",
        endpoint="instances.message_page",
        who="ingrid",
        come=then(
            case_of("cases", "Customer search"), lambda page: page.get_by_role("link", name="Change priority").click()
        ),
    ),
    Visit(name="measures", endpoint="measures.page", who="ingrid", come=at("/measures"), narrow=True),
    Visit(name="measures of a process", endpoint="measures.page", who="ingrid", come=at("/measures?process=incident")),
    Visit(
        name="nothing off target", endpoint="measures.page", who="ingrid", come=at("/measures?period=2020-01&show=off")
    ),
    Visit(name="measure", endpoint="measures.measure", who="ingrid", come=at("/measures/incident/first_contact")),
    Visit(
        name="measure without cases",
        endpoint="measures.measure",
        who="ingrid",
        come=at("/measures/incident/first_contact?period=2020-01&length=year"),
    ),
    Visit(name="clauses", endpoint="clauses.page", who="omar", come=at("/clauses"), narrow=True),
    Visit(name="clauses of 2005", endpoint="clauses.page", who="omar", come=at("/clauses?edition=2005&show=ready")),
    Visit(name="ownership", endpoint="ownership.page", who="paul", come=at("/ownership"), narrow=True),
    Visit(name="ownership of processes", endpoint="ownership.page", who="ingrid", come=at("/ownership?show=process")),
    Visit(name="across processes", endpoint="audit.across", who="omar", come=at("/history/across")),
    Visit(name="history", endpoint="audit.page", who="omar", come=at("/history")),
    Visit(
        name="trace",
        endpoint="audit.trace_case",
        who="omar",
        come=then(case_of("history", "Calendar invitations"), drawn),
    ),
    Visit(
        name="trace, an entry chosen",
        endpoint="audit.trace_case",
        who="omar",
        come=then(
            case_of("history", "VPN drops"),
            drawn,
            lambda page: page.locator("[data-trace-log] li[data-seq]").nth(3).click(),
            lambda page: page.wait_for_load_state("networkidle"),
        ),
    ),
    Visit(
        name="comparison with the shipped process",
        endpoint="authoring.comparison",
        who="paul",
        come=at("/processes/incident/comparison"),
    ),
    Visit(name="library", endpoint="authoring.library", who="paul", come=at("/processes")),
    Visit(name="process", endpoint="authoring.process", who="paul", come=then(at("/processes/incident"), drawn)),
    Visit(
        name="process with cases moved",
        endpoint="authoring.process",
        who="paul",
        come=then(at("/processes/lending"), drawn),
    ),
    Visit(name="move cases", endpoint="migrating.page", who="paul", come=moving),
    Visit(
        name="move cases, chosen and looked at again, without a reason",
        endpoint="migrating.page",
        who="paul",
        come=then(
            moving,
            lambda page: _done(page.get_by_label("Hand it over").select_option("give")),
            press("Look again"),
            unchecked,
            press("Move the cases"),
        ),
        meant=REFUSED,
    ),
    Visit(
        name="move cases, none to move",
        endpoint="migrating.page",
        who="paul",
        come=then(
            at("/processes/incident"),
            lambda page: page.get_by_role("link", name="Files", exact=True).click(),
            beside("/move"),
        ),
    ),
    Visit(
        name="batch",
        endpoint="migrating.batch",
        who="paul",
        come=then(
            at("/processes/lending"),
            lambda page: page.get_by_role("link", name="To version 2", exact=True).click(),
            lambda page: expect(page.get_by_text("2 of 2 looked at")).to_be_visible(),
        ),
    ),
    Visit(
        name="version",
        endpoint="authoring.version",
        who="paul",
        come=then(first("/processes/incident", "/versions/"), drawn),
    ),
    Visit(name="import", endpoint="importing.page", who="paul", come=at("/import")),
    Visit(name="imported", endpoint="importing.reading", who="paul", come=then(imported, drawn)),
    Visit(
        name="scenarios",
        endpoint="rehearsals.page",
        who="paul",
        come=then(first("/processes/incident", "/versions/"), beside("/scenarios"), drawn),
    ),
    Visit(name="draft", endpoint="authoring.version", who="paul", come=then(draft, drawn)),
    Visit(name="proposal", endpoint="authoring.version", who="paul", come=then(proposal, drawn)),
    Visit(name="file", endpoint="authoring.file", who="paul", come=then(draft, beside("/files/report.form"))),
    Visit(
        name="file of decisions",
        endpoint="authoring.file",
        who="paul",
        come=then(draft, beside("/files/priority.dmn")),
    ),
    Visit(name="form editor", endpoint="form_files.page", who="paul", come=form_editor),
    Visit(
        name="form editor, a field chosen",
        endpoint="form_files.page",
        who="paul",
        come=then(
            form_editor,
            lambda page: page.locator("#form-editor").get_by_text("Which service is concerned?").click(),
            lambda page: page.locator(".bio-properties-panel").get_by_text("In Keelson").click(),
        ),
    ),
    Visit(
        name="form as staff see it, narrow",
        endpoint="form_files.page",
        who="paul",
        come=then(
            draft, beside("/files/report.form/form"), lambda page: expect(page.locator("[data-looked]")).to_be_visible()
        ),
        narrow=True,
    ),
    Visit(name="decision table", endpoint="decision_tables.page", who="paul", come=decision_table),
    Visit(name="decision table, narrow", endpoint="decision_tables.page", who="paul", come=decision_table, narrow=True),
    Visit(
        name="decision table with a mistake, tried",
        endpoint="decision_tables.page",
        who="paul",
        come=then(
            decision_table,
            lambda page: page.get_by_label("impact", exact=True).fill("high"),
            lambda page: page.get_by_label("Rule 2, Urgency").fill('"low'),
            lambda page: expect(page.locator("table.sheet .fault")).to_be_visible(),
        ),
    ),
    Visit(
        name="decision table, rules lit",
        endpoint="decision_tables.page",
        who="paul",
        come=then(
            decision_table,
            lambda page: page.get_by_label("impact", exact=True).fill("high"),
            lambda page: page.get_by_label("urgency", exact=True).fill("low"),
            lambda page: expect(page.locator("tr.is-matched")).to_have_count(1),
        ),
    ),
    Visit(
        name="decision table, a column",
        endpoint="decision_tables.page",
        who="paul",
        come=then(decision_table, lambda page: page.locator("[data-heading]").first.click()),
    ),
    Visit(name="element of decisions", endpoint="decision_elements.page", who="paul", come=decision_element),
    Visit(name="types of decisions", endpoint="decision_types.page", who="paul", come=decision_types),
    Visit(
        name="file with a mistake",
        endpoint="authoring.file",
        who="paul",
        come=then(
            draft,
            beside("/files/report.form"),
            lambda page: page.locator("#content").fill("{"),
            press("Save and check"),
        ),
        meant=REFUSED,
    ),
    Visit(name="modeler", endpoint="modeling.page", who="paul", come=then(modeler, element("INC_Log"))),
    Visit(
        name="modeler, checked",
        endpoint="modeling.page",
        who="paul",
        come=then(
            modeler,
            element("INC_Log"),
            lambda page: _done(page.locator("select[name=formRef]").select_option("")),
            press("Check"),
            lambda page: expect(page.locator("[data-findings] li").first).to_be_visible(),
        ),
    ),
    Visit(
        name="dates of a task, without a reason",
        endpoint="tasks.due",
        who="sara",
        come=then(first("/work?view=groups", "/tasks/"), beside("/due"), unchecked, press("Save")),
        meant=REFUSED,
    ),
    Visit(name="people", endpoint="people.page", who="dana", come=at("/people")),
    Visit(name="people, nobody fits", endpoint="people.page", who="dana", come=at("/people?text=zebra")),
    Visit(name="person", endpoint="people.person", who="dana", come=person("Sara Lind")),
    Visit(name="person, no role", endpoint="people.person", who="dana", come=person("Jana Bauer")),
    Visit(
        name="person, grant refused",
        endpoint="people.person",
        who="dana",
        come=then(person("Sara Lind"), unchecked, press("Grant role")),
        meant=REFUSED,
    ),
    Visit(
        name="person, a role to end",
        endpoint="people.person",
        who="dana",
        come=then(person("Sara Lind"), unfold("End")),
    ),
    Visit(
        name="person, asked to deactivate",
        endpoint="people.person",
        who="dana",
        come=then(person("Sara Lind"), press("Deactivate")),
    ),
    Visit(name="person, deactivated", endpoint="people.person", who="dana", come=deactivated),
    Visit(
        name="person, password link",
        endpoint="people.person",
        who="dana",
        come=then(person("Emil Carter"), press("Make password link")),
    ),
    Visit(name="new person", endpoint="people.new", who="dana", come=at("/people/new")),
    Visit(
        name="new person, refused",
        endpoint="people.new",
        who="dana",
        come=wrong("/people/new", "Add person", {"Login": "sara"}),
        meant=REFUSED,
    ),
    Visit(name="roles", endpoint="people.roles", who="dana", come=at("/people/roles")),
    Visit(name="services", endpoint="records.services", who="dana", come=at("/services")),
    Visit(name="service", endpoint="records.service", who="dana", come=at("/services/email")),
    Visit(name="new service", endpoint="records.service_new", who="dana", come=at("/services/new")),
    Visit(
        name="new service, refused",
        endpoint="records.service_new",
        who="dana",
        come=wrong("/services/new", "Save service", {}),
        meant=REFUSED,
    ),
    Visit(name="records", endpoint="registers.overview", who="pedro", come=at("/records")),
    Visit(name="items", endpoint="registers.listed", who="pedro", come=at("/records/configuration_item")),
    Visit(name="records, none", endpoint="registers.listed", who="pedro", come=at("/records/article")),
    Visit(name="records, none fit", endpoint="registers.listed", who="sara", come=at("/records/supplier?text=zebra")),
    Visit(
        name="record",
        endpoint="registers.record",
        who="sara",
        come=first("/records/configuration_item", "/records/configuration_item/CI"),
    ),
    Visit(name="new record", endpoint="registers.new", who="greta", come=at("/records/agreement/new")),
    Visit(
        name="record, changed",
        endpoint="registers.edit",
        who="pedro",
        come=then(first("/records/configuration_item", "/records/configuration_item/CI"), beside("/edit")),
    ),
    Visit(name="impact", endpoint="schedule.impact_page", who="pedro", come=at("/impact/CI-1002")),
    Visit(name="change calendar", endpoint="schedule.page", who="chiara", come=at("/change-calendar")),
    Visit(name="change calendar, week", endpoint="schedule.page", who="sara", come=at("/change-calendar?view=week")),
    Visit(name="targets", endpoint="records.service_defaults", who="dana", come=at("/targets")),
    Visit(name="working hours", endpoint="records.calendars", who="dana", come=at("/working-hours")),
    Visit(name="a week", endpoint="records.calendar", who="dana", come=at("/working-hours/office")),
    Visit(name="a new week", endpoint="records.calendar_new", who="dana", come=at("/working-hours/new")),
    Visit(name="operations", endpoint="operations.page", who="dana", come=at("/operations")),
    Visit(name="data protection", endpoint="erasing.page", who="vera", come=at("/data-protection?text=a")),
    Visit(
        name="data protection, no such case",
        endpoint="erasing.page",
        who="vera",
        come=at("/data-protection?number=INC-9"),
        meant=frozenset({404}),
    ),
    Visit(
        name="erase a case",
        endpoint="erasing.case",
        who="vera",
        come=at("/data-protection/cases/INC-1001"),
    ),
    Visit(
        name="erase a person",
        endpoint="erasing.person",
        who="vera",
        come=first("/data-protection?text=Jana", "/data-protection/people/"),
    ),
    Visit(name="kept messages", endpoint="operations.message_list", who="dana", come=at("/operations/messages")),
    Visit(
        name="messages that are over",
        endpoint="operations.message_list",
        who="dana",
        come=at("/operations/messages?state=over"),
    ),
    Visit(
        name="kept message",
        endpoint="operations.message",
        who="dana",
        come=first("/operations/messages", "/operations/messages/"),
    ),
    Visit(name="connections", endpoint="connections.page", who="dana", come=at("/operations/connections")),
    Visit(name="senders", endpoint="senders.page", who="dana", come=at("/operations/senders")),
    Visit(
        name="senders, one without a message",
        endpoint="senders.page",
        who="dana",
        come=wrong("/operations/senders", "Make a token", {"Name": "Monitoring"}),
        meant=REFUSED,
    ),
    Visit(name="secret", endpoint="connections.secret", who="dana", come=sealed),
    Visit(name="incidents", endpoint="operations.incident_list", who="dana", come=at("/operations/incidents")),
    Visit(
        name="incident without a reason",
        endpoint="operations.incident",
        who="dana",
        come=then(first("/operations/incidents", "/operations/incidents/"), unchecked, press("Try again")),
        meant=REFUSED,
    ),
    Visit(
        name="case, steered",
        endpoint="instances.case",
        who="dana",
        come=then(case_of("cases", "VPN drops"), drawn, unfold("Go back")),
    ),
    *(
        Visit(name=f"steer: {act}", endpoint=f"steering.{act}", who="dana", come=steered(act))
        for act in ("suspend", "skip", "back", "move", "data", "deadline")
    ),
    Visit(
        name="steer: resume",
        endpoint="steering.resume",
        who="dana",
        come=then(case_of("cases", "VPN drops"), lambda page: page.wait_for_url("**/cases/*"), beside("/steer/resume")),
    ),
    Visit(
        name="correct data, without a reason",
        endpoint="steering.data",
        who="dana",
        come=then(steered("data"), unchecked, press("Correct the data")),
        meant=REFUSED,
    ),
    Visit(name="not there", endpoint="refusals", who="sara", come=at("/cases/INC-99999"), meant=frozenset({404})),
    Visit(name="not for you", endpoint="refusals", who="jana", come=at("/people"), meant=frozenset({403})),
)
