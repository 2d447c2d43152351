"""Random well-formed processes, random answers: restoring after every act changes nothing, and every case ends."""

import random
from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bpmn.compiling.drawing import drawn
from tests.engine.running.playing import Play, outline

ACTS = 400


class Drawer:
    """Draws blocks with one way in and one way out; variables v0 to v3 hold numbers from 0 to 9."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.numbers = count()
        self.lines: list[str] = []

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def node(self, kind: str, rest: str = "") -> str:
        name = self.name(kind)
        self.lines.append(f"{kind} {name}{rest}")
        return name

    def flow(self, source: str, target: str, condition: str = "") -> str:
        name = self.name("f")
        self.lines.append(f"{name}: {source} -> {target}" + (f" [{condition}]" if condition else ""))
        return name

    def condition(self) -> str:
        return f"v{self.chance.randrange(4)} > {self.chance.randrange(10)}"

    def block(self, depth: int) -> tuple[str, str]:
        """Draw a block; the names of its first and last node."""
        simple = [self.work, self.script, self.wait]
        nested = [self.sequence, self.choice, self.parallel, self.inclusive, self.loop, self.inside, self.each]
        nested += [self.watched, self.race, self.repeated]
        drawers = simple if depth <= 0 else [*simple, *nested]
        return self.chance.choice(drawers)(depth - 1)

    def work(self, _depth: int) -> tuple[str, str]:
        name = self.node("user")
        return name, name

    def script(self, _depth: int) -> tuple[str, str]:
        target, other = self.chance.randrange(4), self.chance.randrange(4)
        rest = f" {{ v{target} = modulo(v{other} * 3 + 1, 10) ; last = v{target} }}"
        name = self.node("script", rest)
        return name, name

    def wait(self, _depth: int) -> tuple[str, str]:
        name = self.node(*self.chance.choice([("timer", " = PT1H"), ("message", " = go")]))
        return name, name

    def sequence(self, depth: int) -> tuple[str, str]:
        parts = [self.block(depth) for _ in range(self.chance.randint(2, 3))]
        for (_, end), (begin, _) in pairwise(parts):
            self.flow(end, begin)
        return parts[0][0], parts[-1][1]

    def _branches(self, kind: str, depth: int, conditions: bool) -> tuple[str, str]:
        split, join = self.name(kind), self.node(kind)
        default = ""
        for number in range(self.chance.randint(2, 3)):
            first, last = self.block(depth)
            flow = self.flow(split, first, self.condition() if conditions and number else "")
            default = default or f" default={flow}"
            self.flow(last, join)
        self.lines.append(f"{kind} {split}{default if conditions else ''}")
        return split, join

    def choice(self, depth: int) -> tuple[str, str]:
        return self._branches("xor", depth, True)

    def parallel(self, depth: int) -> tuple[str, str]:
        return self._branches("and", depth, False)

    def inclusive(self, depth: int) -> tuple[str, str]:
        return self._branches("or", depth, True)

    def loop(self, depth: int) -> tuple[str, str]:
        variable = self.name("n")
        zero = self.node("script", f" {{ {variable} = 0 }}")
        merge = self.node("xor")
        first, last = self.block(depth)
        add = self.node("script", f" {{ {variable} = {variable} + 1 }}")
        again = self.name("xor")
        self.flow(zero, merge)
        self.flow(merge, first)
        self.flow(last, add)
        self.flow(add, again)
        self.flow(again, merge, f"{variable} < {self.chance.randint(1, 3)}")
        after = self.node("task")
        self.lines.append(f"xor {again} default={self.flow(again, after)}")
        return zero, after

    def inside(self, depth: int, words: str = "") -> tuple[str, str]:
        outer, self.lines = self.lines, []
        first, last = self.block(depth)
        start, end = self.node("start"), self.node("end")
        self.flow(start, first)
        self.flow(last, end)
        inner, self.lines = self.lines, outer
        name = self.name("sub")
        self.lines += [f"sub {name}{words} {{", *inner, "}"]
        return name, name

    def _several(self) -> str:
        sequential = self.chance.choice(["", " sequential"])
        until = self.chance.choice(["", f" until=numberOfCompletedInstances>={self.chance.randint(1, 3)}"])
        outputs = self.chance.choice(["", f" gives=out into={self.name('outs')}"])
        items = self.chance.choice([" count=2", " each=items item=item", " each=[]"])
        return items + sequential + until + outputs

    def each(self, depth: int) -> tuple[str, str]:
        if self.chance.random() < 0.5:
            name = self.node("user", self._several())
            return name, name
        return self.inside(min(depth, 1), self._several())

    def repeated(self, _depth: int) -> tuple[str, str]:
        name = self.node("user", f" times={self.chance.randint(1, 3)}")
        return name, name

    def watched(self, depth: int) -> tuple[str, str]:
        first, last = self.inside(depth) if self.chance.random() < 0.5 else self.work(depth)
        merge = self.node("xor")
        self.flow(last, merge)
        kind = self.chance.choice([("timer", "", "PT1H"), ("message", "", "stop"), ("cycle", "beside ", "R2/PT1H")])
        name = self.name(kind[0])
        self.lines.append(f"{kind[0]} {name} on={first} {kind[1]}= {kind[2]}")
        other_first, other_last = self.block(min(depth, 1))
        self.flow(name, other_first)
        self.flow(other_last, self.node("end") if kind[1] else merge)
        return first, merge

    def race(self, _depth: int) -> tuple[str, str]:
        gateway, merge = self.node("race"), self.node("xor")
        for kind, text in (("timer", "P1D"), ("message", "go"), ("receive", "stop")):
            name = self.node(kind, f" = {text}")
            self.flow(gateway, name)
            self.flow(name, merge)
        return gateway, merge


def draw(seed: int) -> str:
    drawer = Drawer(random.Random(seed))  # noqa: S311 - repeatable on purpose
    first, last = drawer.sequence(3)
    start, end = drawer.node("start"), drawer.node("end")
    drawer.flow(start, first)
    drawer.flow(last, end)
    return "\n".join(drawer.lines)


def play(text: str, seed: int, *, again: bool) -> Play:
    """Let chance move the case until it ends."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    numbers = {f"v{number}": chance.randrange(10) for number in range(4)}
    played = Play(drawn(text), {**numbers, "items": ["a", {"b": [1]}]}, again=again)
    for _ in range(ACTS):
        if played.live.completed:
            break
        waiting = played.live.waiting()
        place = chance.choice([*waiting.tasks, *waiting.timers, *waiting.messages])
        if place in waiting.tasks:
            answers = {f"v{chance.randrange(4)}": chance.randrange(10), "out": chance.random() < 0.5}
            steps = played.live.complete(place.token, answers, played.at)
            del played.open[place.token]
        elif place in waiting.timers:
            played.later(hours=1)
            steps = played.live.fire(place.token, played.at)
        else:
            steps = played.live.deliver(place.name, {"said": chance.randrange(10)}, played.at, place.token)
        played._after(steps)
    return played


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_restoring_after_every_act_changes_nothing(drawing, answers):
    text = draw(drawing)
    through = play(text, answers, again=False)
    restored = play(text, answers, again=True)
    assert outline(restored.all) == outline(through.all)
    assert repr(restored.live.data) == repr(through.live.data)
    assert through.live.completed, f"not ended:\n{text}"
