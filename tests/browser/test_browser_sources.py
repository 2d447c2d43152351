"""What must hold of the browser sources without a browser."""

import json
import re
from pathlib import Path

import pytest

from bpmn.rules.misspelt_property import KNOWN
from engine.reports.sentences import WORDS
from webui.shell import entry_icon

WEBUI = Path(__file__).resolve().parents[2] / "webui"
BROWSER = WEBUI / "browser"
SCRIPTS = sorted(file for kind in ("*.js", "*.jsx") for file in BROWSER.rglob(kind) if "node_modules" not in file.parts)
ICONS = {line for line in (BROWSER / "page/icons.txt").read_text("utf-8").split("\n") if line and line[0] != "#"}
OWN_ICONS = {file.stem for file in (BROWSER / "page/icons").glob("*.svg")}


def test_there_are_sources_to_look_at() -> None:
    assert len(SCRIPTS) > 20


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: str(file.relative_to(BROWSER)))
def test_scripts_keep_the_policy_of_the_pages(script: Path) -> None:
    """No code from text, no style attribute, no handler in markup: the content security policy would refuse them."""
    source = script.read_text("utf-8")
    assert not re.search(r"\beval\(|new Function|document\.write|setAttribute\(\s*['\"](style|on\w+)['\"]", source)
    assert len(source.splitlines()) <= 300


def test_templates_use_icons_that_the_sprite_has() -> None:
    used = set()
    for template in WEBUI.joinpath("templates").rglob("*.html"):
        used |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']\)""", template.read_text("utf-8")))
    assert used <= ICONS | OWN_ICONS


def test_entries_of_a_history_have_icons_that_the_sprite_has() -> None:
    used = {entry_icon(icon) for icon, _ in WORDS.values()}
    assert used - ICONS - OWN_ICONS == set()


def test_scripts_use_icons_that_the_sprite_has() -> None:
    used = set()
    for script in SCRIPTS:
        used |= set(re.findall(r"""\bicon(?:\(|: )["']([a-z0-9-]+)["']""", script.read_text("utf-8")))
    assert used
    assert used <= ICONS | OWN_ICONS


def test_scripts_say_only_words_that_are_in_the_catalogue() -> None:
    catalogue = set(re.findall(r'^  "?([a-z-]+)"?: "', (BROWSER / "page/texts.js").read_text("utf-8"), re.M))
    used = set()
    for script in SCRIPTS:
        source = script.read_text("utf-8")
        used |= set(re.findall(r"""\btext\(["']([a-z-]+)["']""", source))
        for one in re.findall(r"""\bcounted\([^,]+, ["']([a-z-]+)["']""", source):
            used |= {f"one-{one}", f"many-{one}s"}
    assert len(used) > 30
    assert used <= catalogue


def test_the_build_if_there_is_one_is_whole() -> None:
    built = WEBUI / "static" / "dist"
    if not (built / "manifest.json").is_file():
        pytest.skip("the browser parts are not built; ./run test builds them")
    names = json.loads((built / "manifest.json").read_text("utf-8"))
    scripts = {"page.js", "theme.js", "tracer.js", "modeler.js", "decisions.js", "boxes.js", "types.js", "forms.js"}
    styles = {"page.css", "tracer.css", "modeler.css", "decisions.css", "boxes.css", "forms.css"}
    assert names.keys() == scripts | styles | {"icons", "favicon"}
    for name in names.values():
        content = (built / name).read_text("utf-8")
        parts = re.findall(r"""["'](\./part-[A-Z0-9]+\.js)["']|url\(["']?(\./[\w-]+\.woff2)""", content)
        assert not [part for pair in parts for part in pair if part and not (built / part).is_file()]
    assert 'id="anchor"' in (built / names["icons"]).read_text("utf-8")


def test_every_property_that_is_read_can_be_set_in_the_panel() -> None:
    panel = "".join(file.read_text("utf-8") for file in SCRIPTS if file.parent.name == "panel")
    unset = {name for name in KNOWN if not re.search(rf"""\b(?:kept|yes)\(["']{name}["']""", panel)}
    assert unset == set()
