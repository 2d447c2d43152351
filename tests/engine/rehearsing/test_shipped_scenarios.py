"""The scenarios that come with the shipped processes: all come as expected, every path of every diagram is taken.

So every end is reached, every timer goes off and every message comes, in some scenario: each leads on by a path.
"""

import pytest

from bpmn.draft import read_draft
from bpmn.library import shipped
from engine.installation import Installation
from engine.rehearsing.testing import play_all, played
from tests.engine.rehearsing.test_models_of_other_tools import files

SHIPPED = shipped()


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_comes_as_expected_and_every_path_is_taken(name: str) -> None:
    tested = list(play_all(name, SHIPPED[name]))
    assert tested
    assert not [f"{one.name}: {one.problem or list(map(str, one.differences))}" for one in tested if not one.passed]
    ends = {element for one in tested if one.rehearsal for element in one.rehearsal.end}
    taken = {flow for one in tested if one.rehearsal for flow in one.rehearsal.flows}
    process = read_draft(SHIPPED[name]).diagram.executable[0]
    drawn = {part.id for part in process.within(process.id) if part.kind == "endEvent"}
    assert drawn - ends == set()
    assert {flow.id for flow in process.flows} - taken == set()


def test_without_time_left_nothing_is_played_and_what_was_played_is_kept(sqlite_store: Installation) -> None:
    given = {**files("parallel.bpmn"), "a.scenario.json": b"{}"}
    assert played(sqlite_store, given, seconds=0) == {"a.scenario.json": None}
    first = played(sqlite_store, given)["a.scenario.json"]
    assert first is not None
    assert first.passed
    assert played(sqlite_store, given, seconds=0)["a.scenario.json"] is first
