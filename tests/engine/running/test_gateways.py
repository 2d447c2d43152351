import pytest

from engine.errors import StepFailed
from engine.running import restore
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT, Play

CHOICE = """
start s
xor which default=rest
user high
user mid
user low
s -> which
first: which -> high [n > 10]
second: which -> mid [n > 5]
rest: which -> low
"""


@pytest.mark.parametrize(("number", "task"), [(11, "high"), (10, "mid"), (6, "mid"), (5, "low"), (None, "low")])
def test_exclusive_takes_the_first_that_holds_else_the_default(number, task):
    assert Play(drawn(CHOICE), {"n": number}).tasks == [task]


def test_exclusive_without_a_way_fails_naming_the_gateway():
    compiled = drawn("""
    start s
    xor which
    end a
    end b
    s -> which
    which -> a [n = 1]
    which -> b [n = 2]
    """)
    with pytest.raises(StepFailed, match="no default flow") as caught:
        Play(compiled, {"n": 3})
    assert (caught.value.element_id, caught.value.code) == ("which", "no_flow_taken")


def test_a_condition_that_is_no_truth_value_fails_naming_the_flow():
    with pytest.raises(StepFailed, match="neither true nor false") as caught:
        Play(
            drawn("""
            start s
            xor which default=rest
            end a
            end b
            s -> which
            odd: which -> a [n + 1]
            rest: which -> b
            """),
            {"n": 1},
        )
    assert (caught.value.element_id, caught.value.code) == ("odd", "condition_not_boolean")


def test_parallel_splits_and_waits_for_all():
    play = Play(
        drawn("""
        start s
        and fork
        user a
        user b
        user c
        and join
        user after
        end e
        s -> fork
        fork -> a
        fork -> b
        fork -> c
        a -> join
        b -> join
        c -> join
        join -> after
        after -> e
        """)
    )
    assert play.tasks == ["a", "b", "c"]
    play.do("b")
    play.do("a")
    assert "join" not in play.path
    play.do("c")
    assert play.tasks == ["after"]
    assert play.path.count("join") == 1
    play.do("after")
    assert play.ended == "e"


def test_two_flows_between_the_same_gateways_are_two_tokens():
    play = Play(
        drawn("""
        start s
        and fork
        and join
        user after
        s -> fork
        one: fork -> join
        two: fork -> join
        join -> after
        """)
    )
    assert play.tasks == ["after"]
    assert play.path.count("after") == 1


def test_a_parallel_join_keeps_what_came_too_much():
    """Two tokens by one flow and one by the other: it fires once, and a token stays for the next time."""
    play = Play(
        drawn("""
        start s
        and fork
        xor merge
        user slow
        and join
        user after
        s -> fork
        fork -> merge
        f2: fork -> merge
        fork -> slow
        merge -> join
        slow -> join
        join -> after
        and more
        after -> more
        more -> slow
        """)
    )
    assert play.tasks == ["slow"]
    play.do("slow")
    play.do("after")
    assert play.tasks == ["slow"]
    play.do("slow")
    assert play.tasks == ["after"]


def test_a_join_that_can_never_fire_is_stuck():
    with pytest.raises(StepFailed) as caught:
        Play(
            drawn("""
            start s
            xor which default=x
            end a
            and join
            s -> which
            x: which -> join
            y: which -> join [false]
            join -> a
            """)
        )
    assert (caught.value.code, caught.value.element_id) == ("stuck", "join")


INCLUSIVE = """
start s
or which default=rest
user a
user b
user c
or join
user after
s -> which
which -> a [x]
which -> b [y]
rest: which -> c
a -> join
b -> join
c -> join
join -> after
"""


@pytest.mark.parametrize(
    ("x", "y", "tasks"), [(True, True, ["a", "b"]), (True, False, ["a"]), (False, True, ["b"]), (False, False, ["c"])]
)
def test_inclusive_takes_what_holds_and_waits_for_just_that(x, y, tasks):
    play = Play(drawn(INCLUSIVE), {"x": x, "y": y})
    assert play.tasks == tasks
    for task in tasks:
        assert "join" not in play.path
        play.do(task)
    assert play.tasks == ["after"]
    assert play.path.count("join") == 1


def test_inclusive_join_does_not_wait_for_a_branch_that_cannot_come():
    play = Play(
        drawn("""
        start s
        and fork
        user aside
        user a
        user b
        or join
        user after
        end e
        s -> fork
        fork -> aside
        aside -> e
        fork -> a
        fork -> b
        a -> join
        b -> join
        join -> after
        """)
    )
    play.do("a")
    assert play.tasks == ["aside", "b"]
    play.do("b")
    assert play.tasks == ["after", "aside"]


def test_inclusive_join_waits_for_a_token_that_may_still_loop_round():
    play = Play(
        drawn("""
        start s
        and fork
        user a
        user check
        xor ok default=yes
        or join
        user after
        s -> fork
        fork -> a
        fork -> check
        check -> ok
        no: ok -> check [again]
        yes: ok -> join
        a -> join
        join -> after
        """)
    )
    play.do("a")
    play.do("check", again=True)
    play.do("check", again=True)
    assert "join" not in play.path
    play.do("check", again=False)
    assert play.tasks == ["after"]


def test_inclusive_join_waits_for_a_boundary_event_that_may_come():
    play = Play(
        drawn("""
        start s
        and fork
        user a
        user b
        timer late on=b = PT1H
        user escalate
        end gone
        or join
        user after
        s -> fork
        fork -> a
        fork -> before
        before -> b
        b -> gone
        late -> escalate
        escalate -> join
        a -> join
        join -> after
        user before
        """)
    )
    play.do("a")
    assert "join" not in play.path
    play.do("before")
    assert "join" not in play.path
    play.fire("late")
    play.do("escalate")
    assert play.tasks == ["after"]


def test_inclusive_join_does_not_wait_for_who_can_also_come_by_a_flow_that_has_a_token():
    """BPMN 2.0 clause 13.4.3: a token that could come by a filled flow does not hold the others up."""
    play = Play(
        drawn("""
        start s
        and fork
        user a
        user b
        xor way default=straight
        xor merge
        or join
        user after
        s -> fork
        fork -> a
        fork -> b
        b -> way
        aside: way -> merge [n = 1]
        straight: way -> join
        a -> merge
        merge -> join
        join -> after
        """)
    )
    play.do("a")
    assert play.tasks == ["after", "b"]


def test_conditional_flows_of_a_task_and_its_default():
    lines = """
    start s
    user t default=rest
    user a
    user b
    user always
    user c
    s -> t
    t -> a [x]
    t -> b [y]
    t -> always
    rest: t -> c
    """
    play = Play(drawn(lines))
    play.do("t", x=True, y=True)
    assert play.tasks == ["a", "always", "b"]
    play = Play(drawn(lines))
    play.do("t", x=False, y=False)
    assert play.tasks == ["always", "c"]


def test_tasks_merge_and_split_without_gateways():
    play = Play(
        drawn("""
        start s
        user a
        user b
        user c
        end e
        s -> a
        s -> b
        a -> c
        b -> c
        c -> e
        """)
    )
    play.do("a")
    play.do("b")
    assert play.tasks == ["c", "c"]
    play.do("c")
    assert play.ended is None
    play.do("c")
    assert play.ended == "e"


def test_a_loop_keeps_neither_tokens_nor_bytes():
    """2,000 rounds through a parallel split and join cost what ten cost."""
    play = Play(
        drawn("""
        start s
        xor again
        and fork
        user a
        script b { seen = true }
        and join
        xor more default=back
        end e
        s -> again
        again -> fork
        fork -> a
        fork -> b
        a -> join
        b -> join
        join -> more
        back: more -> again
        more -> e [stop]
        """),
        {"stop": False},
        again=False,
    )
    sizes = {}
    live = play.live
    for rounds in range(2001):
        if rounds in (10, 2000):
            sizes[rounds] = (len(live.save()), len(live._case.tasks))
        if rounds % 100 == 0:
            live = restore(play.compiled, live.save())
        (task,) = live.waiting().tasks
        live.complete(task.token, {"stop": rounds == 2000}, AT)
    assert live.completed
    assert {tokens for _, tokens in sizes.values()} == {3}
    assert abs(sizes[2000][0] - sizes[10][0]) <= 8  # ids compress differently, nothing else


HANGING = """
    start s
    and split
    user beside
    sub inner {{
    start si
    xor which default=one
    and both
    task a
    task b
    end ei
    si -> which
    one: which -> a
    which -> b [x > 1]
    a -> both
    b -> both
    both -> ei
    {inside}
    }}
    and joined
    end e
    s -> split
    split -> beside
    split -> inner
    beside -> joined
    inner -> joined
    joined -> e
    {around}
"""
LISTENS = """
    sub more event {{
    message go start{beside} = go
    end x
    go -> x
    }}
"""


ALSO = """
    sub also event {
    message no start beside = no
    end xx
    no -> xx
    }
"""


@pytest.mark.parametrize("inside", ["", LISTENS.format(beside=" beside")])
@pytest.mark.parametrize("around", ["", ALSO])
def test_a_join_that_can_never_fire_is_told_at_once_though_others_wait(inside, around):
    with pytest.raises(StepFailed, match="cannot come any more") as failed:
        Play(drawn(HANGING.format(inside=inside, around=around)), {"x": 1})
    assert (failed.value.element_id, failed.value.code) == ("both", "stuck")


@pytest.mark.parametrize(
    ("inside", "around"),
    [
        (LISTENS.format(beside=""), ""),
        ("", LISTENS.format(beside="")),
        ("", "timer late on=inner = PT1H\nlate -> joined"),
    ],
)
def test_a_join_that_can_still_be_interrupted_waits(inside, around):
    play = Play(drawn(HANGING.format(inside=inside, around=around)), {"x": 1})
    assert play.tasks == ["beside"]
