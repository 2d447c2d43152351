"""A live case: what can be done to it, and what it waits for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import TaskState

from bpmn.compiling import CannotContinue, CompiledProcess
from bpmn.compiling.outside import OutsideTask, catcher
from bpmn.compiling.triggers import Code, Message, Timer, due_of
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


@dataclass(frozen=True, kw_only=True)
class OpenCall:
    """A call that left the process and has not been answered."""

    token: str
    element_id: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Everything that can move a case from outside."""

    tasks: tuple[OpenTask, ...]
    timers: tuple[SetTimer, ...]
    messages: tuple[AwaitedMessage, ...]
    calls: tuple[OpenCall, ...] = ()


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
                OpenTask(token=str(place.id), element_id=place.task_spec.bpmn_id) for place in places if _is_task(place)
            ),
            timers=tuple(
                SetTimer(token=str(place.id), element_id=place.task_spec.bpmn_id, due=due_of(place))
                for place in places
                if _awaits(place, Timer)
            ),
            messages=tuple(
                AwaitedMessage(
                    token=str(place.id),
                    element_id=place.task_spec.bpmn_id,
                    name=place.task_spec.trigger.name,
                )
                for place in places
                if _awaits(place, Message)
            ),
            calls=tuple(
                OpenCall(token=str(place.id), element_id=place.task_spec.bpmn_id) for place in places if _calls(place)
            ),
        )

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
        self, name: str, payload: Mapping[str, Value], surroundings: Surroundings, token: str | None = None
    ) -> Steps:
        """Deliver a message to one place that waits for it: the named one, else the outermost and then the oldest.

        The entries of the payload become variables. Raises NobodyWaits, CaseEnded, StepFailed.
        """
        self._usable()
        place = next(self._receivers(name, token), None)
        if place is None:
            raise NobodyWaits(f"The case does not wait for the message {name!r} now.", name=name, token=token)
        values = _accepted(payload, place.task_spec.bpmn_id)
        return self._act(surroundings, lambda: place.task_spec.fire(place, values))

    def finish_call(self, token: str, response: Mapping[str, Value], surroundings: Surroundings) -> Steps:
        """Take the answer of a call that left the process. Raises NotWaiting, CaseEnded, StepFailed."""
        place = self._called(token)
        values = _accepted(response, place.task_spec.bpmn_id)
        return self._act(surroundings, lambda: place.task_spec.answered(place, values))

    def fail_call(self, token: str, code: str, surroundings: Surroundings) -> Steps | None:
        """Let the nearest boundary event catch the error of a call; None, and nothing is changed, where none does.

        Raises NotWaiting, CaseEnded, StepFailed.
        """
        place = self._called(token)
        catching = catcher(place, Code(kind="error", code=code))
        if catching is None:
            return None
        return self._act(surroundings, lambda: catching.task_spec.fire(catching, {}))

    def cancel(self, surroundings: Surroundings) -> Steps:
        """End the case by withdrawing everything that is open; no Finished is reported. Raises CaseEnded."""
        self._usable()

        def move() -> None:
            for child in self._case.task_tree.children:
                child.cancel()
            self._case.completed = True

        return self._act(surroundings, move)

    def save(self) -> bytes:
        """The case at rest, as bytes for `restore`. Raises StepFailed for a case that holds too much data."""
        if self._broken:
            raise RuntimeError("the act before this failed: restore the case from its last saved state")
        return save(self._case)

    def _receivers(self, name: str, token: str | None) -> Iterator[Token]:
        for place in self._case.live():
            if _awaits(place, Message) and place.task_spec.trigger.name == name and token in (None, str(place.id)):
                yield place

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

    def _called(self, token: str) -> Token:
        place = self._place(token)
        if not _calls(place):
            raise NotWaiting("No call waits for its answer at this place of the case.", token=token)
        return place

    def _act(self, surroundings: Surroundings, move: Callable[[], None]) -> Steps:
        self._case.act(surroundings)
        self._broken = True
        try:
            move()
            self._case.move()
        except CannotContinue as error:
            raise StepFailed(error.element_id, error.code, error.message) from error
        except (SpiffWorkflowException, RecursionError) as error:
            raise StepFailed(None, "engine_failed", f"The engine failed: {error}") from error
        self._broken = False
        steps, self._case.steps = tuple(self._case.steps), []
        return steps


def start(compiled: CompiledProcess, data: Mapping[str, Value], surroundings: Surroundings) -> tuple[LiveCase, Steps]:
    """Start a case with these variables. Raises StepFailed."""
    case = CaseWorkflow(compiled)
    values = _accepted(data, compiled.process_id)
    live = LiveCase(case)

    def move() -> None:
        case.plant(compiled.spec)
        case.assign(case.task_tree, values)
        for name in compiled.spec.starts:
            case.spawn(case, name, None)

    return live, live._act(surroundings, move)


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


def _calls(place: Token) -> bool:
    return bool(place.state == TaskState.STARTED and isinstance(place.task_spec, OutsideTask))


def _awaits(place: Token, kind: type) -> bool:
    return place.state == TaskState.WAITING and isinstance(getattr(place.task_spec, "trigger", None), kind)


def _copied(value: Value) -> Value:
    if isinstance(value, list):
        return [_copied(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _copied(entry) for key, entry in value.items()}
    return value
