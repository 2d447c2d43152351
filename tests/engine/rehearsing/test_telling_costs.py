"""What it costs to tell of a long case, in lines of code run: as much for each visit, however large the diagram is."""

import sys
from types import FrameType
from typing import Any

from bpmn.scenarios import Scenario
from engine.rehearsing import rehearse, telling
from tests.bpmn.compiling.drawing import xml
from tests.engine.running.test_size import chain


def lines_run(length: int) -> int:
    """Rehearse a chain of tasks; gives how many lines of the module that tells ran."""
    run = [0]

    def inside(_frame: FrameType, event: str, _argument: Any) -> Any:
        run[0] += event == "line"
        return inside

    def entering(frame: FrameType, _event: str, _argument: Any) -> Any:
        return inside if frame.f_code.co_filename == telling.__file__ else None

    before = sys.gettrace()
    sys.settrace(entering)
    try:
        told = rehearse({"p.bpmn": xml(chain(length), "p")}, Scenario())
    finally:
        sys.settrace(before)
    assert told.status == "completed"
    assert len(told.path) == length + 2
    return run[0]


def test_telling_a_chain_twice_as_long_costs_twice_as_much() -> None:
    assert lines_run(200) < 2.2 * lines_run(100)
