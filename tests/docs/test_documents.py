"""Links, pictures, commands and style of the documentation."""

import re

import pytest

from tests.docs.pages import PAGES, ROOT, Page

EACH = pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
COMMAND = re.compile(r"(?:\.venv/bin/)?python -m ([a-z_]+(?:\.[a-z_]+)*)")
OF_OTHERS = {"pip", "pytest", "venv"}
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}


@EACH
def test_links_lead_somewhere(document: Page) -> None:
    for link in document.links(pictures=False):
        name, _, anchor = link.partition("#")
        target = (document.path.parent / name).resolve() if name else document.path
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in Page(target).anchors, link


@EACH
def test_pictures_are_there(document: Page) -> None:
    for link in document.links(pictures=True):
        picture = document.path.parent / link
        assert picture.exists(), link
        assert picture.read_bytes().startswith(b"\x89PNG"), link


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, ahead = set(), [ROOT / "README.md", ROOT / "CHANGELOG.md"]
    while ahead:
        path = ahead.pop()
        if path not in reached:
            reached.add(path)
            links = [link.partition("#")[0] for link in Page(path).links(pictures=False)]
            ahead += [(path.parent / link).resolve() for link in links if link.endswith(".md")]
    assert {document.path for document in PAGES} <= reached


@EACH
def test_modules_that_are_run_exist(document: Page) -> None:
    for module in COMMAND.findall(document.text):
        place = ROOT / module.replace(".", "/")
        assert module in OF_OTHERS or (place / "__main__.py").exists() or place.with_suffix(".py").exists(), module


@EACH
def test_files_that_commands_name_exist(document: Page) -> None:
    for line in document.code():
        command = line.removeprefix("$ ").partition(" #")[0]
        if not re.match(r"\./|\.venv/|python |node |sqlite3 |uv ", command):
            continue
        for word in command.split():
            own = word.startswith("./") or word.partition("/")[0] in FOLDERS
            if own and "/" in word and not word.startswith("drafts/"):
                assert (ROOT / word).exists(), f"{word} in: {command}"


@EACH
def test_style(document: Page) -> None:
    """Plain words: no exclamation marks, headings in sentence case."""
    assert "!" not in re.sub(r"!\[|`[^`]*`", "", document.prose)
    for heading in re.findall(r"^#+ (.+)$", document.prose, re.M):
        capitals = re.findall(r" ([A-Z][a-z]+)", re.sub(r"^[^:]*: ", "", heading))
        assert not set(capitals) - {"Keelson", "JSON", "BPMN"}, heading


@EACH
def test_the_page_says_nothing_of_the_machine_it_was_written_on(document: Page) -> None:
    assert not re.search(r"/work/|/tmp/|/root/|/home/", document.text)
