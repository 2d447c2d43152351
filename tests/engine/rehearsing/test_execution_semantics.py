"""The statements of BPMN 2.0 about what runs, each played as a rehearsal: by the real acts, saved after every one."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from bpmn.scenarios import Outcome, Scenario
from engine.rehearsing import rehearse
from tests.bpmn.compiling.drawing import xml
from tests.engine.rehearsing.semantics import ROWS, Row

_PATHS = re.compile(r"\w+(>\w+)+( \w+(>\w+)+)*")


def drawn(text: str, process_id: str) -> bytes:
    """Draw lines, of which some are paths."""
    lines = []
    for line in text.splitlines():
        if _PATHS.fullmatch(line):
            lines += [f"{a} -> {b}" for path in line.split() for a, b in pairwise(path.split(">"))]
        else:
            lines.append(line)
    return xml("\n".join(lines), process_id)


def given(row: Row) -> Scenario:
    answers = {name: tuple(values) for name, values in row.answers.items()}
    answers |= {name: (None,) for name in row.open.split()}
    services = {"a": (Outcome(error=row.error),)} if row.error else {}
    sendings = tuple(row.send)
    return Scenario(process="p", data=row.data, answers=answers, sendings=sendings, services=services)


@pytest.mark.parametrize("name", ROWS)
def test_it_runs_as_the_standard_says(name: str) -> None:
    row = ROWS[name]
    files = {"p.bpmn": drawn(row.text, "p")}
    if row.called:
        files["called.bpmn"] = drawn(row.called, "called")
    played = rehearse(files, given(row))
    why = [f"{each.element_id}: {each.message}" for each in played.findings], played.incidents, played.reason
    path = [str(told["element"]) for told in played.trace if told["event"] == "entered"]
    assert played.status == row.status, (path, why)
    if row.status != "failed":
        assert Counter(path) == Counter(row.path.split()), path
    else:
        assert played.incidents or any(case["error"] for case in played.cases), why
    assert sorted(str(place["element"]) for place in played.waiting) == sorted(row.waiting.split()), played.waiting
    for pair in row.order.split():
        before, behind = pair.split("<")
        assert path.index(before) < path.index(behind), path
    assert {key: played.data.get(key) for key in row.after} == dict(row.after)
