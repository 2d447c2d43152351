"""A case played by a test: acts named by element, and after every act what must always hold."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bpmn.alignment import align
from bpmn.compiling import CompiledProcess
from engine.model.step import (
    DataChanged,
    Entered,
    Finished,
    FlowTaken,
    Left,
    MessageAwaited,
    MessageForgotten,
    OutsideCalled,
    OutsideDropped,
    Steps,
    TaskOpened,
    TaskWithdrawn,
    TimerCleared,
    TimerSet,
)
from engine.running import Surroundings, correct, go_back, migrate, move_token, places, restore, start
from forms.data import Value

NOW = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)
AT = Surroundings(now=NOW)


class Play:
    """A case; with `again` it is saved and restored after each act."""

    def __init__(
        self,
        compiled: CompiledProcess,
        data: Mapping[str, Value] | None = None,
        *,
        again: bool = True,
        at: Surroundings = AT,
        begin: str | None = None,
        number: int = 0,
    ) -> None:
        self.compiled = compiled
        self.again = again
        self.at = at
        self.open: dict[str, str] = {}
        self.due: dict[str, tuple[str, object]] = {}
        self.awaited: dict[str, tuple[str, str]] = {}
        self.calls: dict[str, OutsideCalled] = {}
        self.replayed: dict[str, Value] = {}
        self.all: list[object] = []
        self.live, steps = start(compiled, data or {}, at, at=begin, number=number)
        self._after(steps)

    def do(self, element_id: str, number: int = 0, /, **answers: Value) -> Steps:
        tokens = [token for token, element in self.open.items() if element == element_id]
        steps = self.live.complete(tokens[number], answers, self.at)
        del self.open[tokens[number]]
        return self._after(steps)

    def fire(self, element_id: str) -> Steps:
        token = next(token for token, (element, _) in self.due.items() if element == element_id)
        return self._after(self.live.fire(token, self.at))

    def deliver(self, name: str, **payload: Value) -> Steps:
        return self._after(self.live.deliver(name, payload, self.at))

    def answer(self, element_id: str, number: int = 0, /, **response: Value) -> Steps:
        token = self._calling(element_id)[number]
        steps = self.live.answered(token, response, self.at)
        del self.calls[token]
        return self._after(steps)

    def fail(self, element_id: str, code: str) -> Steps | None:
        steps = self.live.unanswered(self._calling(element_id)[0], code, self.at)
        return None if steps is None else self._after(steps)

    def _calling(self, element_id: str) -> list[str]:
        return [token for token, call in self.calls.items() if call.element_id == element_id]

    def later(self, **length: float) -> None:
        self.at = replace(self.at, now=self.at.now + timedelta(**length))

    def back(self, saved: bytes) -> Steps:
        return self._after(go_back(self.live, saved, self.at))

    def correct(self, *removed: str, **values: Value) -> Steps:
        return self._after(correct(self.live, values, removed, self.at))

    def move(self, element_id: str, target: str) -> Steps:
        place = next(place for place in places(self.live) if place.element_id == element_id)
        return self._after(move_token(self.live, place.token, target, self.at))

    def migrate(self, compiled: CompiledProcess, **mapping: str) -> Steps:
        alignment = align(self.compiled.process, compiled.process, mapping)
        assert alignment.problems == {}
        steps = migrate(self.live, compiled, alignment, self.at)
        self.compiled, now = compiled, alignment.elements
        self.open = {token: now[element] for token, element in self.open.items()}
        self.due = {token: (now.get(element, element), due) for token, (element, due) in self.due.items()}
        self.awaited = {token: (now.get(element, element), name) for token, (element, name) in self.awaited.items()}
        self.all = [
            replace(step, element_id=now.get(step.element_id, step.element_id)) if isinstance(step, Entered) else step
            for step in self.all
        ]
        return self._after(steps)

    def cancel(self) -> Steps:
        return self._after(self.live.cancel(self.at))

    @property
    def tasks(self) -> list[str]:
        return sorted(self.open.values())

    @property
    def timers(self) -> list[str]:
        return sorted(element for element, _ in self.due.values())

    @property
    def messages(self) -> list[str]:
        return sorted(name for _, name in self.awaited.values())

    @property
    def path(self) -> list[str]:
        return [step.element_id for step in self.all if isinstance(step, Entered)]

    @property
    def flows(self) -> list[str]:
        return [step.flow_id for step in self.all if isinstance(step, FlowTaken)]

    @property
    def ended(self) -> str | None:
        return next((step.outcome for step in self.all if isinstance(step, Finished)), None)

    def _after(self, steps: Steps) -> Steps:
        self.all += steps
        for step in steps:
            self._take(step)
        self.check()
        if self.again and not self.live.completed:
            saved = self.live.save()
            self.live = restore(self.compiled, saved)
            assert self.live.save() == saved
            self.check()
        return steps

    def _take(self, step: object) -> None:
        match step:
            case TaskOpened():
                self.open[step.token] = step.element_id
            case TaskWithdrawn():
                self.open.pop(step.token, None)
            case TimerSet():
                self.due[step.token] = (step.element_id, step.due)
            case TimerCleared():
                del self.due[step.token]
            case MessageAwaited():
                self.awaited[step.token] = (step.element_id, step.name)
            case MessageForgotten():
                del self.awaited[step.token]
            case OutsideCalled():
                self.calls[step.token] = step
            case OutsideDropped():
                del self.calls[step.token]
            case DataChanged():
                assert (step.name in self.replayed) is step.was_set
                assert self.replayed.get(step.name) == step.old
                self.replayed[step.name] = step.new
                if not step.is_set:
                    del self.replayed[step.name]

    def check(self) -> None:
        """The waits kept from Steps are those of the case; so are the data; what was left had been entered."""
        waiting = self.live.waiting()
        assert {task.token: task.element_id for task in waiting.tasks} == self.open
        assert {timer.token: (timer.element_id, timer.due) for timer in waiting.timers} == self.due
        assert {found.token: (found.element_id, found.name) for found in waiting.messages} == self.awaited
        assert {call.token for call in waiting.outside} == self.calls.keys()
        assert self.live.data == self.replayed
        entered = {(step.element_id, step.token) for step in self.all if isinstance(step, Entered)}
        left = [(step.element_id, step.token) for step in self.all if isinstance(step, Left)]
        assert set(left) <= entered
        assert len(left) == len(set(left))
        if self.live.completed:
            assert (self.open, self.due, self.awaited) == ({}, {}, {})


def outline(steps: list[object]) -> list[tuple[object, ...]]:
    """Steps without the ids of tokens, to compare two runs of one process."""
    kept = []
    for step in steps:
        values = {key: value for key, value in vars(step).items() if key != "token"}
        kept.append((type(step).__name__, *values.items()))
    return kept
