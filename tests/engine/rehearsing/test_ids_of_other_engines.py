"""Whatever name an id is, SpiffWorkflow's own ones included, it runs, waits, is kept and is told as it was drawn."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.checking import check
from bpmn.compiling import compile_process
from bpmn.draft import read_draft
from bpmn.scenarios import read_scenario
from engine.rehearsing import Rehearsal, rehearse
from engine.running import places
from forms.data import canonical
from tests.bpmn.drawing import VOCABULARY
from tests.engine.rehearsing.written import flowable
from tests.engine.running.playing import Play

IDS = ("p", "s", "w", "b", "sp", "i", "m", "o", "v", "vs", "vt", "g", "f1", "x", "e")
"""Of the model below, every id that its elements and its process have."""
NAMES = st.sampled_from(
    (
        *("Start", "End", "Root", "start", "end", "root", "StartEventJoin", "case", "None", "id", "status", "instance"),
        *(f"{each}.{part}" for each in ("w", "sp", "s", "p") for part in ("EndJoin", "BoundaryEventSplit")),
        *("w.BoundaryEventJoin", "sp.BoundaryEventParent", "w_EndJoin", "w_guard", "w.instance"),
    )
)
MODEL = flowable(
    '<startEvent id="s"/><userTask id="w"/>'
    '<boundaryEvent id="b" attachedToRef="w" cancelActivity="false"><timerEventDefinition>'
    "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    '<subProcess id="sp"><startEvent id="i"/><userTask id="m"><multiInstanceLoopCharacteristics>'
    "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    '<endEvent id="o"/><sequenceFlow id="g1" sourceRef="i" targetRef="m"/>'
    '<sequenceFlow id="g2" sourceRef="m" targetRef="o"/></subProcess>'
    '<subProcess id="v" triggeredByEvent="true"><startEvent id="vs" isInterrupting="false"><timerEventDefinition>'
    '<timeDuration>PT2H</timeDuration></timerEventDefinition></startEvent><userTask id="vt"/>'
    '<sequenceFlow id="g3" sourceRef="vs" targetRef="vt"/></subProcess>'
    '<exclusiveGateway id="g" default="f5"/><endEvent id="x"/><endEvent id="e"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="w"/><sequenceFlow id="f2" sourceRef="w" targetRef="sp"/>'
    '<sequenceFlow id="f3" sourceRef="sp" targetRef="g"/><sequenceFlow id="f4" sourceRef="g" targetRef="x">'
    "<conditionExpression>${lost}</conditionExpression></sequenceFlow>"
    '<sequenceFlow id="f5" sourceRef="g" targetRef="e"/><sequenceFlow id="f6" sourceRef="b" targetRef="x"/>'
)


def renamed(names: dict[str, str]) -> bytes:
    """The model with other ids."""

    def named(found: re.Match[str]) -> str:
        return f'{found[1]}="{names.get(found[2], found[2])}"'

    return re.sub(r'\b(id|sourceRef|targetRef|attachedToRef)="([^"]+)"', named, MODEL.decode()).encode()


def played(names: dict[str, str]) -> Rehearsal:
    scenario = canonical({"data": {"lost": False}, "delays": {names.get("w", "w"): "PT3H"}})
    return rehearse({"p.bpmn": renamed(names)}, read_scenario(scenario.encode(), "s.json"))


@st.composite
def namings(draw: st.DrawFn) -> dict[str, str]:
    """Other ids for some of them."""
    old = draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1, max_size=8))
    new = draw(st.lists(NAMES, unique=True, min_size=len(old), max_size=len(old)))
    return dict(zip(old, new, strict=True))


def told(rehearsal: Rehearsal, names: dict[str, str]) -> list[tuple[str, ...]]:
    return [(names.get(element := str(one["element"]), element), str(one["event"])) for one in rehearsal.trace]


@settings(max_examples=10, deadline=None)
@given(namings())
def test_it_runs_through_the_store_with_any_ids(names):
    plain, other = played({}), played(names)
    assert (plain.status, other.status) == ("completed", "completed")
    assert [names.get(one, one) for one in plain.path] == list(other.path)
    assert told(plain, names) == told(other, {})
    assert plain.data == other.data


@settings(max_examples=15, deadline=None)
@given(namings())
def test_it_waits_and_is_kept_with_any_ids(names):
    draft = read_draft({"p.bpmn": renamed(names)})
    play = Play(compile_process(draft, names.get("p", "p")), {"lost": False}, again=True)
    assert play.tasks == [names.get("w", "w")]
    assert {one.element_id for one in places(play.live)} >= {names.get("w", "w")}
    play.do(names.get("w", "w"))
    assert play.tasks == [names.get("m", "m")] * 2


@settings(max_examples=15, deadline=None)
@given(namings())
def test_a_release_is_asked_the_same_with_any_ids(names):
    plain, other = (check(read_draft({"p.bpmn": renamed(each)}), VOCABULARY) for each in ({}, names))
    assert sorted((one.code, names.get(one.element_id or "", one.element_id)) for one in plain) == sorted(
        (one.code, one.element_id) for one in other
    )


def test_an_id_that_is_the_name_of_a_part_is_refused_by_name():
    names = {"m": "w#guard"}
    assert played(names).status == "completed"  # on another level nothing is confused
    refused = played({"g": "w#guard"})
    assert refused.status == "refused"
    assert ("id_taken", "w") in {(one.code, one.element_id) for one in refused.findings if one.severity == "error"}
