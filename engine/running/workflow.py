"""How a case moves: the process and its sub-processes as flat sets of live tokens, and one loop running what is ready.

Variables live in one mapping per case. Tasks hold no copies, so branches that run side by side see each other's
assignments at once, a join has nothing to merge, and the last assignment counts. Local to one token are only the
counter, item and output of an instance of a loop; they are visible inside that instance, sub-processes included, and
an assignment to such a name stays there.
"""

from collections import ChainMap, deque
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from bpmn.compiling import CannotContinue, CompiledProcess
from bpmn.compiling.gateways import ARRIVED_BY, InclusiveGateway, Join
from engine.model.step import (
    DataChanged,
    DecisionMade,
    Entered,
    Finished,
    FlowTaken,
    Left,
    MessageAwaited,
    MessageForgotten,
    MessageThrown,
    OperationCalled,
    Step,
    TaskOpened,
    TaskWithdrawn,
    TimerCleared,
    TimerSet,
)
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from forms.data import Value
from forms.feel import Environment, Expression, FeelLimitExceeded

MOVES: Final = 20_000
"""How many tokens may run in one act; more means a loop without a wait."""


class NoScripts:
    """The script environment given to SpiffWorkflow: closed. Every expression is FEEL and evaluated by the case."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise CannotContinue(None, "script_refused", "The engine was asked to evaluate Python; this never happens.")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise CannotContinue(None, "script_refused", "The engine was asked to execute Python; this never happens.")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise CannotContinue(None, "script_refused", "The engine was asked to call a service; this never happens.")


class _Flat:
    """What the process and its sub-processes share: live tokens only, below one root."""

    tasks: dict[Any, Token]
    task_tree: Token

    def plant(self, spec: Any) -> None:
        """Begin with nothing but the root."""
        self.task_tree = Token(self, spec.start, state=TaskState.COMPLETED)

    def remove(self, token: Token) -> None:
        """Forget a token; it must have no children."""
        token.parent._children.remove(token.id)
        del self.tasks[token.id]

    @property
    def empty(self) -> bool:
        """Whether no token lives here."""
        return len(self.tasks) == 1

    def update_waiting_tasks(self) -> None:
        """Nothing waits for other tasks to complete but joins, and they are asked where it matters."""


class ScopeWorkflow(_Flat, BpmnSubWorkflow):
    """A running sub-process."""

    def __init__(self, spec: Any, holder: Token, top: "CaseWorkflow") -> None:
        self.holder = holder
        super().__init__(spec, holder.id, top, deserializing=True)

    def _calculate_depth(self) -> int:
        depth: int = self.holder.workflow.depth + 1
        return depth


class CaseWorkflow(_Flat, BpmnWorkflow):
    """A running case: answers what compiled nodes ask (`bpmn.compiling.contract.Case`) and collects Steps."""

    def __init__(self, compiled: CompiledProcess) -> None:
        super().__init__(
            compiled.spec,
            compiled.scopes,
            script_engine=PythonScriptEngine(environment=NoScripts()),
            deserializing=True,
        )
        self.compiled = compiled
        self.completed = False
        self.data: dict[str, Value] = {}
        self.steps: list[Step] = []
        self.surroundings = Surroundings(now=datetime.fromtimestamp(0, UTC))
        self.environment: Environment = self.surroundings.environment
        self.last_left = ""
        self._events: deque[Token] = deque()
        self._ready: deque[Token] = deque()

    # Moving

    def act(self, surroundings: Surroundings) -> None:
        """Say what surrounds the moves that follow."""
        self.surroundings = surroundings
        self.environment = surroundings.environment
        self.steps = []

    def enqueue(self, token: Token) -> None:
        """Take note that a token can run; events go first, so that what they interrupt does not run on."""
        (self._events if token.task_spec.is_event else self._ready).append(token)

    def move(self) -> None:
        """Run whatever can run, until the case waits or has ended. Raises CannotContinue, also where it is stuck."""
        count = 0
        while (token := self._next()) is not None or self._fire_joins():
            if token is None:
                continue
            count += 1
            if count > MOVES:
                message = f"More than {MOVES} elements ran without a wait; there is a loop that never ends."
                raise CannotContinue(token.task_spec.bpmn_id, "too_many_steps", message)
            token.run()
            self.settle(token.workflow)
        if not self.completed and not any(map(waits, self.live())):
            stuck = next((token.task_spec.bpmn_id for token in self.live() if token.state == TaskState.WAITING), None)
            message = "The case has not ended, yet nothing in it can go on and nothing is waited for."
            raise CannotContinue(stuck, "stuck", message)

    def _next(self) -> Token | None:
        while self._events or self._ready:
            token = (self._events or self._ready).popleft()
            if token.state == TaskState.READY and token.workflow.tasks.get(token.id) is token:
                return token
        return None

    def _fire_joins(self) -> bool:
        """Let one inclusive gateway that has waited long enough go on; whether there was one."""
        scopes = [self, *self.subprocesses.values()]
        return any(
            token.task_spec.fire(scope)
            for scope in scopes
            if scope.spec.inclusive
            for token in list(scope.tasks.values())
            if token.state == TaskState.WAITING and isinstance(token.task_spec, InclusiveGateway)
        )

    def settle(self, scope: Any) -> None:
        """Where the last token of a scope is gone, complete what holds the scope, outwards."""
        while scope.empty and scope is not self:
            holder = scope.holder
            if self.subprocesses.pop(holder.id, None) is not scope:
                return
            holder.complete()
            scope = holder.workflow
        if self.empty and not self.completed:
            self.completed = True
            element = self.compiled.element(self.last_left)
            self.steps.append(Finished(outcome=element.name or element.id, element_id=element.id))

    def live(self) -> Iterator[Token]:
        """Every token of the case, in every scope, roots left out."""
        for scope in (self, *self.subprocesses.values()):
            for token in scope.tasks.values():
                if token is not scope.task_tree:
                    yield token

    def find(self, identity: str) -> Token | None:
        """The live token with this id, in any scope."""
        try:
            key = UUID(identity)
        except ValueError:
            return None
        for scope in (self, *self.subprocesses.values()):
            token: Token | None = scope.tasks.get(key)
            if token is not None and token is not scope.task_tree:
                return token
        return None

    # What compiled nodes ask

    @property
    def now(self) -> datetime:
        """The time of this act, aware UTC."""
        return self.surroundings.now.astimezone(UTC)

    def frames(self, token: Token) -> Iterator[MutableMapping[str, Value]]:
        """The local variables visible at a token, the innermost first."""
        place: Token | None = token
        while place is not None:
            if place.data:
                yield place.data
            place = self.holder(place.workflow)

    def visible(self, token: Token) -> Mapping[str, Value]:
        """Everything an expression at this token may read; read-only names of the surroundings win."""
        return ChainMap(dict(self.surroundings.names), *self.frames(token), self.data)

    def variables(self, token: Token) -> Mapping[str, Value]:
        """The variables visible at this token as a mapping of its own."""
        return dict(ChainMap(*self.frames(token), self.data))

    def evaluate(self, token: Token, expression: Expression) -> tuple[Value, str]:
        """The value, and where it is null the reason, if one is known."""
        try:
            outcome = expression.evaluate(self.visible(token), self.environment)
        except FeelLimitExceeded as error:
            message = f"The expression {expression.text!r} was stopped: {error}"
            raise CannotContinue(token.task_spec.bpmn_id, "expression_limit", message) from error
        return outcome.value, "; ".join(problem.message for problem in outcome.problems)

    def assign(self, token: Token, values: Mapping[str, Value]) -> None:
        """Set variables where they live, and report those of the case that changed."""
        for name, value in values.items():
            if name in self.surroundings.names:
                message = f"The name {name!r} cannot be assigned to: it is given by the engine."
                raise CannotContinue(token.task_spec.bpmn_id, "reserved_name", message)
            frame = next((frame for frame in self.frames(token) if name in frame), self.data)
            was_set, old = name in frame, frame.get(name)
            frame[name] = value
            if frame is self.data and not (was_set and same(old, value)):
                self.steps.append(DataChanged(name=name, old=old, new=value, was_set=was_set, is_set=True))

    def entered(self, token: Token) -> None:
        """Report that a token reached its element."""
        self.steps.append(Entered(element_id=token.task_spec.bpmn_id, token=str(token.id)))

    def left(self, token: Token) -> None:
        """Report that a token completed its element."""
        self.steps.append(Left(element_id=token.task_spec.bpmn_id, token=str(token.id)))
        if token.workflow is self:
            self.last_left = token.task_spec.bpmn_id

    def flow_taken(self, flow_id: str) -> None:
        """Report that a token passed a flow."""
        self.steps.append(FlowTaken(flow_id=flow_id))

    def task_opened(self, token: Token) -> None:
        """Report that a person is waited for."""
        element_id, data = token.task_spec.bpmn_id, self.variables(token)
        self.steps.append(TaskOpened(token=str(token.id), element_id=element_id, data=data))

    def withdrawn(self, token: Token) -> None:
        """Report that an open activity is gone."""
        self.steps.append(TaskWithdrawn(token=str(token.id), element_id=token.task_spec.bpmn_id))

    def timer_set(self, token: Token, due: datetime) -> None:
        """Report until when a timer waits."""
        self.steps.append(TimerSet(token=str(token.id), element_id=token.task_spec.bpmn_id, due=due))

    def timer_cleared(self, token: Token) -> None:
        """Report that a timer waits no more."""
        self.steps.append(TimerCleared(token=str(token.id), element_id=token.task_spec.bpmn_id))

    def message_awaited(self, token: Token, name: str) -> None:
        """Report which message is waited for."""
        self.steps.append(MessageAwaited(token=str(token.id), element_id=token.task_spec.bpmn_id, name=name))

    def message_forgotten(self, token: Token, name: str) -> None:
        """Report that it is waited for no more."""
        self.steps.append(MessageForgotten(token=str(token.id), element_id=token.task_spec.bpmn_id, name=name))

    def message_thrown(self, element_id: str, name: str, payload: Mapping[str, Value]) -> None:
        """Report a message to the world."""
        self.steps.append(MessageThrown(element_id=element_id, name=name, payload=payload))

    def operation_called(self, token: Token, operation: str, arguments: Mapping[str, Value]) -> None:
        """Report a call of an inside operation."""
        element_id = token.task_spec.bpmn_id
        self.steps.append(
            OperationCalled(token=str(token.id), element_id=element_id, operation=operation, arguments=arguments)
        )

    def decision_made(
        self, element_id: str, decision_id: str, inputs: Mapping[str, Value], outputs: Value, matched: tuple[str, ...]
    ) -> None:
        """Report a decision with its trace."""
        step = DecisionMade(
            element_id=element_id, decision_id=decision_id, inputs=inputs, outputs=outputs, matched=matched
        )
        self.steps.append(step)

    def spawn(self, scope: Any, spec_name: str, flow_id: str | None) -> Token:
        """Put a token on a node as if it had come along this flow."""
        token: Token = scope.task_tree._add_child(scope.spec.task_specs[spec_name])
        if flow_id is not None and isinstance(token.task_spec, Join):
            token.internal_data[ARRIVED_BY] = flow_id
        token.task_spec._update(token)
        return token

    def trigger(self, scope: Any, spec_name: str) -> Token:
        """Put a token on an event that has already happened."""
        token: Token = scope.task_tree._add_child(scope.spec.task_specs[spec_name])
        self.entered(token)
        token._ready()
        return token

    def open_scope(self, token: Token, spec_name: str) -> None:
        """Begin the sub-process that a token stands on."""
        scope = ScopeWorkflow(self.subprocess_specs[spec_name], token, self)
        scope.plant(scope.spec)
        self.subprocesses[token.id] = scope
        for start in scope.spec.starts:
            self.spawn(scope, start, None)

    def close_scope(self, token: Token) -> None:
        """Take everything away that runs inside a token."""
        scope = self.subprocesses.get(token.id)
        if scope is not None:
            for child in scope.task_tree.children:
                child.cancel()
            del self.subprocesses[token.id]

    def holder(self, scope: Any) -> Token | None:
        """The token whose sub-process a scope is."""
        return None if scope is self else scope.holder


def waits(token: Token) -> bool:
    """Whether something outside the case can move this token: a person, a due time, a message."""
    if token.state == TaskState.READY:
        return bool(token.task_spec.waits_for_person)
    trigger = getattr(token.task_spec, "trigger", None)
    return token.state == TaskState.WAITING and trigger is not None and trigger.outside


def same(old: Value, new: Value) -> bool:
    """Whether two values are the same process data: true is not 1, and 1.0 is 1."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(value, new[key]) for key, value in old.items())
    return bool(old == new)
