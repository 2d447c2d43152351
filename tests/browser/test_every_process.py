"""Every process of the library through the real pages: its good way, from the start page to the history of its case."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from bpmn.diagram import Diagram, UserTask
from bpmn.library import shipped
from bpmn.scenarios import ENDING, read_scenario
from tests.browser.conftest import WCAG
from tests.browser.patience import patient
from tests.browser.playing import Player
from tests.browser.seats import WIDE
from tests.browser.served import House, serving
from tests.browser.test_axe_every_page import FIND
from tests.browser.ways import WAYS

pytestmark = pytest.mark.browser

DRAWN = ".djs-container .djs-element.taken[data-element-id]"
SPREAD = [
    pytest.param(process, id=process, marks=pytest.mark.xdist_group(f"processes-{number % 2}"))
    for number, process in enumerate(WAYS)
]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server a worker."""
    with serving(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[Page]:
    """One page a worker: scripts and styles come once."""
    context = browser.new_context(
        viewport=WIDE,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    yield patient(context.new_page())
    context.close()


@pytest.fixture
def page(shared: Page) -> Iterator[Page]:
    """The page; what goes wrong on its console, and requests that fail, fail the test."""
    problems: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(f"{shared.url}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            problems.append(f"{response.status} {response.url}")

    def uncaught(error: Exception) -> None:
        problems.append(f"{shared.url}: {error}")

    shared.on("console", heard)
    shared.on("response", answered)
    shared.on("pageerror", uncaught)
    yield shared
    shared.goto("about:blank")
    shared.remove_listener("console", heard)
    shared.remove_listener("response", answered)
    shared.remove_listener("pageerror", uncaught)
    assert not problems


def test_every_process_has_a_way() -> None:
    assert WAYS.keys() == shipped().keys()


@pytest.mark.parametrize("process", SPREAD)
def test_a_process_on_the_pages(process: str, house: House, page: Page, axe_source: str, tmp_path: Path) -> None:
    name = WAYS[process] + ENDING
    scenario = read_scenario(shipped()[process][name], name)
    looked: list[str] = []

    def look(_: str) -> None:
        """Bar nobody from the first form."""
        if not looked:
            page.evaluate(axe_source)
            looked.extend(page.evaluate(FIND, {"type": "tag", "values": WCAG}) or ["nothing bars"])

    with house.opened(tmp_path / "data") as installation:
        player = Player(
            page=page,
            house=house,
            installation=installation,
            process_id=process,
            scenario=scenario,
            look=look,
        )
        player.play()
        assert looked == ["nothing bars"]
        ended(player)


def ended(player: Player) -> None:
    """The page of the case names its end; its history draws every step of the way."""
    page, diagram = player.page, player.process.diagram
    player.house.sit_down(page, "omar")
    page.goto(f"{player.house.address}/cases/{player.number}")
    ends = player.entered(player.case_id) & set(player.scenario.expected.end or ())
    assert ends, "the case came to another end than the scenario says"
    for end in ends:
        expect(page.locator("main")).to_contain_text(diagram.element(end).title)
    page.locator("main").get_by_role("link", name="History").click()
    expect(page.locator(".head")).to_contain_text("Chain consistent")
    page.locator(DRAWN).first.wait_for(state="attached")
    ids = "all => all.map(one => one.dataset.elementId)"
    taken = set(page.locator(DRAWN).evaluate_all(ids))
    drawn = set(page.locator(".djs-container .djs-element[data-element-id]").evaluate_all(ids))
    works = any(isinstance(element, UserTask) for process in diagram.processes for element in process.elements)
    assert bool(player.done) == works
    missing = {place(step, diagram, drawn) for step in {*player.done, *ends}} - taken
    assert not missing, f"{missing} are not on the way that is drawn"


def place(element_id: str, diagram: Diagram, drawn: set[str]) -> str:
    """Where a step is seen on the drawing: at itself, or at the closed sub-process that holds it."""
    while element_id not in drawn:
        element_id = diagram.element(element_id).scope_id
    return element_id
