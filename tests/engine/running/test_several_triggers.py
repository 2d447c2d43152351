"""Events with several triggers or results (BPMN 2.0 clauses 10.5.5 and 13.5), and what begins cases without a start."""

import pytest

from bpmn.beginning import beginnings
from engine.model.step import Entered, MessageAwaited, MessageThrown, SignalThrown, TimerSet
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

WATCHED = """
start s
user ask
several it on=ask {beside}= {triggers}
user then
end e
end other
s -> ask
ask -> e
it -> then
then -> other
"""


def watched(triggers: str, beside: str = "") -> Play:
    return Play(drawn(WATCHED.format(triggers=triggers, beside=beside)), {"v": 0})


def signal(play: Play, name: str, **payload: object) -> None:
    play._after(play.live.signal(name, payload, play.at))


def test_one_of_several_interrupts_and_the_others_are_forgotten() -> None:
    play = watched("message stop ; timer PT2H ; signal red ; condition v > 3")
    assert (play.tasks, play.messages, play.timers) == (["ask"], ["stop"], ["it"])
    play.deliver("stop", why="late")
    assert (play.tasks, play.messages, play.timers) == (["then"], [], [])
    assert play.live.data["why"] == "late"
    assert play.path.count("it") == 1


def test_what_does_not_interrupt_comes_again_until_its_timer_has_gone_off() -> None:
    play = watched("message stop ; timer PT2H", "beside ")
    play.deliver("stop")
    play.deliver("stop")
    play.later(hours=2)
    play.fire("it")
    assert (play.tasks, play.timers, play.messages) == (["ask", "then", "then", "then"], [], ["stop"])
    play.deliver("stop")
    assert play.tasks.count("then") == 4


def test_all_must_come_in_any_order_and_what_they_brought_is_kept_until_then() -> None:
    play = watched("all message stop ; signal red ; timer PT2H")
    signal(play, "red", colour="red", last="signal")
    assert (play.tasks, "it" in play.path) == (["ask"], False)
    assert "colour" not in play.live.data, "the event has not happened"
    assert play.live.waiting().signals == ()
    play.deliver("stop", last="message")
    play.later(hours=2)
    play.fire("it")
    assert play.tasks == ["then"]
    assert (play.live.data["colour"], play.live.data["last"]) == ("red", "message")


def test_all_of_several_beside_wait_for_all_again() -> None:
    play = watched("all message stop ; cycle R/PT1H ; signal red", "beside ")
    for times in (1, 2):
        play.deliver("stop")
        assert play.messages == []
        signal(play, "red")
        play.later(hours=1)
        play.fire("it")
        assert (play.tasks.count("then"), play.messages) == (times, ["stop"])


def test_all_of_several_with_a_time_that_comes_once_happen_once() -> None:
    play = watched("all message stop ; timer PT1H", "beside ")
    play.later(hours=1)
    play.fire("it")
    play.deliver("stop")
    assert (play.tasks, play.messages, play.timers) == (["ask", "then"], [], [])


def test_an_error_or_a_message_whichever_comes_first() -> None:
    lines = """
        start s
        sub work {
        start i
        user ask
        error o end = E
        i -> ask
        ask -> o
        }
        several it on=work codeVariable=code = message stop ; error E
        end done
        end saved
        s -> work
        work -> done
        it -> saved
        """
    first, second = Play(drawn(lines)), Play(drawn(lines))
    first.do("ask")
    second.deliver("stop")
    assert (first.ended, second.ended) == ("saved", "saved")
    assert first.live.data["code"] == "E"


@pytest.mark.parametrize("all_of", ["", "all "])
def test_an_event_sub_process_begins_by_several(all_of: str) -> None:
    lines = f"""
        start s
        user ask
        end e
        s -> ask
        ask -> e
        sub around event {{
        several begin start = {all_of}message stop ; condition v > 3
        user rescue
        end saved
        begin -> rescue
        rescue -> saved
        }}
        """
    play = Play(drawn(lines), {"v": 0})
    play.deliver("stop")
    assert play.tasks == (["ask"] if all_of else ["rescue"])
    if all_of:
        play.correct(v=4)
    assert play.tasks == ["rescue"]
    assert (play.messages, play.live.waiting().conditions) == ([], ())


def test_a_case_ends_although_half_of_what_would_begin_an_event_sub_process_has_come() -> None:
    lines = """
        start s
        user ask
        end e
        s -> ask
        ask -> e
        sub around event {
        several begin start = all message stop ; signal red
        end saved
        begin -> saved
        }
        """
    play = Play(drawn(lines))
    play.deliver("stop")
    play.do("ask")
    assert play.ended == "e"


def test_an_event_with_several_triggers_may_race() -> None:
    lines = """
        start s
        race g
        several it = all message go ; signal red
        timer late = P1D
        end e
        s -> g
        g -> it
        g -> late
        it -> e
        late -> e
        """
    play = Play(drawn(lines))
    play.deliver("go")
    assert (play.timers, "it" in play.path) == (["late"], False)
    signal(play, "red")
    assert play.path == ["s", "g", "it", "e"]
    assert play.flows == ["s_g", "g_it", "it_e"]


def test_everything_an_event_causes_happens_and_what_ends_comes_last() -> None:
    lines = """
        start s
        and fork
        user ask
        several it end = terminate ; signal blue ; message told
        end e
        s -> fork
        fork -> ask
        fork -> it
        ask -> e
        """
    play = Play(drawn(lines))
    thrown = [type(step) for step in play.all if isinstance(step, MessageThrown | SignalThrown)]
    assert thrown == [MessageThrown, SignalThrown]
    assert (play.ended, play.tasks) == ("it", [])


def test_what_is_undone_is_undone_before_the_rest_is_caused() -> None:
    lines = """
        start s
        user ask
        compensate undone on=ask
        user forget undoes
        undone ~> forget
        several it throw = message told ; compensate ask
        end e
        s -> ask
        ask -> it
        it -> e
        """
    play = Play(drawn(lines))
    play.do("ask")
    assert (play.tasks, any(isinstance(step, MessageThrown) for step in play.all)) == (["forget"], False)
    play.do("forget")
    assert any(isinstance(step, MessageThrown) for step in play.all)
    assert play.ended == "e"


BEGUN = """
several s start correlate==number = all message order ; message paid ; timer P1D
user ask
end e
s -> ask
ask -> e
"""


def test_a_case_that_several_messages_begin_waits_for_the_others_with_its_key() -> None:
    compiled = drawn(BEGUN)
    found = beginnings(compiled.process)
    assert [(each.kind, each.name, each.number) for each in found] == [("message", "order", 0), ("message", "paid", 1)]
    play = Play(compiled, {"number": "7"}, begin="s", number=1)
    (awaited,) = play.live.waiting().messages
    assert (awaited.name, awaited.key, play.tasks) == ("order", "7", [])
    assert [step.element_id for step in play.all if isinstance(step, TimerSet)] == ["s"]
    play.deliver("order", what="book")
    assert play.tasks == []
    play.later(days=1)
    play.fire("s")
    assert (play.tasks, play.live.data["what"]) == (["ask"], "book")


GATEWAY = """
race g instantiate{together}
message asked = asked
receive called = called
signal rung = rung
user ask
user call
user ring
end e
g -> asked
g -> called
g -> rung
asked -> ask
called -> call
rung -> ring
ask -> e
call -> e
ring -> e
"""


def test_a_gateway_begins_a_case_with_the_first_of_its_events() -> None:
    compiled = drawn(GATEWAY.format(together=""))
    found = {each.name: each for each in beginnings(compiled.process)}
    assert {name: (each.kind, each.element.id) for name, each in found.items()} == {
        "asked": ("message", "asked"),
        "called": ("message", "called"),
        "rung": ("signal", "rung"),
    }
    for name, task in (("asked", "ask"), ("called", "call"), ("rung", "ring")):
        play = Play(compiled, {"who": "me"}, begin=name)
        assert (play.path, play.tasks, play.messages) == (["g", name, task], [task], [])
        assert play.flows == [f"g_{name}", f"{name}_{task}"]
        play.do(task)
        assert play.ended == "e"


def test_a_gateway_for_all_of_its_events_has_the_case_wait_for_the_others() -> None:
    play = Play(drawn(GATEWAY.format(together=" together")), {}, begin="called")
    assert (play.tasks, play.messages) == (["call"], ["asked"])
    assert play.flows == ["g_asked", "g_called", "g_rung", "called_call"]
    play.do("call")
    assert play.ended is None, "two of its events have still to come"
    signal(play, "rung")
    play.deliver("asked")
    play.do("ask")
    play.do("ring")
    assert play.ended == "e"


def test_a_receive_task_begins_cases() -> None:
    compiled = drawn("receive begin instantiate = order\nuser ask\nend e\nbegin -> ask\nask -> e")
    play = Play(compiled, {"what": "book"}, begin="begin")
    assert (play.path, play.tasks) == (["begin", "ask"], ["ask"])
    assert not any(isinstance(step, MessageAwaited) for step in play.all)
    assert compiled.spec.starts == (), "nobody begins it by hand"


def test_going_back_and_moving_to_a_new_version_keep_what_has_come() -> None:
    play = watched("all message stop ; timer PT2H ; signal red")
    signal(play, "red", colour="red")
    play.migrate(drawn(WATCHED.format(triggers="all message halt ; timer PT2H ; signal red", beside="")))
    assert (play.messages, play.live.waiting().signals) == (["halt"], ())
    play.deliver("halt")
    play.fire("it")
    assert (play.tasks, play.live.data["colour"]) == (["then"], "red")
    back = watched("all message stop ; timer PT2H ; signal red")
    saved = back.live.save()
    signal(back, "red")
    back.back(saved)
    assert [each.name for each in back.live.waiting().signals] == ["red"]
    assert (back.messages, back.timers) == (["stop"], ["it"])
    entered = [step.element_id for step in back.all if isinstance(step, Entered)]
    assert "it" not in entered
