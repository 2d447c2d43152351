"""Called cases: cases of their own, bound to a version, that come back to who called them."""

import threading
from collections.abc import Callable

import pytest

from engine import worker
from engine.acts.steering import go_back_to
from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.reports.calls import calls_of
from engine.reports.cases import case_by_number
from engine.storage import instances
from engine.transaction import begin, reading
from tests.engine.town import Town
from tests.storage_contract.stores import Clock

CALLER = """
start s
call c{words} = child
error bad on=c = E1
escalation up on=c beside = U1
timer late on=c = P1D
user after assignGroup=service_desk
user mended assignGroup=service_desk
user told assignGroup=service_desk
user slow assignGroup=service_desk
s -> c
c -> after
bad -> mended
up -> told
late -> slow
"""
CHILD = """
start s
user work assignGroup=service_desk
xor way default=way_done
end done
error fail end = E1
error worse end name=Hopeless = E2
escalation help throw = U1
s -> work
work -> way
way -> done
way -> fail [how = "fail"]
way -> worse [how = "worse"]
way -> help [how = "help"]
help -> done
"""


@pytest.fixture
def town(store: Installation) -> Town:
    town = Town(store)
    town.release("caller", CALLER.format(words=""))
    town.release("child", CHILD)
    return town


def called(town: Town, caller: str) -> str:
    town.run()
    found = [case for case in town.cases("child") if case.parent_id == caller]
    return found[-1].id


def test_a_call_begins_a_case_that_comes_back_with_its_data(town: Town) -> None:
    caller = town.start("caller", n=1)
    assert town.tasks(caller) == []
    child = called(town, caller)
    assert town.data(child) == {"n": 1}
    town.do(child, "work", result="fine")
    town.run()
    assert town.tasks(caller) == ["after"]
    assert town.data(caller) == {"n": 1, "result": "fine"}
    assert town.kinds(caller) == ["case.started", "call.started", "call.ended"]
    assert town.facts(caller, "call.ended")["child"] == child
    assert town.facts(child, "case.started")["caller"] == caller


def test_the_tree_is_seen_from_both_ends(town: Town) -> None:
    caller = town.start("caller")
    child = called(town, caller)
    with reading(town.store, SYSTEM) as tx:
        above, below = (case_by_number(tx, town.case(case).number) for case in (caller, child))
    assert [(link.number, link.element) for link in above.calls.called] == [(below.instance.number, "c")]
    assert below.calls.parent is not None
    assert (below.calls.parent.number, below.calls.parent.element) == (above.instance.number, "c")
    assert (above.calls.parent, above.calls.failing, below.calls.called) == (None, (), ())


def test_an_incident_deep_below_is_seen_from_above(town: Town) -> None:
    town.release("top", "start s\ncall c = middle\ns -> c")
    town.release("middle", "start s\ncall d = bottom\ns -> d")
    town.release("bottom", "start s\ncall e = nobody\ns -> e")
    top = town.start("top")
    town.run()
    middle, bottom = (town.cases(name)[0] for name in ("middle", "bottom"))
    with reading(town.store, SYSTEM) as tx:
        trees = [calls_of(tx, each) for each in (town.case(top), middle, bottom)]
    assert [[(link.number, link.incidents) for link in tree.failing] for tree in trees] == [
        [(middle.number, 1)],
        [(bottom.number, 1)],
        [],
    ]


@pytest.mark.parametrize(("how", "tasks"), [("fail", ["mended"]), ("help", ["after", "told"]), ("fine", ["after"])])
def test_what_the_called_case_throws_is_caught_at_the_border(town: Town, how: str, tasks: list[str]) -> None:
    caller = town.start("caller")
    town.do(called(town, caller), "work", how=how)
    town.run()
    assert town.tasks(caller) == tasks
    assert town.failed() == []


def test_an_error_nobody_catches_ends_both_with_an_outcome(town: Town) -> None:
    caller = town.start("caller")
    child = called(town, caller)
    town.do(child, "work", how="worse")
    town.run()
    assert (town.case(child).state, town.case(child).outcome) == ("completed", "Hopeless")
    assert (town.case(caller).state, town.case(caller).outcome) == ("completed", "c")
    assert town.waits_nowhere(caller)


def test_a_call_that_is_interrupted_cancels_the_called_case(town: Town, clock: Clock) -> None:
    caller = town.start("caller")
    child = called(town, caller)
    clock.forward(days=1)
    town.run()
    assert town.tasks(caller) == ["slow"]
    assert town.case(child).state == "cancelled"


def test_a_cancelled_case_cancels_what_it_called_all_the_way_down(town: Town) -> None:
    town.release("top", "start s\ncall c = caller\ns -> c")
    top = town.start("top")
    town.run()
    (middle,) = town.cases("caller")
    (bottom,) = town.cases("child")
    town.cancel(top)
    town.run()
    assert [town.case(case).state for case in (middle.id, bottom.id)] == ["cancelled", "cancelled"]
    assert town.failed() == []


def test_a_call_that_is_cancelled_before_it_began_never_begins(town: Town) -> None:
    caller = town.start("caller")
    (job,) = worker.claim(town.store)
    town.cancel(caller)
    worker.run(town.store, job.id, job.attempt)
    town.run()
    assert town.cases("child") == []


def test_a_cancelled_called_case_is_an_error_to_its_caller(town: Town) -> None:
    town.release(
        "caller", CALLER.format(words="").replace("error bad on=c = E1", "error bad on=c = cancelled"), version=2
    )
    caller = town.start("caller")
    town.cancel(called(town, caller))
    town.run()
    assert town.tasks(caller) == ["mended"]


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("", "newest"),
        (" binding=latest", "newest"),
        (" binding=publication", "middle"),
        (" binding=versionTag versionTag=old", "oldest"),
    ],
)
def test_the_binding_says_which_version_is_called(store: Installation, clock: Clock, words: str, task: str) -> None:
    town = Town(store)
    steps = "start s\nuser {task} assignGroup=service_desk\ns -> {task}"
    town.release("child", steps.format(task="oldest"), version=1, tag="old")
    clock.forward(days=1)
    town.release("child", steps.format(task="middle"), version=2)
    clock.forward(days=1)
    town.release("caller", CALLER.format(words=words))
    clock.forward(days=1)
    town.release("child", steps.format(task="newest"), version=3, tag="new")
    assert town.tasks(called(town, town.start("caller"))) == [task]


def test_a_call_with_nothing_to_call_fails_by_name(store: Installation) -> None:
    town = Town(store)
    town.release("caller", CALLER.format(words=" binding=versionTag versionTag=none"))
    town.start("caller")
    town.run()
    assert town.failed() == ["There is no release of the process child to call (binding: versionTag none)."]


def test_a_process_that_calls_itself_is_stopped(sqlite_store: Installation) -> None:
    town = Town(sqlite_store)
    town.release("own", "start s\ncall c = own\ns -> c")
    town.start("own")
    town.run()
    assert len(town.cases("own")) == 51
    (told,) = town.failed()
    assert told.startswith("50 cases began one after the other")
    assert "the process own leads back to itself" in told


def test_calls_repeat_for_each_item_and_gather_what_comes_back(town: Town) -> None:
    town.release(
        "many",
        """
        start s
        call c each=items item=item gives=result into=results inputs=item outputs=result = child
        user after assignGroup=service_desk
        s -> c
        c -> after
        """,
    )
    many = town.start("many", items=["a", "b"])
    town.run()
    for child in town.cases("child"):
        item = town.data(child.id)["item"]
        town.do(child.id, "work", result=f"{item}!")
    town.run()
    assert town.tasks(many) == ["after"]
    assert town.data(many)["results"] == ["a!", "b!"]


def test_a_caller_that_is_cancelled_as_its_called_case_ends_leaves_both_ended(town: Town) -> None:
    """Each writes a job for the other while it holds its own case: neither waits for the other."""
    for _ in range(8):
        caller = town.start("caller")
        child = called(town, caller)
        together = threading.Barrier(2)
        failures: list[BaseException] = []

        def act(
            what: Callable[[], None], together: threading.Barrier = together, into: list[BaseException] = failures
        ) -> None:
            together.wait()
            try:
                what()
            except BaseException as error:  # noqa: BLE001 - told below
                into.append(error)

        both = (lambda case=caller: town.cancel(case), lambda case=child: town.do(case, "work"))
        threads = [threading.Thread(target=act, args=(what,)) for what in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        town.run()
        assert failures == []
        assert town.case(caller).state == "cancelled"
        assert town.case(child).state in ("completed", "cancelled")
    assert town.failed() == []


def test_two_workers_on_the_jobs_of_many_calls_have_each_effect_once(town: Town) -> None:
    callers = [town.start("caller") for _ in range(10)]
    threads = [threading.Thread(target=town.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    children = town.cases("child")
    assert sorted(child.parent_id or "" for child in children) == sorted(callers)
    for child in children:
        town.do(child.id, "work", how="fail")
    threads = [threading.Thread(target=town.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [town.tasks(caller) for caller in callers] == [["mended"]] * 10
    assert town.failed() == []


BESIDE = """
start s
xor begin
and split
user a assignGroup=service_desk
call c = child
and join
user after assignGroup=service_desk
xor way default=way_done
end done
s -> begin
begin -> split
split -> a
split -> c
a -> join
c -> join
join -> after
after -> way
way -> done
way -> begin [again]
"""


def went_back(town: Town, case: str, element_id: str, number: int = 0) -> None:
    with begin(town.store, SYSTEM) as tx:
        done = [task for task in instances.tasks_of(tx, case, state="completed") if task.element_id == element_id]
        go_back_to(tx, done[number].id, "It was too early.")


def test_going_back_past_a_call_that_came_back_calls_anew(town: Town) -> None:
    town.release("beside", BESIDE)
    case = town.start("beside", n=1)
    first = called(town, case)
    town.do(case, "a", n=2)
    town.do(first, "work")
    town.run()
    assert town.tasks(case) == ["after"]
    went_back(town, case, "a")
    assert (town.tasks(case), len(town.waiting(case).calls)) == (["a"], 1)
    second = called(town, case)
    assert second != first, "what the first case gave is gone with the data: it is asked again"
    assert town.data(second) == {"n": 1}
    town.do(second, "work")
    town.do(case, "a")
    town.run()
    town.do(case, "after", again=False)
    assert town.case(case).state == "completed"
    assert town.failed() == []


def test_the_late_answer_of_a_call_given_up_by_going_back_finds_nobody(town: Town) -> None:
    town.release("beside", BESIDE)
    case = town.start("beside")
    town.do(case, "a")
    town.do(called(town, case), "work")
    town.run()
    town.do(case, "after", again=True)
    second = called(town, case)
    (waited,) = town.waiting(case).calls
    went_back(town, case, "a")
    (waits,) = town.waiting(case).calls
    assert waits.token != waited.token
    third = called(town, case)
    assert (town.case(second).state, town.case(third).state) == ("cancelled", "active")
    assert town.waiting(case).calls == (waits,), "the cancelled case answered, and not the new call"
    assert town.kinds(case).count("call.ended") == 1
    town.do(third, "work")
    town.run()
    assert town.waiting(case).calls == ()
    town.do(case, "a")
    assert town.tasks(case) == ["after"]
