"""What it costs to tell of a long case, in lines of code run: as much for each visit, however large the diagram is."""

from functools import partial

from bpmn.scenarios import Scenario
from engine.rehearsing import rehearse, telling
from tests.bpmn.compiling.drawing import xml
from tests.engine.running.test_size import chain
from tests.parts.counting import lines_run


def rehearsed(length: int) -> None:
    told = rehearse({"p.bpmn": xml(chain(length), "p")}, Scenario())
    assert told.status == "completed"
    assert len(told.path) == length + 2


def test_telling_a_chain_twice_as_long_costs_twice_as_much() -> None:
    small, large = (lines_run(telling, partial(rehearsed, length)) for length in (100, 200))
    assert large < 2.2 * small
