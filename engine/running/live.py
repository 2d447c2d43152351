"""A live case: what can be done to it, and what it waits for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import TaskState

from bpmn.compiling import CannotContinue, CompiledProcess
from bpmn.compiling.gateways import InstantiatingGateway
from bpmn.compiling.nodes import Node
from bpmn.compiling.outside import OutsideTask
from bpmn.compiling.propagating import catcher, throw
from bpmn.compiling.triggers import KEY, Code, Condition, Message, Signal, Timer, due_of, name_at
from engine.errors import CaseEnded, Conflict, NobodyWaits, StepFailed
from engine.model.step import Steps
from engine.running.saved_state import load, save
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from engine.running.workflow import CaseWorkflow
from forms.data import DataUnacceptable, Value, normalise


class NotWaiting(Conflict):
    """Nothing waits at this place of the case now: the task is done or withdrawn, the timer fired or cleared."""


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A user or manual task that waits for a person."""

    token: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class SetTimer:
    """A timer and when it is due (aware UTC)."""

    token: str
    element_id: str
    due: datetime


@dataclass(frozen=True, kw_only=True)
class AwaitedMessage:
    """A message that is waited for."""

    token: str
    element_id: str
    name: str
    key: str = ""
    """The correlation key it must carry; empty where the name alone decides."""


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A signal (by name), a condition, a called case or the answer from outside that is waited for."""

    token: str
    element_id: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Everything that can move a case from outside, and the conditions it waits for."""

    tasks: tuple[OpenTask, ...]
    timers: tuple[SetTimer, ...]
    messages: tuple[AwaitedMessage, ...]
    signals: tuple[Awaited, ...] = ()
    conditions: tuple[Awaited, ...] = ()
    calls: tuple[Awaited, ...] = ()
    """Called cases."""
    outside: tuple[Awaited, ...] = ()
    """Calls that left the process and have not been answered."""


class LiveCase:
    """One case in memory, for one thread at a time.

    Each act either gives its Steps or raises. After StepFailed the case stands where no case may stand: it takes no
    more acts, and whoever holds it restores the state saved before. NotWaiting, NobodyWaits and CaseEnded are found
    before anything is changed.
    """

    def __init__(self, case: CaseWorkflow) -> None:
        self._case = case
        self._broken = False

    @property
    def compiled(self) -> CompiledProcess:
        """The process it runs."""
        return self._case.compiled

    @property
    def completed(self) -> bool:
        """Whether it has ended or was cancelled."""
        return bool(self._case.completed)

    @property
    def size(self) -> int:
        """How many bytes it was when it was saved last, before compression."""
        return self._case.size

    @property
    def data(self) -> dict[str, Value]:
        """The process variables, as a copy."""
        return {name: _copied(value) for name, value in self._case.data.items()}

    def data_at(self, token: str) -> dict[str, Value]:
        """The variables visible at a waiting place, those local to an instance of a loop included, as a copy."""
        return {name: _copied(value) for name, value in self._case.variables(self._place(token)).items()}

    def waiting(self) -> Waiting:
        """What it waits for, in the order in which the waits began within each scope."""
        places = list(self._case.live())
        return Waiting(
            tasks=tuple(
                OpenTask(token=place.id, element_id=place.task_spec.bpmn_id) for place in places if _is_task(place)
            ),
            timers=tuple(
                SetTimer(token=place.id, element_id=place.task_spec.bpmn_id, due=due_of(place))
                for place in places
                if _awaits(place, Timer)
            ),
            messages=tuple(
                AwaitedMessage(
                    token=place.id,
                    element_id=place.task_spec.bpmn_id,
                    name=name_at(place),
                    key=place.kept.get(KEY, ""),
                )
                for place in places
                if _awaits(place, Message)
            ),
            signals=tuple(_awaited(place, name_at(place)) for place in places if _awaits(place, Signal)),
            conditions=tuple(_awaited(place) for place in places if _awaits(place, Condition)),
            calls=tuple(_awaited(place) for place in places if _calls(place)),
            outside=tuple(_awaited(place) for place in places if _is_outside(place)),
        )

    def standing(self) -> tuple[str, ...]:
        """The elements at which it waits, each once, in the order of `waiting`: however many instances wait there."""
        # What a token waits for follows from its node and its state: of a thousand alike, one is looked at.
        alike = {(place.task_spec, place._state): place for place in self._case.live()}
        found = [place.task_spec.bpmn_id for waits in _WAITS for place in alike.values() if waits(place)]
        return tuple(dict.fromkeys(found))

    def variable(self, name: str) -> Value:
        """One of the process variables, as a copy; None also where it is not set."""
        return _copied(self._case.data.get(name))

    def complete(self, token: str, answers: Mapping[str, Value], surroundings: Surroundings) -> Steps:
        """Complete a user or manual task; each answer replaces the variable of its name.

        Raises NotWaiting, CaseEnded, StepFailed.
        """
        place = self._place(token)
        if not _is_task(place):
            raise NotWaiting("No task waits at this place of the case.", token=token)
        values = _accepted(answers, place.task_spec.bpmn_id)

        def move() -> None:
            self._case.assign(place, values)
            place.run()
            self._case.settle(place.workflow)

        return self._act(surroundings, move)

    def fire(self, token: str, surroundings: Surroundings) -> Steps:
        """Let a timer fire; the caller has seen that it is due. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._place(token)
        if not _awaits(place, Timer):
            raise NotWaiting("No timer waits at this place of the case.", token=token)
        return self._act(surroundings, lambda: place.task_spec.fire(place, {}))

    def deliver(
        self,
        name: str,
        payload: Mapping[str, Value],
        surroundings: Surroundings,
        token: str | None = None,
        *,
        key: str | None = None,
        at: Collection[str] = (),
    ) -> Steps:
        """Deliver a message to one place that waits for it: the named one, else the outermost and then the oldest.

        With `key` only where that correlation key is awaited (empty: none), with `at` only at one of these elements.
        The entries of the payload become variables. Raises NobodyWaits, CaseEnded, StepFailed.
        """
        self._usable()
        found = self._receivers(name, token, key)
        place = next((each for each in found if not at or each.task_spec.bpmn_id in at), None)
        if place is None:
            raise NobodyWaits(f"The case does not wait for the message {name!r} now.", name=name, token=token)
        values = _accepted(payload, place.task_spec.bpmn_id)
        return self._act(surroundings, lambda: place.task_spec.fire(place, values))

    def signal(self, name: str, payload: Mapping[str, Value], surroundings: Surroundings) -> Steps:
        """Let every place that waits for a signal have it. Raises NobodyWaits, CaseEnded, StepFailed."""
        self._usable()
        if not any(place.name == name for place in self.waiting().signals):
            raise NobodyWaits(f"The case does not wait for the signal {name!r} now.", name=name)
        values = _accepted(payload, self.compiled.process_id)
        return self._act(surroundings, lambda: self._case.signal(name, values))

    def returned(self, token: str, data: Mapping[str, Value], surroundings: Surroundings) -> Steps:
        """Go on after a call: the called case ended with these variables. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._call(token)
        values = _accepted(data, place.task_spec.bpmn_id)
        return self._act(surroundings, lambda: place.task_spec.returned(place, values))

    def thrown(
        self,
        token: str,
        kind: Literal["error", "escalation"],
        code: str | None,
        at: Surroundings,
        message: str = "",
        *,
        data: Mapping[str, Value] | None = None,
    ) -> Steps:
        """Take what the called case threw and did not catch; of one that ended by it, its variables are `data`.

        Raises NotWaiting, CaseEnded, StepFailed.
        """
        place = self._call(token)
        values = _accepted(data or {}, place.task_spec.bpmn_id)

        def move() -> None:
            if data is not None:
                place.task_spec.failed(place, values)
            throw(place, Code(kind=kind, code=code, message=message), by_call=True)

        return self._act(at, move)

    def ended_with(self, token: str, surroundings: Surroundings) -> Steps:
        """End with a called case that ended everything. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._call(token)
        return self._act(surroundings, lambda: self._case.finish(place.task_spec.bpmn_id))

    def answered(self, token: str, response: Mapping[str, Value], surroundings: Surroundings) -> Steps:
        """Take the answer of a call that left the process. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._outside(token)
        values = _accepted(response, place.task_spec.bpmn_id)
        return self._act(surroundings, lambda: place.task_spec.answered(place, values))

    def unanswered(self, token: str, code: str, surroundings: Surroundings, message: str = "") -> Steps | None:
        """Let the nearest event catch the error of a call that left; None, and nothing is changed, where none does.

        Raises NotWaiting, CaseEnded, StepFailed.
        """
        place = self._outside(token)
        thrown = Code(kind="error", code=code, message=message)
        catching = catcher(place.workflow, thrown, place)
        if catching is None:
            return None
        told = catching.task_spec.trigger.told(thrown)
        return self._act(surroundings, lambda: catching.task_spec.fire(catching, told))

    def catches(self, token: str, code: str) -> bool:
        """Whether an event here would catch an error with which the case ends that was called at this place."""
        place = next((each for each in self._case.live() if each.id == token and _calls(each)), None)
        return place is not None and catcher(place.workflow, Code(kind="error", code=code), place) is not None

    def given_up(self, token: str, code: str, surroundings: Surroundings, message: str) -> Steps:
        """End by the error of a call that left the process. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._outside(token)
        return self._act(surroundings, lambda: self._case.fail(place.task_spec.bpmn_id, code, message))

    def cancel(self, surroundings: Surroundings) -> Steps:
        """End the case by withdrawing everything that is open; no Finished is reported. Raises CaseEnded."""
        self._usable()

        def move() -> None:
            self._case.close()
            self._case.completed = True

        return self._act(surroundings, move)

    def dismantle(self) -> None:
        """Give its memory back at once: its tokens hold it as it holds them. Nothing can be done with it afterwards."""
        self._broken = True
        self._case.dismantle()

    def save(self) -> bytes:
        """The case at rest, as bytes for `restore`. Raises StepFailed for a case that holds too much data."""
        if self._broken:
            raise RuntimeError("the act before this failed: restore the case from its last saved state")
        return save(self._case)

    def _receivers(self, name: str, token: str | None, key: str | None) -> Iterator[Token]:
        for place in self._case.live():
            fits = _awaits(place, Message) and name_at(place) == name and token in (None, place.id)
            if fits and key in (None, place.kept.get(KEY, "")):
                yield place

    def _call(self, token: str) -> Token:
        place = self._place(token)
        if not _calls(place):
            raise NotWaiting("No called case is waited for at this place of the case.", token=token)
        return place

    def _usable(self) -> None:
        if self._broken:
            raise RuntimeError("the act before this failed: restore the case from its last saved state")
        if self.completed:
            raise CaseEnded("The case has ended.")

    def _place(self, token: str) -> Token:
        self._usable()
        place = self._case.find(token)
        if place is not None:
            return place
        raise NotWaiting("The case does not wait at this place now.", token=token)

    def _outside(self, token: str) -> Token:
        place = self._place(token)
        if not _is_outside(place):
            raise NotWaiting("No call waits for its answer at this place of the case.", token=token)
        return place

    def _act(self, surroundings: Surroundings, move: Callable[[], object]) -> Steps:
        self._case.act(surroundings)
        self._broken = True
        try:
            move()
            self._case.move()
        except CannotContinue as error:
            raise StepFailed(error.element_id, error.code, error.message, self._case.steps) from error
        except (SpiffWorkflowException, RecursionError) as error:
            raise StepFailed(None, "engine_failed", f"The engine failed: {error}") from error
        self._broken = False
        steps, self._case.steps = tuple(self._case.steps), []
        self._case.rest()
        return steps


def start(
    compiled: CompiledProcess,
    data: Mapping[str, Value],
    surroundings: Surroundings,
    *,
    at: str | None = None,
    number: int = 0,
) -> tuple[LiveCase, Steps]:
    """Start a case with these variables: `at` what its `number`-th trigger begins, else as people do.

    Raises StepFailed.
    """
    case = CaseWorkflow(compiled)
    values = _accepted(data, compiled.process_id)
    live = LiveCase(case)
    starts = compiled.spec.starts if at is None else (at,)
    if not starts or not all(name in compiled.spec.task_specs for name in starts):
        raise StepFailed(at, "no_start", "The process has no start event of this kind.")

    def move() -> None:
        case.plant(compiled.spec)
        nodes = [compiled.spec.task_specs[name] for name in starts]
        begun = next((node.brought(case, values) for node in nodes if isinstance(node, Node)), values)
        case.assign(case.task_tree, begun)
        case.listen()
        if at is not None:
            _begin_at(case, at, number, values)
        for name in starts if at is None else ():
            case.spawn(case, name, None)

    return live, live._act(surroundings, move)


def _begin_at(case: CaseWorkflow, name: str, number: int, payload: Mapping[str, Value]) -> None:
    node = case.spec.task_specs[name]
    gateway = next((each for each in node.inputs if isinstance(each, InstantiatingGateway)), None)
    if gateway is None:
        node.happened(case, number, payload)
    else:
        gateway.begun(case, name, number, payload)


def restore(compiled: CompiledProcess, saved: bytes) -> LiveCase:
    """Bring a saved case back to life. Raises StateUnreadable."""
    return LiveCase(load(compiled, saved))


def _accepted(values: Mapping[str, Value], element_id: str) -> dict[str, Value]:
    try:
        accepted: dict[str, Value] = normalise(values)
    except DataUnacceptable as error:
        raise StepFailed(element_id, "data_unacceptable", f"The data cannot be kept: {error}") from error
    return accepted


def _is_task(place: Token) -> bool:
    return bool(place.state == TaskState.READY and place.task_spec.waits_for_person)


def _is_outside(place: Token) -> bool:
    return bool(place.state == TaskState.STARTED and isinstance(place.task_spec, OutsideTask))


def _awaits(place: Token, kind: type) -> bool:
    return place.state == TaskState.WAITING and isinstance(place.task_spec.trigger, kind)


def _calls(place: Token) -> bool:
    return bool(place.state == TaskState.WAITING and place.task_spec.waits_for_case)


_WAITS: tuple[Callable[[Token], bool], ...] = (
    _is_task,
    *(partial(_awaits, kind=kind) for kind in (Timer, Message, Signal, Condition)),
    _calls,
    _is_outside,
)
"""What `Waiting` tells apart, in its order."""


def _awaited(place: Token, name: str = "") -> Awaited:
    return Awaited(token=place.id, element_id=place.task_spec.bpmn_id, name=name)


def _copied(value: Value) -> Value:
    if isinstance(value, list):
        return [_copied(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _copied(entry) for key, entry in value.items()}
    return value
