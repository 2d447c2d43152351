"""Large cases: what one act writes and how much a case holds do not grow with what it has behind it or beside it."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bpmn.compiling import CompiledProcess
from engine.errors import StepFailed
from engine.model.step import InstanceEntered, InstanceLeft, Steps, TaskOpened
from engine.running import LiveCase, restore, saved_state, start
from forms.data import Value
from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import AT


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The nodes of the tokens that are written anew as a case is saved."""
    found: list[str] = []
    write = saved_state._token

    def noted(token: object, root: object) -> object:
        found.append(token.task_spec.name)  # type: ignore[attr-defined]
        return write(token, root)  # type: ignore[arg-type]

    monkeypatch.setattr(saved_state, "_token", noted)
    return found


def begun(compiled: CompiledProcess, **data: Value) -> LiveCase:
    return start(compiled, data, AT)[0]


def one_by_one(live: LiveCase, each: Callable[[int, Steps], None]) -> int:
    """Complete task by task until the case ends; gives how many."""
    count, tokens = 0, []
    while not live.completed:
        tokens = tokens or [task.token for task in reversed(live.waiting().tasks)]
        steps = live.complete(tokens.pop(), {"out": count}, AT)
        count += 1
        each(count, steps)
    return count


MANY = "start s\nuser each count=n{} gives=out into=outs\nend e\ns -> each\neach -> e"


def test_one_of_a_thousand_side_by_side_costs_what_one_of_ten_costs(written: list[str]) -> None:
    seen: dict[int, set[tuple[int, int]]] = {}
    for number in (10, 1_000):
        live = begun(drawn(MANY.format("")), n=number)
        assert len(live.save()) < 300 + 10 * number
        assert len(written) == number + 1
        costs = seen.setdefault(number, set())

        def each(count: int, steps: Steps, live: LiveCase = live, costs: set[tuple[int, int]] = costs) -> None:
            written.clear()
            if not live.completed:
                live.save()
                costs.add((len(written), len(steps)))

        assert one_by_one(live, each) == number
        written.clear()
        assert live.data["outs"] == list(range(number))
    assert seen == {10: {(1, 1)}, 1_000: {(1, 1)}}, "the activity itself is written, and nothing of the others"


def test_what_was_written_before_is_what_would_be_written_now() -> None:
    live = begun(drawn(MANY.format("")), n=20)

    def each(count: int, steps: Steps) -> None:
        if not live.completed:
            saved = live.save()
            live._case.written = {}
            for token in live._case.live():
                token.written = None
            assert live.save() == saved

    one_by_one(live, each)


def test_ten_thousand_one_after_the_other() -> None:
    live, sizes = begun(drawn(MANY.format(" sequential")), n=10_000), []

    def each(count: int, steps: Steps) -> None:
        if count % 1_000 == 1:
            sizes.append(len(live.save()))
            assert [type(step) for step in steps] == [InstanceLeft, InstanceEntered, TaskOpened]

    assert one_by_one(live, each) == 10_000
    assert max(sizes) < 60_000, "the outputs, and nothing of the instances behind"
    assert len(live.data["outs"]) == 10_000  # type: ignore[arg-type]


ROUNDS = """
    start s
    script zero {{ n = 0 }}
    xor again
    {body}
    script add {{ n = n + 1 }}
    xor more default=out
    end e
    s -> zero
    zero -> again
    add -> more
    more -> again [n < 10000]
    out: more -> e
"""
ALONE = "user u\nagain -> u\nu -> add"
BESIDE = "and a\nand b\nuser u\ntask t\nagain -> a\na -> u\na -> t\nu -> b\nt -> b\nb -> add"
EITHER = BESIDE.replace("and ", "or ").replace("a -> u", "a -> u [true]").replace("a -> t", "a -> t [true]")


@pytest.mark.parametrize("body", [ALONE, BESIDE, EITHER], ids=["plain", "parallel", "inclusive"])
def test_ten_thousand_rounds_leave_nothing_behind(body: str) -> None:
    live, sizes, steps_of = begun(drawn(ROUNDS.format(body=body))), set(), set()

    def each(count: int, steps: Steps) -> None:
        if count % 1_000 == 500:
            sizes.add(len(live.save()))
            steps_of.add(len(steps))

    assert one_by_one(live, each) == 10_000
    assert max(sizes) - min(sizes) < 16, "ids do not all compress alike; nothing else differs"
    assert len(steps_of) == 1


def chain(number: int, kind: str = "task") -> str:
    names = [f"t{at}" for at in range(number)]
    flows = [f"{one} -> {other}" for one, other in pairwise(["s", *names, "e"])]
    return "\n".join(["start s", *(f"{kind} {name}" for name in names), "end e", *flows])


def test_a_chain_of_two_thousand() -> None:
    live, steps = start(drawn(chain(2_000)), {}, AT)
    assert live.completed
    assert len(steps) == 3 * 2_002
    live = begun(drawn(chain(2_000, "user")))
    sizes = set()

    def each(count: int, steps: Steps) -> None:
        if count % 200 == 100:
            sizes.add(len(live.save()))

    assert one_by_one(live, each) == 2_000
    assert max(sizes) - min(sizes) < 16


def nested(depth: int) -> str:
    lines = []
    for level in range(depth):
        lines += [f"start s{level}", f"sub x{level} {{"]
    lines += ["start s", "user u", "end e", "s -> u", "u -> e"]
    for level in reversed(range(depth)):
        lines += ["}", f"end e{level}", f"s{level} -> x{level}", f"x{level} -> e{level}"]
    return "\n".join([*lines, "timer late on=x0 = PT1H", "end missed", "late -> missed"])


@pytest.mark.parametrize("fires", [False, True])
def test_fifty_scopes_in_each_other(fires: bool) -> None:
    compiled = drawn(nested(50))
    live = restore(compiled, begun(compiled).save())
    assert len(live.save()) < 5_000
    waiting = live.waiting()
    if fires:
        live.fire(waiting.timers[0].token, AT)
    else:
        live.complete(waiting.tasks[0].token, {}, AT)
    assert live.completed


def test_more_than_ten_thousand_are_refused_by_name() -> None:
    with pytest.raises(StepFailed, match="at most 10000") as failed:
        begun(drawn(MANY.format("")), n=10_001)
    assert (failed.value.element_id, failed.value.code) == ("each", "too_many_instances")
