"""How a case moves: the process and its sub-processes as flat sets of live tokens, and one loop that runs them."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import TaskState

from bpmn.compiling import CannotContinue, CompiledProcess
from bpmn.compiling.gateways import ARRIVED_BY, InclusiveGateway, Join
from bpmn.compiling.nodes import is_done, remember
from bpmn.compiling.several import Part
from bpmn.compiling.triggers import Condition, Signal, name_at
from engine.model.step import Finished, SignalThrown, Step
from engine.running.apart import spent
from engine.running.reporting import Reports
from engine.running.stuck import check_goes_on
from engine.running.surroundings import Surroundings
from engine.running.token import Token
from engine.running.variables import Variables
from forms.data import Value
from forms.feel import Environment

MOVES: Final = 20_000
"""How many tokens may run in one act; more means a loop without a wait."""

SECONDS: Final = 2.0
"""How much of a processor one act may use: a bound on what hostile expressions cost, no clock of the case."""


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


_SCRIPT_ENGINE: Final = PythonScriptEngine(environment=NoScripts())
_NOWHERE: Final = Surroundings(now=datetime.fromtimestamp(0, UTC))
_NO_ENVIRONMENT: Final = _NOWHERE.environment


class _Flat:
    """What the process and its sub-processes share: live tokens only, below one root."""

    tasks: dict[Any, Token]
    task_tree: Token
    spec: Any

    def plant(self, spec: Any) -> None:
        """Begin with nothing but the root."""
        self.task_tree = Token(self, spec.start, state=TaskState.COMPLETED)

    def remove(self, token: Token) -> None:
        """Forget a token; it must have no children."""
        token.parent._children.remove(token.id)
        del self.tasks[token.id]

    @property
    def empty(self) -> bool:
        """Whether no token lives here but those that only wait to start event sub-processes."""
        if len(self.tasks) == 1:
            return True
        return (bool(self.spec.listeners) or self.spec.remembers) and not any(
            token is not self.task_tree and not _only_listens(token) for token in self.tasks.values()
        )

    def listen(self) -> None:
        """Begin to wait for what starts event sub-processes here."""
        for name in self.spec.listeners:
            token = self.task_tree._add_child(self.spec.task_specs[name])
            token.task_spec._update(token)

    def close(self) -> None:
        """Take everything away that lives here."""
        for token in list(self.task_tree.children):
            token.cancel()

    @property
    def done(self) -> bool:
        """Whether it holds something that is done and can be undone."""
        return any(token.task_spec.remembers for token in self.task_tree.children)

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


class CaseWorkflow(_Flat, Variables, Reports, BpmnWorkflow):
    """A running case: answers what compiled nodes ask (`bpmn.compiling.contract.Case`) and collects Steps."""

    def __init__(self, compiled: CompiledProcess) -> None:
        super().__init__(
            compiled.spec,
            compiled.scopes,
            script_engine=_SCRIPT_ENGINE,
            deserializing=True,
        )
        self.compiled = compiled
        self.completed = False
        self.data: dict[str, Value] = {}
        self.steps: list[Step] = []
        self.surroundings = _NOWHERE
        self.environment: Environment = _NO_ENVIRONMENT
        self.last_left = ""
        self.changed = False
        self._events: deque[Token] = deque()
        self._ready: deque[Token] = deque()
        self.written: dict[str, tuple[Value, orjson.Fragment]] = {}
        """The variables as they were saved last."""
        self.size = 0
        """How many bytes were saved last, before compression."""
        self._touched: dict[str, Any] = {}
        self._begun = 0

    # Moving

    def act(self, surroundings: Surroundings) -> None:
        """Say what surrounds the moves that follow."""
        self.surroundings = surroundings
        self.environment = surroundings.environment
        self.steps = []
        self._touched = {}
        self._begun = 0

    def rest(self) -> None:
        """Let go of what surrounded the last act: a case waits for years, and thousands of them in memory."""
        self.surroundings = _NOWHERE
        self.environment = _NO_ENVIRONMENT
        self._touched = {}

    def dismantle(self) -> None:
        """Let go of everything it holds."""
        for scope in (*self.subprocesses.values(), self):
            vars(scope).clear()

    def instances_begun(self, token: Token, number: int) -> None:
        """Take note of instances side by side: a thousand of a thousand each would fill the memory before they run."""
        self._begun += number
        if self._begun > MOVES:
            message = f"More than {MOVES} instances side by side would begin in one act."
            raise CannotContinue(token.task_spec.bpmn_id, "too_many_instances", message)

    def enqueue(self, token: Token) -> None:
        """Take note that a token can run; events go first, so that what they interrupt does not run on."""
        (self._events if token.task_spec.is_event else self._ready).append(token)

    def move(self) -> None:
        """Run whatever can run, until the case waits or has ended. Raises CannotContinue, also where it is stuck."""
        count, begun = 0, spent()
        while (token := self._next()) is not None or self._fire_joins():
            if token is None:
                continue
            count += 1
            if count > MOVES:
                message = f"More than {MOVES} elements ran without a wait; there is a loop that never ends."
                raise CannotContinue(token.task_spec.bpmn_id, "too_many_steps", message)
            if spent() - begun > SECONDS:
                message = f"The act used more than {SECONDS:g} seconds of processor time."
                raise CannotContinue(token.task_spec.bpmn_id, "too_long", message)
            token.run()
            self.settle(token.workflow)
        if not self.completed:
            check_goes_on(self, self._touched.values())

    def _next(self) -> Token | None:
        while True:
            if self.changed:
                self._look_at_conditions()
            if not (self._events or self._ready):
                return None
            token = (self._events or self._ready).popleft()
            if token.state == TaskState.READY and stands(token):
                return token

    def _look_at_conditions(self) -> None:
        self.changed = False
        if self.compiled.conditional:
            for place in self._awaiting(Condition):
                if waits_still(place) and place.task_spec.trigger.becomes_true(place):
                    place.task_spec.fire(place, {})

    def _awaiting(self, kind: type) -> list[Token]:
        return [token for token in self.live() if isinstance(token.task_spec.trigger, kind)]

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
        self._touched[scope.task_tree.id] = scope
        while scope is not self and scope.empty:
            holder = scope.holder
            if holder is None or self.subprocesses.get(holder.id) is not scope:
                return
            if holder.task_spec.done and (scope.done or scope.spec.undone_by):
                self._keep(scope)
            else:
                del self.subprocesses[holder.id]
                scope.close()
            self._touched.pop(scope.task_tree.id, None)
            holder.complete()
            scope = holder.workflow
            self._touched[scope.task_tree.id] = scope
        if self.empty and not self.completed:
            self.close()
            self.completed = True
            element = self.compiled.element(self.last_left)
            self.steps.append(Finished(outcome=element.name or element.id, element_id=element.id))

    def _keep(self, scope: Any) -> None:
        """Keep the scope of a done sub-process, in its place, for what can be undone in it."""
        for token in scope.task_tree.children:
            if not is_done(token):
                token.cancel()
        record = remember(scope.holder, scope.holder.task_spec.done)
        scope.holder, scope.parent_task_id = record, record.id
        kept = {record.id if each is scope else identity: each for identity, each in self.subprocesses.items()}
        self.subprocesses.clear()
        self.subprocesses.update(kept)

    def live(self) -> Iterator[Token]:
        """Every token of the case, in every scope, roots left out."""
        for scope in (self, *self.subprocesses.values()):
            for token in scope.tasks.values():
                if token is not scope.task_tree:
                    yield token

    def find(self, identity: str) -> Token | None:
        """The live token with this id, in any scope."""
        for scope in (self, *self.subprocesses.values()):
            token: Token | None = scope.tasks.get(identity)
            if token is not None and token is not scope.task_tree:
                return token
        return None

    # What compiled nodes ask

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
        scope.listen()
        for start in scope.spec.starts:
            self.spawn(scope, start, None)

    def inside(self, token: Token) -> Any:
        """The sub-process inside a token."""
        return self.subprocesses[token.id]

    def close_scope(self, token: Token) -> None:
        """Take everything away that runs inside a token."""
        scope = self.subprocesses.get(token.id)
        if scope is not None:
            scope.close()
            del self.subprocesses[token.id]
            self._touched.pop(scope.task_tree.id, None)

    def data_changed(self) -> None:
        """Have the conditions that are waited for looked at again before anything else moves."""
        self.changed = True

    def signal(self, name: str, payload: Mapping[str, Value]) -> bool:
        """Let everything that waits for a signal now have it, once; whether anything did."""
        places = [token for token in self._awaiting(Signal) if waits_still(token) and name_at(token) == name]
        # What interrupts comes last, so that nothing that waited misses the signal.
        for place in sorted(places, key=lambda place: place.task_spec.interrupting):
            if waits_still(place):
                place.task_spec.fire(place, payload)
        return bool(places)

    def broadcast(self, element_id: str, name: str, payload: Mapping[str, Value]) -> None:
        """Report a signal, and let everything in this case that waits for it have it at once."""
        self.steps.append(SignalThrown(element_id=element_id, name=name, payload=payload))
        self.signal(name, payload)

    def fail(self, element_id: str, code: str | None, message: str) -> None:
        """End the whole case by an error that nothing catches."""
        self.close()
        self.completed = True
        outcome = self.compiled.element(element_id).title
        self.steps.append(Finished(outcome=outcome, element_id=element_id, error=code or "", message=message))

    def finish(self, element_id: str) -> None:
        """End the whole case, and the cases that called it."""
        self.close()
        self.completed = True
        outcome = self.compiled.element(element_id).title
        self.steps.append(Finished(outcome=outcome, element_id=element_id, everything=True))

    def holder(self, scope: Any) -> Token | None:
        """The token whose sub-process a scope is."""
        return None if scope is self else scope.holder


def _only_listens(token: Token) -> bool:
    """Whether it waits to start an event sub-process, or is a trigger of one that has come while others have not."""
    return bool(token.task_spec.listens and (token.state == TaskState.WAITING or isinstance(token.task_spec, Part)))


def stands(token: Token) -> bool:
    """Whether a token has not been taken away."""
    return token.workflow.tasks.get(token.id) is token


def waits_still(token: Token) -> bool:
    """Whether a token that was found waiting has neither gone on nor been taken away since."""
    return token.state == TaskState.WAITING and stands(token)
