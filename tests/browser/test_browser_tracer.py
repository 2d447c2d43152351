"""The diagram of a case in step with its entries."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Answer, Asked, Desk
from tests.browser.drawn import model
from tests.browser.patience import patient

pytestmark = pytest.mark.browser

TRACE = {
    "taken": ["Reported", "F1", "Log", "F2", "Major", "F3"],
    "here": ["Tell"],
    "counts": {"Log": 3, "Tell": 1},
    "entries": [
        {"seq": 1, "elements": ["Reported"], "flows": ["F1"], "here": ["Log"]},
        {"seq": 4, "elements": ["Log", "Major"], "flows": ["F2", "F3"], "here": ["Tell"]},
        {"seq": 5, "elements": ["Tell"], "flows": [], "here": ["Tell"]},
    ],
}
PAGE = """
<section class="card-k" data-trace>
<div class="diagram" data-diagram-url="/model" data-trace-url="/trace" role="region" aria-label="Diagram"></div>
<div class="trace-time js-only" data-trace-controls><button type="button" data-step="-1">Previous</button>
<input type="range" class="form-range" aria-label="Moment" data-moment><button type="button" data-step="1">Next</button>
<output>now</output></div></section>
<ol class="log" data-trace-log>
<li data-seq="5"><time title="at five">5</time><i></i><div>M. Rossi took the task</div></li>
<li data-seq="4"><time title="at four">4</time><i></i><div>S. Lind completed Log incident</div></li>
<li data-seq="1"><time title="at one">1</time><i></i><div>J. Bauer started the case</div></li></ol>
<div data-moment-url="/moment">Data at five</div>
"""


@pytest.fixture
def traced(desk: Desk, watched: Page) -> Page:
    def moment(asked: Asked) -> Answer:
        return Answer(body=f"Data at {parse_qs(asked.query)['seq'][0]}")

    desk.pages |= {
        "/case": desk.document(PAGE, "tracer"),
        "/model": Answer(body=model(), kind="application/xml"),
        "/trace": Answer(body=json.dumps(TRACE), kind="application/json"),
        "/moment": moment,
    }
    watched.goto(f"{desk.address}/case")
    expect(watched.locator(".diagram[data-drawn]")).to_be_visible()
    return watched


def painted(page: Page, name: str) -> set[str]:
    found = page.locator(f".djs-element.{name}").evaluate_all("all => all.map(one => one.dataset.elementId)")
    return set(found)


def test_the_path_and_the_place_are_drawn(traced: Page, barriers: Callable[[], list[str]]) -> None:
    assert painted(traced, "taken") == set(TRACE["taken"])
    assert painted(traced, "here") == {"Tell"}
    expect(traced.locator(".badge-k")).to_have_text("3 ×")
    line = traced.locator('[data-element-id="F1"] .djs-visual > path').first
    colour = line.evaluate("line => getComputedStyle(line).stroke")
    assert colour == "rgb(23, 102, 58)"
    assert not barriers()


def test_an_entry_shows_the_case_as_it_was(traced: Page) -> None:
    traced.get_by_text("J. Bauer started the case").click()
    assert painted(traced, "taken") == {"Reported", "F1"}
    assert painted(traced, "here") == {"Log"}
    expect(traced.get_by_label("Moment")).to_have_value("1")
    expect(traced.locator("output")).to_have_text("at one")
    expect(traced.get_by_text("Data at 1")).to_be_visible()
    assert traced.url.endswith("#entry-1")
    traced.reload()
    expect(traced.locator("li.on")).to_have_attribute("data-seq", "1")


def test_slider_buttons_and_keys_move_the_same_moment(traced: Page) -> None:
    traced.get_by_role("button", name="Previous").click()
    expect(traced.locator("li.on")).to_have_attribute("data-seq", "4")
    traced.get_by_label("Moment").press("ArrowLeft")
    expect(traced.locator("li.on")).to_have_attribute("data-seq", "1")
    traced.locator("li.on .moment").focus()
    traced.keyboard.press("ArrowUp")
    expect(traced.locator("li.on")).to_have_attribute("data-seq", "4")
    expect(traced.locator("li.on .moment")).to_be_focused()
    expect(traced.get_by_text("Data at 4")).to_be_visible()


def test_an_element_shows_its_entries(traced: Page, barriers: Callable[[], list[str]]) -> None:
    traced.locator('[data-element-id="Log"] .djs-hit').first.click(force=True)
    expect(traced.locator("li.about")).to_have_attribute("data-seq", "4")
    expect(traced.get_by_text("1 entry about Log incident")).to_be_visible()
    assert not barriers()
    traced.keyboard.press("Escape")
    expect(traced.locator("li.off")).to_have_count(0)


def test_an_address_names_an_element(traced: Page, desk: Desk) -> None:
    traced.goto(f"{desk.address}/case#at-Log")
    expect(traced.locator("li.about")).to_have_attribute("data-seq", "4")
    assert painted(traced, "about") == {"Log"}
    traced.evaluate("location.hash = 'at-Tell'")
    expect(traced.locator("li.about")).to_have_attribute("data-seq", "5")
    traced.evaluate("location.hash = 'at-Nowhere'")
    traced.reload()
    expect(traced.locator(".diagram[data-drawn]")).to_be_visible()
    expect(traced.locator("li.about")).to_have_count(0)


def test_the_mark_of_bpmn_io_is_seen_in_both_themes_and_nothing_drawn_covers_it(traced: Page) -> None:
    for theme in ("light", "dark"):
        traced.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        on_top = traced.locator(".bjs-powered-by").evaluate(
            "mark => { const b = mark.getBoundingClientRect(); "
            "return mark.contains(document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)); }"
        )
        assert on_top
    ground = traced.locator(".bjs-powered-by").evaluate("mark => getComputedStyle(mark).backgroundColor")
    assert ground == "rgb(230, 233, 239)"


def test_a_diagram_that_cannot_be_had_says_so(desk: Desk, page: Page) -> None:
    desk.pages["/broken"] = desk.document('<div class="diagram" data-diagram-url="/none"></div>', "tracer")
    page.goto(f"{desk.address}/broken")
    expect(page.get_by_text("The diagram could not be drawn")).to_be_visible()


def test_on_a_phone_the_drawing_stays_readable(desk: Desk, browser: Browser, traced: Page) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 780})
    phone = patient(context.new_page())
    phone.goto(f"{desk.address}/case")
    expect(phone.locator(".diagram[data-drawn]")).to_be_visible()
    scale = phone.locator(".viewport").evaluate("e => e.getCTM().a")
    assert scale >= 0.5
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    box = phone.locator('[data-element-id="Tell"] .djs-hit').first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 375 - box["width"]
    context.close()


def test_a_part_of_a_long_history_knows_what_was_passed_before(desk: Desk, watched: Page) -> None:
    part = {**TRACE, "entries": TRACE["entries"][1:2], "before": ["Reported", "F1"], "latest": False}
    desk.pages |= {
        "/case": desk.document(PAGE, "tracer"),
        "/model": Answer(body=model(), kind="application/xml"),
        "/trace": Answer(body=json.dumps(part), kind="application/json"),
    }
    watched.goto(f"{desk.address}/case")
    expect(watched.locator(".diagram[data-drawn]")).to_be_visible()
    assert painted(watched, "taken") == {"Reported", "F1", "Log", "F2", "Major", "F3"}
    assert painted(watched, "here") == {"Tell"}


TALL = Path(__file__).parents[2] / "bpmn" / "library" / "change" / "change.bpmn"
IN_SIGHT = """place => {
  const around = place.getBoundingClientRect();
  const inner = place.querySelector(".viewport").getBoundingClientRect();
  const within = inner.left >= around.left && inner.right <= around.right;
  return within && inner.top >= around.top && inner.bottom <= around.bottom;
}"""


@pytest.fixture
def whole(desk: Desk, watched: Page) -> Page:
    """A page about a drawing that is higher than the window and has closed parts."""
    place = (
        '<div class="diagram" data-height="whole" data-diagram-url="/tall" role="region" aria-label="Diagram"></div>'
    )
    desk.pages |= {
        "/process": desk.document(f"<p>Above</p>{place}<p>Below</p>", "tracer"),
        "/tall": Answer(body=TALL.read_text(encoding="utf-8"), kind="application/xml"),
    }
    watched.set_viewport_size({"width": 1000, "height": 600})
    watched.goto(f"{desk.address}/process")
    expect(watched.locator(".diagram[data-drawn]")).to_be_visible()
    return watched


def test_a_page_about_a_drawing_shows_all_of_it(whole: Page) -> None:
    place = whole.locator(".diagram")
    assert place.evaluate("place => place.clientHeight") > 600, "higher than the window: the page scrolls"
    assert place.evaluate(IN_SIGHT)


def test_the_way_into_a_closed_part_covers_nothing_beside_it(whole: Page) -> None:
    outside = whole.locator(".bjs-drilldown").evaluate_all(
        """buttons => buttons.filter(button => {
          const id = button.closest(".djs-overlays").dataset.containerId;
          const shape = document.querySelector(`[data-element-id="${id}"] .djs-visual > rect`).getBoundingClientRect();
          const own = button.getBoundingClientRect();
          return own.left < shape.left || own.top < shape.top || own.right > shape.right || own.bottom > shape.bottom;
        }).length"""
    )
    assert whole.locator(".bjs-drilldown").count() > 1
    assert outside == 0


def test_a_closed_part_takes_the_height_it_needs_and_gives_it_back(whole: Page) -> None:
    place = whole.locator(".diagram")
    before = place.evaluate("place => place.clientHeight")
    whole.locator(".bjs-drilldown").last.click()
    way_back = whole.locator(".bjs-breadcrumbs li").first
    expect(way_back).to_be_in_viewport()
    assert place.evaluate("place => place.clientHeight") < before
    way_back.click()
    expect(whole.locator(".bjs-drilldown").first).to_be_visible()
    assert place.evaluate("place => place.clientHeight") == before


def test_whoever_asks_for_all_of_a_drawing_gets_all_of_it(whole: Page) -> None:
    whole.set_viewport_size({"width": 375, "height": 600})
    place = whole.locator(".diagram")
    whole.wait_for_function(f"!({IN_SIGHT})(document.querySelector('.diagram'))")
    whole.get_by_role("button", name="Show the whole diagram").click()
    whole.wait_for_function(f"({IN_SIGHT})(document.querySelector('.diagram'))")
    assert place.evaluate("place => place.clientWidth") < 375


def test_where_a_case_stands_is_in_sight_on_a_drawing_too_large_to_show_whole(desk: Desk, watched: Page) -> None:
    standing = ["CHG_Screen", "CHG_Assess"]
    place = '<div class="diagram" data-diagram-url="/tall" data-trace-url="/stands" role="region"></div>'
    desk.pages |= {
        "/case": desk.document(place, "tracer"),
        "/tall": Answer(body=TALL.read_text(encoding="utf-8"), kind="application/xml"),
        "/stands": Answer(body=json.dumps({"taken": [], "here": standing}), kind="application/json"),
    }
    watched.set_viewport_size({"width": 700, "height": 500})
    watched.goto(f"{desk.address}/case")
    expect(watched.locator(".diagram[data-drawn]")).to_be_visible()
    seen = ["CHG_Screen", "CHG_Weighing"]
    assert painted(watched, "here") == set(seen), "the closed part that holds the other task"
    around = watched.locator(".diagram").bounding_box()
    assert around is not None
    for element in seen:
        box = watched.locator(f'[data-element-id="{element}"] .djs-visual').first.bounding_box()
        assert box is not None
        assert around["y"] <= box["y"] <= box["y"] + box["height"] <= around["y"] + around["height"], element
    watched.locator('[data-container-id="CHG_Weighing"] .bjs-drilldown').click()
    expect(watched.locator(".djs-element.here")).to_have_attribute("data-element-id", "CHG_Assess")


def test_on_a_phone_one_place_of_several_is_in_sight(desk: Desk, watched: Page) -> None:
    place = '<div class="diagram" data-diagram-url="/tall" data-trace-url="/stands" role="region"></div>'
    desk.pages |= {
        "/case": desk.document(place, "tracer"),
        "/tall": Answer(body=TALL.read_text(encoding="utf-8"), kind="application/xml"),
        "/stands": Answer(body=json.dumps({"taken": [], "here": ["CHG_Agree", "CHG_Plan"]}), kind="application/json"),
    }
    watched.set_viewport_size({"width": 375, "height": 500})
    watched.goto(f"{desk.address}/case")
    expect(watched.locator(".diagram[data-drawn]")).to_be_visible()
    around = watched.locator(".diagram").bounding_box()
    box = watched.locator('[data-element-id="CHG_Agree"] .djs-visual').first.bounding_box()
    assert around is not None
    assert box is not None
    assert around["y"] <= box["y"] <= box["y"] + box["height"] <= around["y"] + around["height"]
    assert around["x"] <= box["x"] <= box["x"] + box["width"] <= around["x"] + around["width"]
