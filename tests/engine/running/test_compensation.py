"""What was done is undone: the last first, one by one, after every act saved and restored."""

import pytest

from bpmn.compiling import NotCompilable
from engine.model.step import Entered, Finished, Left
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play

TWO = """
    start s
    user a
    compensate ca on=a
    user ua undoes
    user b
    compensate cb on=b
    user ub undoes
    user c
    {throw}
    user last
    end e
    s -> a
    a -> b
    b -> c
    c -> t
    t -> last
    last -> e
    ca ~> ua
    cb ~> ub
"""


def play(text: str, **data: object) -> Play:
    return Play(drawn(text), data)


def entered(play: Play, begin: int) -> list[str]:
    return [step.element_id for step in play.all[begin:] if isinstance(step, Entered)]


def test_all_is_undone_the_last_first() -> None:
    case = play(TWO.format(throw="compensate t throw"))
    for task in "abc":
        assert case.tasks == [task]
        case.do(task)
    assert case.tasks == ["ub"]
    case.do("ub")
    assert case.tasks == ["ua"]
    case.do("ua")
    assert case.tasks == ["last"]
    case.do("last")
    assert case.ended == "e"
    assert case.path == ["s", "a", "b", "c", "t", "cb", "ub", "ca", "ua", "last", "e"]
    assert case.flows == ["s_a", "a_b", "b_c", "c_t", "t_last", "last_e"]


def test_one_activity_is_undone_once() -> None:
    text = TWO.format(throw="compensate t throw = a").replace("t -> last", "t -> again\n again -> last")
    case = play(text + "compensate again throw = a")
    for task in "abc":
        case.do(task)
    assert case.tasks == ["ua"]
    case.do("ua")
    assert case.tasks == ["last"], "what is undone cannot be undone again"
    case.do("last")
    assert case.live.completed


def test_what_was_not_done_is_not_undone() -> None:
    text = TWO.format(throw="compensate t throw").replace("b -> c", "").replace("a -> b", "a -> c")
    case = play(text.replace("user b\n", "user b\n start other\n other -> b\n"))
    case.do("a")
    case.do("c")
    assert case.tasks == ["ua"]


def test_a_path_that_does_not_wait_goes_on_at_once() -> None:
    case = play(TWO.format(throw="compensate t throw unwaited"))
    for task in "abc":
        case.do(task)
    assert case.tasks == ["last", "ub"]
    case.do("last")
    assert not case.live.completed, "the case is not done before all is undone"
    case.do("ub")
    case.do("ua")
    assert case.live.completed
    assert case.ended == "e"
    assert case.path.count("t") == 1


def test_an_end_event_undoes_before_it_ends() -> None:
    text = TWO.format(throw="compensate t end").replace("t -> last", "").replace("user last", "")
    case = play(text.replace("last -> e", "").replace("end e", ""))
    for task in ("a", "b", "c", "ub", "ua"):
        assert case.tasks == [task]
        case.do(task)
    assert case.ended == "t"


SUB = """
    start s
    sub inner {{
    start i
    user a
    compensate ca on=a
    user ua undoes
    user b
    compensate cb on=b
    user ub undoes
    end ie
    i -> a
    a -> b
    b -> ie
    ca ~> ua
    cb ~> ub
    {inside}
    }}
    user c
    compensate t throw{ref}
    end e
    s -> inner
    inner -> c
    c -> t
    t -> e
"""
EVENT = """
    sub undo event {
    compensate us start
    user u
    {throw}
    end ue
    us -> u
    u -> ut
    ut -> ue
    }
"""


@pytest.mark.parametrize("ref", ["", " = inner"])
def test_a_done_sub_process_undoes_what_was_done_in_it(ref: str) -> None:
    case = play(SUB.format(inside="", ref=ref))
    for task in ("a", "b", "c", "ub", "ua"):
        assert case.tasks == [task]
        case.do(task)
    assert case.live.completed
    assert case.path[-2:] == ["ua", "e"]


def test_an_event_sub_process_undoes_instead() -> None:
    case = play(SUB.format(inside=EVENT.replace("{throw}", "task ut"), ref=""))
    for task in ("a", "b", "c", "u"):
        assert case.tasks == [task]
        case.do(task)
    assert case.live.completed
    assert "ua" not in case.path


def test_an_event_sub_process_may_undo_what_is_around_it() -> None:
    case = play(SUB.format(inside=EVENT.replace("{throw}", "compensate ut throw = a"), ref=""))
    for task in ("a", "b", "c", "u", "ua"):
        assert case.tasks == [task]
        case.do(task)
    assert case.live.completed
    assert "ub" not in case.path


def test_a_sub_process_is_undone_as_a_whole_where_that_is_drawn() -> None:
    text = SUB.format(inside="", ref="") + "compensate whole on=inner\n user w undoes\n whole ~> w"
    case = play(text)
    for task in ("a", "b", "c", "w"):
        assert case.tasks == [task]
        case.do(task)
    assert case.live.completed


def test_sub_processes_in_sub_processes() -> None:
    inner = SUB.format(inside="", ref="").replace("compensate t throw", "task t")
    inner = inner.replace("start s", "start os").replace("s -> inner", "os -> inner").replace("end e", "end oe")
    inner = inner.replace("t -> e", "t -> oe")
    case = play(f"start s\n sub outer {{\n{inner}\n}}\n compensate z throw\n end e\n s -> outer\n outer -> z\n z -> e")
    for task in ("a", "b", "c", "ub", "ua"):
        assert case.tasks == [task]
        case.do(task)
    assert case.ended == "e"


@pytest.mark.parametrize("words", ["", " sequential"])
def test_each_instance_is_undone_with_its_own_item(words: str) -> None:
    text = f"""
        start s
        user a each=items item=item{words}
        compensate ca on=a
        script ua undoes {{ undone = append(undone, item) }}
        compensate t throw
        end e
        s -> a
        a -> t
        t -> e
        ca ~> ua
    """
    case = play(text, items=["x", "y", "z"], undone=[])
    for _ in range(3):
        case.do("a")
    assert case.live.completed
    assert case.live.data["undone"] == ["z", "y", "x"]


def test_each_instance_of_a_sub_process_is_undone() -> None:
    text = """
        start s
        sub many each=items item=item {
        start i
        task a
        compensate ca on=a
        script ua undoes { undone = append(undone, item) }
        end ie
        i -> a
        a -> ie
        ca ~> ua
        }
        user wait
        compensate t throw = many
        end e
        s -> many
        many -> wait
        wait -> t
        t -> e
    """
    case = play(text, items=["x", "y"], undone=[])
    case.do("wait")
    assert case.live.completed
    assert case.live.data["undone"] == ["y", "x"]


def test_rounds_of_a_path_are_undone_each() -> None:
    text = """
        start s
        xor back
        script a { n = n + 1 }
        compensate ca on=a
        script ua undoes { n = n - 1 ; undone = undone + 1 }
        user ask
        xor more default=on
        compensate t throw
        end e
        s -> back
        back -> a
        a -> ask
        ask -> more
        more -> back [n < 3]
        on: more -> t
        t -> e
        ca ~> ua
    """
    case = play(text, n=0, undone=0)
    for _ in range(3):
        case.do("ask")
    assert case.live.completed
    assert case.live.data == {"n": 0, "undone": 3}


TRANSACTION = """
    start s
    sub t transaction {
    start i
    user a
    compensate ca on=a
    user ua undoes
    and g
    user b
    user c
    cancel z end
    end ie
    i -> a
    a -> g
    g -> b
    g -> c
    b -> z
    c -> ie
    ca ~> ua
    }
    cancel o on=t
    user after
    end e
    s -> t
    t -> e
    o -> after
    after -> e
"""


def test_a_cancelled_transaction_is_undone_before_the_path_goes_on() -> None:
    case = play(TRANSACTION)
    case.do("a")
    assert case.tasks == ["b", "c"]
    case.do("b")
    assert case.tasks == ["ua"], "what still ran is gone"
    case.do("ua")
    assert case.tasks == ["after"]
    case.do("after")
    assert case.live.completed
    assert case.path[-5:] == ["ca", "ua", "o", "after", "e"]


def test_what_interrupts_ends_the_undoing_too() -> None:
    text = TRANSACTION + "message stop on=t = stop\n stop -> e"
    case = play(text)
    case.do("a")
    case.do("b")
    case.deliver("stop")
    assert case.live.completed
    assert case.path[-2:] == ["stop", "e"]


def test_an_error_caught_around_can_undo_what_was_done() -> None:
    text = """
        start s
        user a
        compensate ca on=a
        user ua undoes
        user b
        error z end = E
        s -> a
        a -> b
        b -> z
        ca ~> ua
        sub failed event {
        error f start
        compensate t throw
        end fe
        f -> t
        t -> fe
        }
    """
    case = play(text)
    case.do("a")
    case.do("b")
    assert case.tasks == ["ua"]
    case.do("ua")
    assert case.live.completed
    assert isinstance(case.all[-1], Finished)
    assert {step.element_id for step in case.all if isinstance(step, Left)} >= {"t", "ua", "failed"}


def test_two_who_call_for_it_do_not_undo_twice() -> None:
    text = """
        start s
        user a
        compensate ca on=a
        user ua undoes
        and g
        compensate t throw
        compensate u throw
        user other
        end e
        end f
        s -> a
        a -> g
        g -> t
        g -> u
        t -> e
        u -> other
        other -> f
        ca ~> ua
    """
    case = play(text)
    case.do("a")
    assert case.tasks == ["other", "ua"]
    case.do("other")
    case.do("ua")
    assert case.live.completed


@pytest.mark.parametrize("kind", ["sub", "call", "service", "receive"])
def test_what_undoes_may_be_any_activity(kind: str) -> None:
    work = {
        "sub": "sub ua undoes {\n start ui\n user inner\n end uo\n ui -> inner\n inner -> uo\n }",
        "call": "call ua undoes = other",
        "service": "service ua undoes = ask/there { what=1 }",
        "receive": "receive ua undoes = go",
    }[kind]
    text = TWO.format(throw="compensate t throw = a").replace("user ua undoes", work)
    case = Play(drawn(text, outside={"ask/there"}))
    for task in "abc":
        case.do(task)
    match kind:
        case "sub":
            case.do("inner")
        case "call":
            case._after(case.live.returned(case.live.waiting().calls[0].token, {}, case.at))
        case "service":
            case.answer("ua")
        case "receive":
            case.deliver("go")
    assert case.tasks == ["last"]


def test_going_back_into_an_undoing() -> None:
    case = play(TWO.format(throw="compensate t throw"))
    for task in "abc":
        case.do(task)
    saved = case.live.save()
    case.do("ub")
    case.back(saved)
    assert case.tasks == ["ub"]
    case.do("ub")
    assert case.tasks == ["ua"]
    case.do("ua")
    assert case.tasks == ["last"]


def test_a_moved_case_can_still_be_undone() -> None:
    text = SUB.format(inside="", ref="")
    case = play(text)
    case.do("a")
    case.do("b")
    case.migrate(drawn(text.replace("user c", "user c name=Other")))
    case.do("c")
    case.migrate(drawn(text))
    case.do("ub")
    case.do("ua")
    assert case.live.completed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (TWO.replace("cb ~> ub", ""), "no_handler"),
        (TWO.replace("user ub undoes", "user ub"), "no_handler"),
        (TWO.replace("cb ~> ub", "cb ~> ub\n timer late on=ub = PT1H\n late -> e"), "no_handler"),
        (TWO + EVENT.replace("{throw}", "task ut"), "never_undone"),
    ],
)
def test_what_is_not_drawn_well_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotCompilable) as refused:
        drawn(text.replace("{throw}", "compensate t throw"))
    assert refused.value.code == code
