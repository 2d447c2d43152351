import hashlib
import threading
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.errors import CaseEnded, NobodyWaits, StateUnreadable, StepFailed
from engine.model.step import DataChanged, TaskOpened
from engine.running import NotWaiting, restore, saved_state, start, workflow
from engine.running.workflow import NoScripts
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, Play, outline

BESIDE = """
start s
and fork
user a
user b
and join
user after
s -> fork
fork -> a
fork -> b
a -> join
b -> join
join -> after
"""
ONE = "start s\nuser t\nend e\ns -> t\nt -> e"


def test_branches_see_each_other_and_joins_merge_nothing():
    play = Play(drawn(BESIDE), {"l": [1, 2], "d": {"x": 1}})
    play.do("a", l=[5], d={"y": 2})
    (token,) = play.open
    assert play.live.data_at(token) == {"l": [5], "d": {"y": 2}}
    play.do("b", n=1)
    assert play.live.data == {"l": [5], "d": {"y": 2}, "n": 1}


def test_only_what_changed_is_reported_with_old_and_new():
    play = Play(drawn(ONE), {"a": 1, "b": [True]})
    steps = play.do("t", a=Decimal("1.0"), b=[1], c=None)
    assert [step for step in steps if isinstance(step, DataChanged)] == [
        DataChanged(name="b", old=[True], new=[Decimal(1)], was_set=True, is_set=True),
        DataChanged(name="c", old=None, new=None, was_set=False, is_set=True),
    ]


def test_script_lines_see_those_before_them():
    play = Play(drawn("start s\nscript c { a = 1 ; b = a + 1 ; // note ; a = b * 2 }\nend e\ns -> c\nc -> e"))
    assert play.live.data == {"a": 4, "b": 2}


def test_read_only_names_are_seen_and_not_kept_and_not_assignable():
    at = replace(AT, names={"case": {"number": "INC-1"}})
    play = Play(drawn("start s\nscript c { n = case.number }\nuser t\ns -> c\nc -> t"), at=at)
    assert play.live.data == {"n": "INC-1"}
    with pytest.raises(StepFailed) as caught:
        play.do("t", case="mine")
    assert caught.value.code == "reserved_name"


@pytest.mark.parametrize(
    "value",
    [
        {"typename": "datetime", "value": [1]},
        [{"typename": {"typename": "Task"}}],
        Decimal("0.10000000000000000000000000000000001"),
        Decimal("1.50"),
        Decimal("1E+30"),
        -Decimal("0.0"),
        {"z": 1, "a": {"y": None, "b": True}, "": "x"},
        "\u0001\u007f€𝄞",
        "",
        [],
        {},
    ],
)
def test_data_come_back_exactly_and_in_order(value):
    play = Play(drawn(ONE), {"v": value, "typename": "Task"})
    again = restore(play.compiled, play.live.save()).data
    assert repr(again) == repr(play.live.data)
    assert again["v"] == value


def test_data_outside_cannot_be_changed_through_copies():
    given = {"l": [[1]]}
    play = Play(drawn(ONE), given, again=False)
    given["l"][0].append(2)
    play.live.data["l"][0].append(3)
    play.live.data_at(next(iter(play.open)))["l"].append(4)
    assert play.live.data == {"l": [[1]]}


@pytest.mark.parametrize("value", [float("nan"), object(), {1: 2}, "\0x"])
def test_answers_that_are_no_data_change_nothing(value):
    play = Play(drawn(ONE), again=False)
    with pytest.raises(StepFailed) as caught:
        play.do("t", v=value)
    assert (caught.value.element_id, caught.value.code) == ("t", "data_unacceptable")
    play.do("t", v=1)
    assert play.ended == "e"


def test_what_does_not_wait_is_refused_and_nothing_changes():
    play = Play(drawn(BESIDE), again=False)
    before = play.live.save()
    token = next(iter(play.open))
    for refused in (
        lambda: play.live.complete("no token", {}, AT),
        lambda: play.live.fire(token, AT),
        lambda: play.live.data_at("00000000-0000-0000-0000-000000000000"),
    ):
        with pytest.raises(NotWaiting):
            refused()
    with pytest.raises(NobodyWaits):
        play.live.deliver("x", {}, AT)
    assert play.live.save() == before
    play.do("a")
    with pytest.raises(NotWaiting):
        play.live.complete(token, {}, AT)


def test_only_tasks_are_completed_and_only_timers_fire():
    play = Play(drawn("start s\nuser t\ntimer late on=t = PT1H\nmessage m on=t = x\ns -> t\n"), again=False)
    (task,), (timer,), (message,) = play.open, play.due, play.awaited
    for refused in (
        lambda: play.live.complete(timer, {}, AT),
        lambda: play.live.complete(message, {}, AT),
        lambda: play.live.fire(task, AT),
        lambda: play.live.fire(message, AT),
        lambda: play.live.complete(str(play.live._case.task_tree.id), {}, AT),
    ):
        with pytest.raises(NotWaiting):
            refused()
    with pytest.raises(NobodyWaits):
        play.live.deliver("x", {}, AT, timer)
    play.check()


class Lazy(Mapping):
    """Names that remember what was asked for."""

    def __init__(self):
        self.asked = []

    def __getitem__(self, name):
        if name not in ("case", "calendar"):
            raise KeyError(name)
        self.asked.append(name)
        return {"number": "INC-1"}

    def __contains__(self, name):
        return name in ("case", "calendar")

    def __iter__(self):
        return iter(("case", "calendar"))

    def __len__(self):
        return 2


def test_only_names_that_are_read_are_fetched():
    names = Lazy()
    play = Play(drawn("start s\nscript c { n = case.number }\nuser t\ns -> c\nc -> t"), at=replace(AT, names=names))
    play.do("t", x=1)
    assert names.asked == ["case"]


def test_expressions_that_grow_too_far_fail_naming_the_element():
    with pytest.raises(StepFailed) as caught:
        Play(drawn("start s\nscript c { n = count(for i in 1..10000000 return i) }\ns -> c"))
    assert (caught.value.element_id, caught.value.code) == ("c", "expression_limit")


def test_an_act_has_a_bound_on_processor_time(monkeypatch):
    monkeypatch.setattr(workflow, "SECONDS", 0.2)
    lines = "start s\nxor a\nscript b { n = count(for i in 1..50000 return i) }\ns -> a\na -> b\nb -> a"
    with pytest.raises(StepFailed) as caught:
        Play(drawn(lines))
    assert caught.value.code == "too_long"


def test_a_case_that_holds_too_much_is_not_kept(monkeypatch):
    play = Play(drawn(ONE), {"v": "x" * 5000}, again=False)
    saved = play.live.save()
    monkeypatch.setattr(saved_state, "SIZE", 1000)
    with pytest.raises(StepFailed) as caught:
        play.live.save()
    assert caught.value.code == "case_too_large"
    with pytest.raises(StateUnreadable, match="larger"):
        restore(play.compiled, saved)


def test_an_ended_case_takes_no_more_acts():
    play = Play(drawn(ONE))
    token = next(iter(play.open))
    play.do("t")
    for act in (
        lambda: play.live.complete(token, {}, AT),
        lambda: play.live.deliver("x", {}, AT),
        lambda: play.live.cancel(AT),
        lambda: restore(play.compiled, play.live.save()).cancel(AT),
    ):
        with pytest.raises(CaseEnded):
            act()


def test_cancelling_withdraws_everything():
    play = Play(
        drawn("""
        start s
        and fork
        user a
        timer t on=a = PT1H
        message m = hello
        sub inner {
        start i
        user b count=2
        i -> b
        }
        s -> fork
        fork -> a
        fork -> m
        fork -> inner
        """)
    )
    play.cancel()
    assert play.live.completed
    assert play.ended is None
    assert restore(play.compiled, play.live.save()).completed


def test_damaged_states_are_refused():
    play = Play(drawn(BESIDE), {"x": hashlib.sha256(b"something that does not compress").hexdigest()})
    saved = play.live.save()
    for place in range(len(saved)):
        damaged = bytearray(saved)
        damaged[place] ^= 0xFF
        with pytest.raises(StateUnreadable):
            restore(play.compiled, bytes(damaged))
        with pytest.raises(StateUnreadable):
            restore(play.compiled, saved[:place])
    with pytest.raises(StateUnreadable, match="belongs to"):
        restore(drawn(BESIDE, process_id="other"), saved)
    with pytest.raises(StateUnreadable, match="fit"):
        restore(drawn(ONE), saved)


def test_a_compiled_process_is_never_changed_and_serves_threads():
    compiled = drawn(BESIDE)

    def snapshot():
        return {name: deepcopy({**vars(node), "_wf_spec": None}) for name, node in compiled.spec.task_specs.items()}

    def comparable(nodes):
        return {
            name: {key: repr(vars(value)) if key.endswith("_event") else repr(value) for key, value in node.items()}
            for name, node in nodes.items()
        }

    before = comparable(snapshot())
    outlines, threads = [], []

    def play_through():
        for _ in range(20):
            play = Play(compiled, {"l": []})
            play.do("b", l=[1])
            play.do("a", x=1)
            play.do("after")
            outlines.append(outline(play.all))

    for _ in range(4):
        threads.append(threading.Thread(target=play_through))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert len(outlines) == 80
    assert all(found == outlines[0] for found in outlines)
    assert comparable(snapshot()) == before


def test_tasks_open_with_what_they_can_see():
    _, steps = start(drawn(ONE), {"a": 1}, AT)
    (opened,) = [step for step in steps if isinstance(step, TaskOpened)]
    assert opened.data == {"a": 1}


def test_spiffworkflow_is_given_no_way_to_run_python():
    case = Play(drawn(ONE)).live._case
    assert isinstance(case.script_engine.environment, NoScripts)
    for call in (
        lambda: case.script_engine.evaluate(case.task_tree, "1"),
        lambda: case.script_engine.environment.evaluate("1", {}),
        lambda: case.script_engine.environment.execute("x = 1", {}),
        lambda: case.script_engine.environment.call_service({}),
    ):
        with pytest.raises(Exception, match=r"Python|service|Error evaluating"):
            call()
