"""The page about the architecture names what is there, in the order that the contracts hold."""

import re
import tomllib

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")


def test_rooms_of_the_engine_are_on_the_page_from_the_ground_up() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["name"] == "Inside the engine")
    height = {
        room: level
        for level, names in enumerate(reversed(layers))
        for room in re.findall(r"\w+", names)
        if room != "__main__"
    }
    _, _, table = PAGE.partition("## The rooms of the engine")
    told = [room for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for room in re.findall(r"`(\w+)`", row)]
    assert sorted(told) == sorted(height)
    assert [height[room] for room in told] == sorted(height[room] for room in told)
