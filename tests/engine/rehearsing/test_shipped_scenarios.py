"""The scenarios that come with the shipped processes: every end is reached, and all come as expected."""

from bpmn.draft import read_draft
from bpmn.library import shipped
from engine.rehearsing.command import play_all


def test_every_shipped_scenario_comes_as_expected_and_every_end_is_reached() -> None:
    for name, files in shipped().items():
        tested = list(play_all(name, files))
        assert tested
        assert not [f"{one.name}: {one.problem or list(map(str, one.differences))}" for one in tested if not one.passed]
        ends = {element for one in tested if one.rehearsal for element in one.rehearsal.end}
        process = read_draft(files).diagram.executable[0]
        drawn = {part.id for part in process.within(process.id) if part.kind == "endEvent"}
        assert drawn - ends == set()
