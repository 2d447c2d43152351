"""Random processes steered at random: moved, put back, corrected and put on other versions, with and without restarts.

Both plays of `test_random.Run` are told the same. What is refused leaves them where they were; nothing stands still.
"""

import random
import re
from collections import Counter
from typing import Any

from bpmn.alignment import align
from bpmn.compiling import compile_process
from engine.errors import StepFailed
from engine.model.step import Steps
from engine.running import correct, go_back, migrate, move_token, places, restore
from tests.bpmn.compiling.drawing import draft_of
from tests.engine.running.playing import Play, outline
from tests.engine.running.test_random import Run
from tests.parts.random_processes import DECISION, OUTSIDE, draw

STEERED, ENOUGH = 40, 150
"""How many acts are mixed with steering, and how many are played at all: whoever is put back need not ever end."""


def another(text: str, chance: random.Random) -> str:
    """Draw a later version: tasks have other names, and more events stand at their borders."""
    lines = []
    for line in text.splitlines():
        task = re.match(r"(?:user|manual) (\w+)", line)
        lines.append(line)
        if task is None or " undoes" in line or chance.random() > 0.3:
            continue
        lines[-1] = line.replace(task[0], f"{task[0]} name=New", 1) if " name=" not in line else line
        event, trigger = f"more{chance.randrange(10**9)}", chance.choice(["timer {} = PT5H", "signal {} = red"])
        words = f"{event} on={task[1]}{chance.choice(['', ' beside'])}"
        lines += [trigger.format(words), f"task {event}after", f"{event} -> {event}after"]
    return "\n".join(lines)


class Steered(Run):
    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.text, self.draft_then = draw(seed), self.draft
        self.steering = random.Random(seed + 2)  # noqa: S311 - repeatable on purpose
        self.states: list[tuple[bytes, bytes]] = []
        self.steered: Counter[str] = Counter()

    def play(self) -> None:
        while not self.through.live.completed and len(self.acts) < ENOUGH:
            self.compare()
            self.states.append((self.through.live.save(), self.restarted.live.save()))
            if len(self.acts) < STEERED and self.steering.random() < 0.4:
                self._steer(self.steering.choice(["move", "back", "correct", "migrate"]))
                continue
            waiting = self.through.live.waiting()
            if not any(found for kind, found in vars(waiting).items() if kind != "conditions"):
                assert waiting.conditions, "an operator may still make one true"
                return
            self.acts.append(self._choose(waiting))
            self._both("act", self._do)

    def _steer(self, how: str) -> None:
        one, other = self.steering.random(), self.steering.random()
        self.acts.append((how, one, other))
        if how == "migrate":
            self.draft_then = draft_of(another(self.text, random.Random(one)), decisions=DECISION)  # noqa: S311
        if self._both(how, lambda play: getattr(self, f"_{how}")(play, one, other)):
            self.steered[how] += 1

    def _both(self, how: str, act: Any) -> bool:
        told = [self._tried(play, act) for play in (self.through, self.restarted)]
        assert told[0] == told[1], how
        if isinstance(told[0], tuple):
            code, element_id = told[0]
            assert element_id, f"who is told of {code} must know where"
            return False
        if how == "migrate":
            # States kept before are of the version before.
            self.draft, self.states = self.draft_then, []
        return True

    def _tried(self, play: Play, act: Any) -> Any:
        before, saved = dict(vars(play)), play.live.save()
        kept = {name: value.copy() for name, value in before.items() if isinstance(value, dict | list)}
        try:
            return outline(list(act(play)))
        except StepFailed as refused:
            vars(play).update(before | kept | {"live": restore(play.compiled, saved)})
            return refused.code, refused.element_id

    def _move(self, play: Play, one: float, _other: float) -> Steps:
        found = [(place, target) for place in places(play.live) for target in place.targets]
        if not found:
            return ()
        place, target = found[int(one * len(found))]
        return play._after(move_token(play.live, place.token, target, play.at))

    def _back(self, play: Play, one: float, _other: float) -> Steps:
        state = self.states[int(one * len(self.states))][play is self.restarted]
        return play._after(go_back(play.live, state, play.at))

    def _correct(self, play: Play, one: float, other: float) -> Steps:
        return play._after(correct(play.live, {f"v{int(one * 4)}": int(other * 10)}, ["last"], play.at))

    def _migrate(self, play: Play, _one: float, _other: float) -> Steps:
        compiled = compile_process(self.draft_then, "p", outside={OUTSIDE})
        alignment = align(play.compiled.process, compiled.process, {})
        assert alignment.problems == {}
        steps = migrate(play.live, compiled, alignment, play.at)
        play.compiled = compiled
        return play._after(steps)


def run(seeds: range) -> Counter[str]:
    """Play these seeds; gives how often each kind of steering was done."""
    steered: Counter[str] = Counter()
    for seed in seeds:
        played = Steered(seed)
        try:
            played.play()
        except Exception as error:
            error.add_note(f"seed {seed}\n{played.text}\n" + "\n".join(map(str, played.acts)))
            raise
        steered += played.steered
    return steered


def test_steering_by_chance_leaves_nothing_standing() -> None:
    steered = run(range(40))
    assert steered.keys() == {"move", "back", "correct", "migrate"}
    assert min(steered.values()) > 15
