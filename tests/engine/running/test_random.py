"""Random well-formed processes, random answers: restarting after every act changes nothing, and every case ends.

A failure names the seed: `Run(seed)` plays it again.
"""

import random
from collections import Counter
from typing import Any

import orjson
import pytest
import zstandard

from bpmn.compiling import CompiledProcess, compile_process
from engine.errors import StepFailed
from engine.model.step import Finished
from engine.running import Waiting
from tests.bpmn.compiling.drawing import draft_of
from tests.engine.running.playing import Play, outline
from tests.parts.random_processes import DECISION, OUTSIDE, draw

PATIENCE = 60
"""After so many acts nothing is done any more that could be done for ever."""
MOST = 600


class Run:
    """One process played twice side by side by the same chance, one of them restarted after every act."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.draft = draft_of(draw(seed), decisions=DECISION)
        self.chance = random.Random(seed + 1)  # noqa: S311 - repeatable on purpose
        numbers = {f"v{number}": self.chance.randrange(10) for number in range(4)}
        data = {**numbers, "items": ["a", {"b": [1]}]}
        self.through = Play(self._compiled(), data, again=False)
        self.restarted = Play(self._compiled(), data, again=True)
        self.acts: list[tuple[Any, ...]] = []

    def play(self) -> None:
        """Let chance move both until they end."""
        self.compare()
        while not self.through.live.completed:
            assert len(self.acts) < MOST, "it does not end"
            self.acts.append(self._choose(self.through.live.waiting()))
            steps = [self._do(play) for play in (self.through, self.restarted)]
            assert outline(list(steps[0])) == outline(list(steps[1]))
            self.compare()
        assert isinstance(self.through.all[-1], Finished)

    def compare(self) -> None:
        """Both stand at the same places with the same data and all that is kept beside."""
        one, other = self.through, self.restarted
        assert one.live.completed is other.live.completed
        assert repr(one.live.data) == repr(other.live.data)
        if not one.live.completed:
            assert anonymous(one.live.save()) == anonymous(other.live.save())
            assert places(one.live.waiting()) == places(other.live.waiting())
            other.compiled = self._compiled()  # a server that has just been started knows nothing

    def _compiled(self) -> CompiledProcess:
        return compile_process(self.draft, "p", outside={OUTSIDE})

    def _choose(self, waiting: Waiting) -> tuple[Any, ...]:
        elements = self.through.compiled.process.elements
        aside = {each.id for each in elements if each.kind in ("boundaryEvent", "startEvent")}
        kinds = {kind: found for kind, found in vars(waiting).items() if kind != "conditions"}
        late = len(self.acts) >= PATIENCE
        ways = [
            (kind, number)
            for kind, found in kinds.items()
            for number, place in enumerate(found)
            if not (late and kind in ("messages", "signals") and place.element_id in aside)
        ]
        assert ways, "it waits for nothing that comes by itself"
        kind, number = self.chance.choice(ways)
        return kind, number, self.chance.randrange(4), self.chance.randrange(10), self.chance.random()

    def _do(self, play: Play) -> Any:
        kind, number, which, value, luck = self.acts[-1]
        live, waiting = play.live, play.live.waiting()
        place = getattr(waiting, kind)[number]
        match kind:
            case "tasks":
                steps = live.complete(place.token, {f"v{which}": value, "out": luck < 0.5}, play.at)
                del play.open[place.token]
            case "timers":
                play.later(hours=1)
                steps = live.fire(place.token, play.at)
            case "messages":
                steps = live.deliver(place.name, {"said": value}, play.at, place.token, key=place.key)
            case "signals":
                steps = live.signal(place.name, {f"v{which}": value}, play.at)
            case "outside":
                failed = live.unanswered(place.token, "EF"[which % 2], play.at) if luck < 0.3 else None
                steps = failed or live.answered(place.token, {"n": value}, play.at)
                if failed is None:
                    del play.calls[place.token]
            case _:
                if luck < 0.2:
                    kind = "error" if luck < 0.1 else "escalation"
                    steps = live.thrown(place.token, kind, "EF"[which % 2], play.at)
                else:
                    steps = live.returned(place.token, {"v1": value, "v2": which}, play.at)
        return play._after(steps)


def places(waiting: Waiting) -> list[tuple[Any, ...]]:
    """Give what is waited for without the tokens' ids, in its order."""
    return [
        (kind, *((key, value) for key, value in vars(wait).items() if key != "token"))
        for kind, waits in vars(waiting).items()
        for wait in waits
    ]


def anonymous(saved: bytes) -> Any:
    """Read a saved state, with ids of tokens replaced by numbers in the order in which they occur."""
    document = orjson.loads(zstandard.ZstdDecompressor().decompress(saved))
    numbers: dict[str, int] = {}
    for tokens in [document["tokens"], *(tokens for _, _, tokens in document["scopes"])]:
        for row in tokens:
            row[0] = numbers.setdefault(row[0], len(numbers))
            row[1] = numbers.get(row[1])
    for scope in document["scopes"]:
        scope[0] = numbers[scope[0]]
    return document


def run(seeds: range) -> Counter[str]:
    """Play the processes of these seeds; gives how often each kind of element was entered."""
    entered: Counter[str] = Counter()
    for seed in seeds:
        played = None
        try:
            played = Run(seed)
            played.play()
        except (AssertionError, StepFailed, Exception) as error:
            acts = played.acts if played else []
            error.add_note(f"seed {seed}\n{draw(seed)}\n" + "\n".join(map(str, acts)))
            raise
        for step in played.through.path:
            entered[played.through.compiled.element(step).kind] += 1
    return entered


KINDS = {
    *("userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "task"),
    *("callActivity", "subProcess", "transaction", "adHocSubProcess", "startEvent", "endEvent", "boundaryEvent"),
    *("intermediateCatchEvent", "intermediateThrowEvent"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"),
}


def test_restarting_after_every_act_changes_nothing() -> None:
    assert run(range(240)).keys() == KINDS


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("first", range(1_000, 11_000, 250))
def test_restarting_ten_thousand_processes_changes_nothing(first: int) -> None:
    run(range(first, first + 250))
