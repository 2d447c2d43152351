"""Events with several triggers (BPMN 2.0 clauses 10.5.5 and 13.5): one of them is enough, or all must come.

Each trigger waits as a token of its own below the event's. What came while others are still awaited is kept with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from SpiffWorkflow.task import TaskState

from bpmn.compiling.contract import Token
from bpmn.compiling.nodes import Node, ScopeSpec
from bpmn.compiling.triggers import Timer, Trigger
from bpmn.diagram import Element
from forms.data import Value

CAME: Final = "came"
"""Where a trigger that has come keeps as which it came, from 1."""
BROUGHT: Final = "brought"


def part_name(name: str, number: int) -> str:
    """The name of one of the triggers of an event, counted from 0."""
    return f"{name}#{number}"


class Part(Node):
    """One of the triggers of an event."""

    is_event = True

    def __init__(self, scope: ScopeSpec, element: Element, name: str, trigger: Trigger) -> None:
        super().__init__(scope, element, name)
        self.trigger = trigger
        self.interrupting = False
        self.listens = False

    def _update_hook(self, my_task: Token) -> bool:
        return self.begin(my_task)

    def begin(self, token: Token) -> bool:
        """Wait."""
        token._set_state(TaskState.WAITING)
        self.trigger.arm(token)
        return False

    def withdraw(self, token: Token) -> None:
        """Report that it waits no more."""
        if token.state == TaskState.WAITING:
            self.trigger.disarm(token)

    def interrupts(self, token: Token) -> bool:
        """Whether its coming now interrupts something."""
        return self.interrupting and token.parent.task_spec.trigger.completes(token)

    def fire(self, token: Token, payload: Mapping[str, Value]) -> None:
        """It has come: the event happens, or waits for the others."""
        token.parent.task_spec.trigger.came(token, payload)


@dataclass(frozen=True, kw_only=True)
class Several:
    """The triggers of an event, by the names of their nodes; `together` where all must come."""

    outside: ClassVar = False
    parts: tuple[str, ...]
    together: bool

    def arm(self, token: Token) -> None:
        """Let every trigger wait."""
        for name in self.parts:
            part = token._add_child(token.workflow.spec.task_specs[name], TaskState.FUTURE)
            part.task_spec._update(part)

    def completes(self, part: Token) -> bool:
        """Whether the event happens as this one comes."""
        return not self.together or all(CAME in each.kept for each in part.parent.children if each is not part)

    def came(self, part: Token, payload: Mapping[str, Value]) -> None:
        """Let the event happen, or keep what came until the others have come too."""
        event = part.parent
        part.internal_data |= {CAME: 1 + sum(CAME in each.kept for each in event.children), BROUGHT: dict(payload)}
        if not self.completes(part):
            part.task_spec.trigger.disarm(part)
            part._set_state(TaskState.STARTED)
            return
        brought: dict[str, Value] = {}
        for each in sorted((each for each in event.children if CAME in each.kept), key=lambda each: each.kept[CAME]):
            brought |= each.kept[BROUGHT]
        event.task_spec.fire(event, brought)

    def rearm(self, token: Token) -> bool:
        """Wait again for what came; whether the event can still happen."""
        for part in [each for each in token.children if CAME in each.kept]:
            waited, trigger = part.state == TaskState.WAITING, part.task_spec.trigger
            del part.internal_data[CAME], part.internal_data[BROUGHT]
            if waited or isinstance(trigger, Timer):
                again = trigger.rearm(part)
            else:
                trigger.arm(part)
                again = True
            if again:
                part._set_state(TaskState.WAITING)
                continue
            if waited:
                trigger.disarm(part)
            part.workflow.remove(part)
        left = len(token.children)
        return left == len(self.parts) if self.together else left > 0

    def disarm(self, token: Token) -> None:
        """Take every trigger away."""
        for part in token.children:
            part.cancel()


def places(waiting: Iterable[Token]) -> Iterator[Token]:
    """What waits at these: for an event with several triggers those that have not come."""
    for token in waiting:
        if isinstance(getattr(token.task_spec, "trigger", None), Several):
            yield from (part for part in token.children if part.state == TaskState.WAITING)
        else:
            yield token


def own_parts(spec: Any) -> tuple[Any, ...]:
    """The nodes of the triggers of an event that has several; else none."""
    found = spec.trigger.parts if isinstance(spec.trigger, Several) else ()
    return tuple(spec._wf_spec.task_specs[name] for name in found)
