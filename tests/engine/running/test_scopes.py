import pytest

from engine.errors import StepFailed
from engine.model.step import Finished, Left, TaskWithdrawn
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play


def test_sub_processes_nest_and_share_the_variables_of_the_case():
    depth = 50
    opening = "".join(f"sub p{level} {{\nstart s{level}\ns{level} -> p{level + 1}\n" for level in range(depth))
    closing = "}\n" * depth
    play = Play(
        drawn(f"""
        start s
        s -> p0
        {opening}
        user p{depth}
        script count {{ n = n + 1 }}
        p{depth} -> count
        {closing}
        user after
        p0 -> after
        """),
        {"n": 0},
    )
    assert play.tasks == [f"p{depth}"]
    play.do(f"p{depth}", x="seen")
    assert play.tasks == ["after"]
    assert play.live.data == {"n": 1, "x": "seen"}


def test_terminate_ends_its_own_scope_only():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        and fork
        user a
        user b
        terminate stop end
        i -> fork
        fork -> a
        fork -> b
        a -> stop
        }
        user after
        end e name=Over
        s -> inner
        inner -> after
        after -> e
        """)
    )
    steps = play.do("a")
    assert [step.element_id for step in steps if isinstance(step, TaskWithdrawn)] == ["b"]
    assert play.tasks == ["after"]
    play.do("after")
    assert play.ended == "Over"


def test_terminate_ends_the_case():
    play = Play(
        drawn("""
        start s
        and fork
        user a
        user b
        timer t on=b = PT1H
        terminate stop end name=Stopped
        s -> fork
        fork -> a
        fork -> b
        a -> stop
        """)
    )
    steps = play.do("a")
    assert steps[-1] == Finished(outcome="Stopped", element_id="stop")
    assert play.live.completed


ERRORS = """
start s
sub outer {
start o
sub inner {
start i
user work
xor which default=fine
end ok
error bad end = E1
error worse end = E2
i -> work
work -> which
fine: which -> ok
which -> bad [code = 1]
which -> worse [code = 2]
}
error catch1 on=inner = E1
user repair
o -> inner
catch1 -> repair
}
error catch on=outer
user rescue
s -> outer
catch -> rescue
"""


@pytest.mark.parametrize(("code", "tasks"), [(1, ["repair"]), (2, ["rescue"])])
def test_errors_are_caught_by_the_innermost_activity_that_knows_the_code(code, tasks):
    play = Play(drawn(ERRORS))
    play.do("work", code=code)
    assert play.tasks == tasks
    play.do(tasks[0])
    assert play.live.completed


def test_an_error_nobody_catches_ends_the_case_and_says_so():
    play = Play(
        drawn("""
        start s
        and fork
        sub inner {
        start i
        user t
        error bad end name=Hopeless = E1
        i -> t
        t -> bad
        }
        user other
        timer slow = P1D
        s -> fork
        fork -> inner
        fork -> other
        fork -> slow
        """)
    )
    steps = play.do("t")
    assert play.live.completed
    assert (steps[-1].outcome, steps[-1].element_id, steps[-1].error) == ("Hopeless", "bad", "E1")
    assert [step.element_id for step in steps if isinstance(step, TaskWithdrawn)] == ["inner", "other"]


def test_a_catch_that_names_the_error_goes_before_one_for_all():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        error bad end = E1
        i -> bad
        }
        error any on=inner
        error one on=inner = E1
        user a
        user b
        s -> inner
        any -> a
        one -> b
        """)
    )
    assert play.tasks == ["b"]


def test_escalations_are_heard_beside_or_interrupting_or_not_at_all():
    lines = """
    start s
    sub inner {
    start i
    escalation up throw = slow
    user work
    escalation end end = unheard
    i -> up
    up -> work
    work -> end
    }
    escalation heard on=inner beside = slow
    user tell
    user after
    s -> inner
    heard -> tell
    inner -> after
    """
    play = Play(drawn(lines))
    assert play.tasks == ["tell", "work"]
    play.do("work")
    assert play.tasks == ["after", "tell"]
    play = Play(drawn(lines.replace(" beside", "")))
    assert play.tasks == ["tell"]


def test_what_happened_goes_before_other_work_that_is_ready():
    play = Play(
        drawn("""
        start s
        sub inner {
        start i
        and fork
        escalation up throw = slow
        script other { n = 1 }
        i -> fork
        fork -> up
        fork -> other
        }
        escalation heard on=inner beside = slow
        user tell
        s -> inner
        heard -> tell
        """)
    )
    left = [step.element_id for step in play.all if isinstance(step, Left)]
    assert left.index("heard") < left.index("other")


def test_a_process_without_start_and_end_events():
    play = Play(drawn("user a\nuser b\na -> b"))
    play.do("a")
    play.do("b")
    assert play.ended == "b"


def test_an_endless_loop_is_stopped():
    with pytest.raises(StepFailed) as caught:
        Play(drawn("start s\nxor a\nxor b\ns -> a\na -> b\nb -> a"))
    assert caught.value.code == "too_many_steps"
    assert caught.value.element_id in ("a", "b")


def test_a_long_chain():
    length = 2000
    lines = ["start s", "s -> t0", *(f"task t{number}" for number in range(length))]
    lines += [f"t{number} -> t{number + 1}" for number in range(length - 1)]
    play = Play(drawn("\n".join(lines)))
    assert play.live.completed
