"""The statements of BPMN 2.0 about what runs, each played as a rehearsal: by the real acts, saved after every one."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from bpmn.scenarios import Outcome, Scenario
from engine.rehearsing import rehearse
from tests.bpmn.compiling.drawing import xml
from tests.engine.rehearsing.semantics import PLAIN, ROWS, Row

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


def test_how_far_a_case_came_in_the_background_before_it_failed_is_told() -> None:
    text = PLAIN + "timer t catch = PT1H\nscript k { n = 1 }\nxor x\nuser a\ns>t>k>x\nx -> a [n > 1]\na>e"
    played = rehearse({"p.bpmn": drawn(text, "p")}, Scenario(process="p"))
    assert played.status == "failed"
    assert played.path == ["s", "t", "k"]
    assert played.data == {"n": 1}
    assert [told["event"] for told in played.trace if told["element"] == "x"] == ["entered"]


def test_the_pools_of_one_collaboration_begin_together() -> None:
    """Also where they talk by signals alone (clause 9: each pool is a process of its own that runs by itself)."""
    sends = drawn("start s1\ntimer t1 catch = PT1H\nsignal w1 throw = red\nend e1\ns1>t1>w1>e1", "one")
    hears = drawn("start s2\nsignal c2 catch = red\nend e2\ns2>c2>e2", "two")
    _, _, rest = hears.partition(b"<bpmn:process ")
    process, _, _ = rest.partition(b"</bpmn:process>")
    pools = b'<bpmn:collaboration id="c"><bpmn:participant id="P1" processRef="one"/>'
    pools += b'<bpmn:participant id="P2" processRef="two"/></bpmn:collaboration>'
    both = sends.replace(b"<bpmn:process ", pools + b"<bpmn:process " + process + b"</bpmn:process><bpmn:process ", 1)
    played = rehearse({"p.bpmn": both}, Scenario())
    assert (played.status, sorted(played.end)) == ("completed", ["e1", "e2"]), played.findings
