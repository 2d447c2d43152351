"""How a token lives on a node: it enters, begins, perhaps waits, performs, leaves along flows.

Nodes are task specifications of SpiffWorkflow. A running scope keeps exactly its live tokens, below one root, with the
structure they stand in: a guard around an activity with boundary events, a loop around its instances, an event gateway
around the events that race. A completed token is removed as the tokens that follow it are put below the root. So there
is no history to prune, and joins count the tokens that wait at them instead of searching ancestors: cost and size do
not grow with rounds. Nothing is predicted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Case, Scope, Token
from bpmn.compiling.failures import CannotContinue, NotCompilable
from bpmn.compiling.mapping import Mapped
from bpmn.diagram import Element
from bpmn.languages import Formula
from bpmn.scripts import Script
from forms.data import Value

Tell: TypeAlias = Callable[[Token], None]
"""What sends a message for a token."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A way out of a node: `target` is the name of a task specification; `id` is None for the jump of a link event."""

    id: str | None
    target: str
    condition: Formula | None = None


class ScopeSpec(BpmnProcessSpec):
    """The nodes of a process or of one embedded sub-process; `starts` names where its first tokens are put."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        # SpiffWorkflow's own start and end are named like elements people draw; ours need only a root.
        self.task_specs.clear()
        self.start.name = "#root"
        self.task_specs[self.start.name] = self.end = self.start
        self.starts: tuple[str, ...] = ()
        self.listeners: tuple[str, ...] = ()
        """What waits, as long as the scope is open, to start an event sub-process."""
        self.inclusive = False
        """Whether inclusive gateways may wait in it, so that they must be asked whenever nothing else moves."""
        self.conditional = False
        """Whether it holds events that wait for conditions, so that changes of data must be looked at."""
        self.ad_hoc = False
        """Whether it is the inside of an ad-hoc sub-process."""
        self.entries: tuple[str, ...] = ()
        """Where its activities begin to which no flow leads, and of these below the tasks of people."""
        self.chosen: frozenset[str] = frozenset()
        self.undone_by: str | None = None
        """The event sub-process that undoes what was done in it, where one is drawn."""
        self.remembers = False
        """Whether tokens may stand in it for what is done and can be undone."""

    def _add_notify(self, task_spec: "Node | Guard") -> None:
        if task_spec.name in self.task_specs:
            # A part beside an element is named after it with a # between, which no id may hold (8.3.1).
            message = f"Its id is the name of a part that Keelson adds ({task_spec.name})."
            raise NotCompilable(task_spec.name.partition("#")[0] or self.name, "id_taken", message)
        self.task_specs[task_spec.name] = task_spec


class Node(BpmnSpecMixin):
    """An element that tokens come to; the plain one passes them on at once."""

    waits_for_person = False
    waits_for_case = False
    is_event = False
    listens = False
    remembers = False
    ends_around = False
    trigger: Any = None
    done: str | None = None
    """The node on which a sub-process is kept when it is done, where something in it can be undone."""

    def __init__(self, scope: ScopeSpec, element: Element, name: str | None = None) -> None:
        super().__init__(scope, name or element.id, bpmn_name=element.name)
        self.bpmn_id = element.id
        self.element = element
        self.flows: tuple[Flow, ...] = ()
        self.default: Flow | None = None
        self.conditional = False
        self.quantity = 1
        """How many tokens leave along each flow."""
        self.instance = False
        """Whether it runs inside a loop, or between accesses of data stores, which enter and leave in its place."""
        self.before: Script | None = None
        self.after: Script | None = None
        """Scripts that run as a token arrives and as it completes."""
        self.undone_by: str | None = None
        """The compensation event at its border."""
        self.undoes = False
        """Whether it is what such an event leads to."""
        self.mapping: Mapped | None = None
        self.carried: Mapped | None = None
        """What becomes of what an event carries."""
        self.tells: tuple[Tell, ...] = ()
        """What it sends as it ends, beside its work: message flows lead from it."""

    def connect_flows(self, flows: tuple[Flow, ...], default_id: str | None) -> None:
        """Say, once, where tokens go from here."""
        self.flows = flows
        self.default = next((flow for flow in flows if flow.id == default_id), None) if default_id else None
        self.conditional = any(flow.condition for flow in flows if flow is not self.default)
        for flow in flows:
            self.connect(self._wf_spec.task_specs[flow.target])

    # What subclasses say

    def begin(self, token: Token) -> bool:
        """Do what happens on arrival; whether the token may go on by itself."""
        return True

    def perform(self, token: Token) -> None:
        """Do the element's work."""

    def withdraw(self, token: Token) -> None:
        """Report what ends because a live token is taken away."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """The flows to take: all, or with conditions those that hold, else the default (BPMN 2.0 clause 8.4.13)."""
        if not self.conditional:
            return self.flows
        taken: list[Flow] = []
        matched = False
        for flow in self.flows:
            if flow is self.default:
                continue
            if flow.condition is None:
                taken.append(flow)
            elif holds(token, flow.id, flow.condition):
                taken.append(flow)
                matched = True
        if not matched and self.default:
            taken.append(self.default)
        return self.some(tuple(taken))

    def some(self, flows: tuple[Flow, ...]) -> tuple[Flow, ...]:
        """These flows, of which there must be one."""
        if not flows:
            message = f"None of the conditions after {self.element.title!r} holds, and there is no default flow."
            raise CannotContinue(self.bpmn_id, "no_flow_taken", message)
        return flows

    # What SpiffWorkflow calls

    def _predict(self, my_task: Token, *args: Any, **kwargs: Any) -> None:
        pass

    def _update_hook(self, my_task: Token) -> bool:
        number = loop_counter(my_task)
        if number is not None:
            case_of(my_task).instance_entered(my_task, number)
        elif not self.instance:
            case_of(my_task).entered(my_task)
        if self.mapping is not None:
            self.mapping.enter(my_task)
        if self.before is not None:
            case_of(my_task).run_script(my_task, self.before)
        return self.begin(my_task)

    def _on_ready(self, my_task: Token) -> None:
        pass

    def _run_hook(self, my_task: Token) -> bool:
        self.perform(my_task)
        return True

    def _on_complete(self, my_task: Token) -> None:
        if self.after is not None:
            case_of(my_task).run_script(my_task, self.after)
        if self.mapping is not None:
            self.mapping.leave(my_task)
        for tell in self.tells:
            tell(my_task)
        if self.undone_by is not None:
            remember(my_task, self.undone_by)
        if self.instance:
            loop, number = my_task.parent, loop_counter(my_task)
            if number is not None:
                case_of(my_task).instance_left(my_task, number)
            my_task.workflow.remove(my_task)
            loop.task_spec.instance_done(loop, my_task)
            return
        if self.undoes:
            record = my_task.parent
            case_of(my_task).left(my_task)
            my_task.workflow.remove(my_task)
            record.task_spec.undone(record)
            return
        self.leave(my_task)

    def brought(self, scope: Scope, values: Mapping[str, Value]) -> Mapping[str, Value]:
        """The variables of a case that begins here with what its trigger has brought."""
        return values if self.carried is None else self.carried.received(scope.task_tree, values)

    def happened(self, scope: Scope, number: int, payload: Mapping[str, Value]) -> None:
        """A case begins here: one of its triggers, by its number, has come and brought what is set already."""
        case: Case = scope.top_workflow
        case.spawn(scope, self.name, None)

    def leave(self, token: Token) -> None:
        """Take a completed token away and go on along the flows."""
        chosen = self.choose(token)
        case_of(token).left(token)
        release(token)
        self.take(token, chosen)
        if token.workflow.spec.ad_hoc:
            around: Token = case_of(token).holder(token.workflow)
            around.task_spec.went_on(around, token.workflow, self)

    def take(self, token: Token, flows: tuple[Flow, ...]) -> None:
        """Put tokens where these flows lead."""
        case = case_of(token)
        for flow in flows:
            for _ in range(self.quantity):
                if flow.id is not None:
                    case.flow_taken(flow.id)
                case.spawn(token.workflow, flow.target, flow.id)

    def _on_cancel(self, my_task: Token) -> None:
        self.withdraw(my_task)

    def _on_error(self, my_task: Token) -> None:
        pass


class Guard(BpmnSpecMixin):
    """Stands around an activity with boundary events: the activity and the waiting events are its children."""

    waits_for_person = False
    waits_for_case = False
    is_event = False
    listens = False
    remembers = False
    ends_around = False
    trigger = None
    instance = False

    def __init__(self, scope: ScopeSpec, activity: Node) -> None:
        super().__init__(scope, guard_name(activity.bpmn_id))
        self.bpmn_id = None
        self.activity = activity.name
        self.events: tuple[str, ...] = ()

    def attach(self, events: tuple[str, ...]) -> None:
        """Say, once, which boundary events belong to the activity."""
        self.events = events
        for name in (self.activity, *events):
            self.connect(self._wf_spec.task_specs[name])

    def _predict(self, my_task: Token, *args: Any, **kwargs: Any) -> None:
        pass

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.STARTED)
        specs = self._wf_spec.task_specs
        for name in (self.activity, *self.events):
            child = my_task._add_child(specs[name], TaskState.FUTURE)
            child.task_spec._update(child)
        return False

    def _on_cancel(self, my_task: Token) -> None:
        pass


def guard_name(element_id: str) -> str:
    """The name of the guard around an activity."""
    return f"{element_id}#guard"


def gather_name(element_id: str) -> str:
    """The name of what gathers tokens before an activity that begins only with several."""
    return f"{element_id}#gather"


def instance_name(element_id: str) -> str:
    """The name of what runs once per instance of a looping activity."""
    return f"{element_id}#instance"


def remember(token: Token, name: str) -> Token:
    """Keep, as a token that waits on the node of this name, that an activity is done and can be undone."""
    scope = token.workflow
    record = scope.task_tree._add_child(scope.spec.task_specs[name], TaskState.FUTURE)
    record.data = dict(token.data)
    record._set_state(TaskState.WAITING)
    return record


def is_done(token: Token) -> bool:
    """Whether a token only stands for what is done, and is not being undone."""
    return bool(token.task_spec.remembers and token.state == TaskState.WAITING)


def case_of(token: Token) -> Case:
    """The case a token belongs to."""
    case: Case = token.workflow.top_workflow
    return case


def main_of(token: Token) -> Token:
    """The token that stands for the whole activity: the loop, where this one is an instance."""
    return token.parent if token.task_spec.instance else token


def loop_counter(token: Token) -> int | None:
    """The number of an instance within its loop, from 1; None for what is in no loop."""
    number: int | None = token.kept.get("number") if token.task_spec.instance else None
    return None if number is None else number + 1


def release(token: Token) -> None:
    """Take a completed token away, with the boundary events that waited beside it."""
    guard = token.parent
    if isinstance(guard.task_spec, Guard):
        token.workflow.remove(token)
        guard.cancel()
    else:
        token.workflow.remove(token)


def holds(token: Token, flow_id: str | None, condition: Formula) -> bool:
    """Whether a condition is true; null counts as not true. Raises CannotContinue where it is no truth value."""
    value, reason = case_of(token).evaluate(token, condition)
    if value is None or isinstance(value, bool):
        return bool(value)
    message = (
        f"The condition {condition.text!r} of the flow {flow_id} gives {value!r}, which is neither true nor false."
    )
    if reason:
        message += f" {reason}"
    raise CannotContinue(flow_id, "condition_not_boolean", message)
